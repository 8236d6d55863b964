"""python -m benchmarks.startup: what it costs until searchlib answers, as whole processes."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from statistics import median
from time import perf_counter
from typing import Final

import click
from tqdm import tqdm

_COMMANDS: Final = {
    "python -c pass": ["-c", "pass"],
    "import searchlib": ["-c", "import searchlib"],
    "import whoosh.index": ["-c", "import whoosh.index"],
    "import nltk": ["-c", "import nltk"],
    "searchlib --help": ["-m", "searchlib", "--help"],
    "searchlib query horses (samples)": ["-m", "searchlib", "query", "horses"],
}


@click.command(epilog="Example: python -m benchmarks.startup --runs 50")
@click.option("--runs", type=click.IntRange(1), default=20, show_default=True)
def main(runs: int) -> None:
    """Time small commands, in turn, and give each as a multiple of `python -c pass`."""
    times: dict[str, list[float]] = {name: [] for name in _COMMANDS}
    with tempfile.TemporaryDirectory() as folder:
        for number in tqdm(range(runs + 1), unit="round"):
            for name, arguments in _COMMANDS.items():
                began = perf_counter()
                subprocess.run(  # noqa: S603  # the commands above
                    [sys.executable, *arguments], check=True, capture_output=True, cwd=folder
                )
                if number:
                    times[name].append((perf_counter() - began) * 1000)
    least = median(times["python -c pass"])
    click.echo("| command | ms, median | times python -c pass |\n|---|---:|---:|")
    for name, values in times.items():
        click.echo(f"| {name} | {median(values):.0f} | {median(values) / least:.1f} |")


if __name__ == "__main__":
    main()
