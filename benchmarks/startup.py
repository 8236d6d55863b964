"""python -m benchmarks.startup: times whole processes, from the start to the first answer."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

import click
from tqdm import tqdm

import searchlib
from benchmarks.report import setting

_COMMANDS: Final = {
    "python -c pass": ["-c", "pass"],
    "import searchlib": ["-c", "import searchlib"],
    "import whoosh.index": ["-c", "import whoosh.index"],
    "import nltk": ["-c", "import nltk"],
    "searchlib --help": ["-m", "searchlib", "--help"],
    "searchlib query horses (samples)": ["-m", "searchlib", "query", "horses"],
}


@click.command(epilog="Example: python -m benchmarks.startup articles.jsonl --runs 50")
@click.argument("corpus", required=False, type=click.Path(exists=True, dir_okay=False))
@click.option("--runs", type=click.IntRange(1), default=20, show_default=True)
def main(corpus: str | None, runs: int) -> None:
    """Time small commands in turn, and print each as a multiple of `python -c pass`.

    With CORPUS, time a query on an index of its articles, too.
    """
    commands = dict(_COMMANDS)
    with tempfile.TemporaryDirectory() as folder:
        if corpus:
            with searchlib.create(Path(folder) / "large").writer() as writer:
                count = writer.add_many(searchlib.read(corpus))
            name = f"searchlib query market ({count:,} articles)"
            commands[name] = ["-m", "searchlib", "query", "market", "--index", "large"]
        times: dict[str, list[float]] = {name: [] for name in commands}
        for number in tqdm(range(runs + 1), unit="round"):
            for name, arguments in commands.items():
                began = perf_counter()
                subprocess.run(  # noqa: S603  # the commands above
                    [sys.executable, *arguments], check=True, capture_output=True, cwd=folder
                )
                if number:
                    times[name].append((perf_counter() - began) * 1000)
    least = median(times["python -c pass"])
    click.echo(f"# Start-up\n\n{setting()}, whole processes in turn, {runs} rounds.\n")
    click.echo("| command | ms, median | times python -c pass |\n|---|---:|---:|")
    for name, values in times.items():
        click.echo(f"| {name} | {median(values):.0f} | {median(values) / least:.1f} |")


if __name__ == "__main__":
    main()
