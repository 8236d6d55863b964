"""How fast an engine indexes, how large its index is, how much memory it takes.

Each engine works in a process of its own, so that no other one's memory is counted.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from benchmarks.corpus import load, text_bytes
from benchmarks.engines import ENGINES

__all__ = ["Indexed", "index_in_a_process"]


@dataclass(frozen=True, slots=True)
class Indexed:
    """``memory_mb`` is what the process took at its height above what the articles took."""

    seconds: float
    mb_per_second: float
    size_mb: float
    memory_mb: float


def index_in_a_process(engine: str, corpus: str, limit: int | None, path: Path) -> Indexed:
    """Index ``corpus`` with ``engine`` into the new directory ``path``."""
    path.mkdir()
    arguments = [engine, corpus, str(limit or ""), str(path)]
    ran = subprocess.run(  # noqa: S603  # our own module
        [sys.executable, "-m", "benchmarks.indexing", *arguments],
        check=True,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    return Indexed(**json.loads(ran.stdout))


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _size_mb(path: Path) -> float:
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file()) / 1e6


def main(arguments: Sequence[str]) -> None:
    """Index, and print what it took."""
    name, corpus, limit, folder = arguments
    articles = load(corpus, int(limit) if limit else None)
    engine = ENGINES[name]()
    before = _peak_mb()
    began = perf_counter()
    engine.build(Path(folder), articles)
    os.sync()  # who leaves the writing to the system pays for it all the same
    seconds = perf_counter() - began
    size = text_bytes(articles) / 1e6
    values = {
        "seconds": seconds,
        "mb_per_second": size / seconds,
        "size_mb": _size_mb(Path(folder)),
        "memory_mb": _peak_mb() - before,
    }
    sys.stdout.write(json.dumps(values))


if __name__ == "__main__":
    main(sys.argv[1:])
