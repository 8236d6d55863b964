"""Measures the speed of indexing, the size of the index, and the memory that it takes.

Each engine runs in its own process, so that the memory of other engines is not counted.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Final

from benchmarks.corpus import load, text_bytes
from benchmarks.engines import ENGINES

__all__ = ["Indexed", "index_in_a_process"]

_STATUS: Final = Path("/proc/self/status")


@dataclass(frozen=True, slots=True)
class Indexed:
    """The figures of one engine.

    ``memory_mb`` is the peak of the process minus the memory of the articles; 0 except on Linux.
    """

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


def _memory_mb(name: str) -> float:
    """Return VmRSS, the memory in use, or VmHWM, its peak."""
    if not _STATUS.exists():
        return 0.0
    lines = _STATUS.read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024


def _reset_peak() -> None:
    # Reading the articles took more memory than they take now.
    if _STATUS.exists():
        Path("/proc/self/clear_refs").write_text("5")


def _size_mb(path: Path) -> float:
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file()) / 1e6


def main(arguments: Sequence[str]) -> None:
    """Index, and print the figures as JSON."""
    name, corpus, limit, folder = arguments
    articles = load(corpus, int(limit) if limit else None)
    engine = ENGINES[name]()
    gc.collect()
    _reset_peak()
    before = _memory_mb("VmRSS")
    began = perf_counter()
    engine.build(Path(folder), articles)
    os.sync()  # count the time of writing also for engines that leave it to the system
    seconds = perf_counter() - began
    size = text_bytes(articles) / 1e6
    values = {
        "seconds": seconds,
        "mb_per_second": size / seconds,
        "size_mb": _size_mb(Path(folder)),
        "memory_mb": _memory_mb("VmHWM") - before,
    }
    sys.stdout.write(json.dumps(values))


if __name__ == "__main__":
    main(sys.argv[1:])
