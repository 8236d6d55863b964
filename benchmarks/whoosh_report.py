"""Writes the waiting times of Whoosh programs as tables in Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import TypeAlias

from benchmarks.timing import Latency

__all__ = ["Times", "report"]

Times: TypeAlias = dict[str, list[float]]
"""Times in seconds, by kind of index."""


def _row(name: str, cells: Sequence[str]) -> str:
    return f"| {name} | {' | '.join(cells)} |"


def _header(first: str, names: Sequence[str]) -> list[str]:
    return ["", _row(first, list(names)), f"|---|{'---:|' * len(names)}"]


def _compared(values: Mapping[str, float], *, speed: bool, form: str = ".0f") -> list[str]:
    """Return the figures as cells; all but the first have the ratio to the first in brackets."""
    first = next(iter(values.values()))
    cells = []
    for number, value in enumerate(values.values()):
        ratio = value / first if speed else first / value
        cells.append(f"{value:{form}}" + (f" ({ratio:.2f})" if number else ""))
    return cells


def report(
    indexed: Mapping[str, Times],
    commits: tuple[dict[str, Times], float],
    opened: Times,
    latencies: Mapping[str, Mapping[str, Latency]],
    sizes: tuple[int, int],
) -> list[str]:
    """Return the lines of the tables."""
    num_docs, runs = sizes
    kinds = list(opened)
    lines = [
        "",
        f"Documents per second, one commit of {num_docs:,}, median of {runs} runs in turn:",
        *_header("schema", kinds),
    ]
    for schema, times in indexed.items():
        rates = {kind: num_docs / median(seconds) for kind, seconds in times.items()}
        lines.append(_row(schema, _compared(rates, speed=True)))
    calls, syncs = commits
    first_call = next(iter(calls.values()))
    num_commits = len(next(iter(first_call.values())))
    heading = (
        f"Milliseconds for a commit of one document, {num_commits} of each in turn, p50 / p99."
        f" A commit of searchlib.whoosh calls fsync {syncs:.1f} times:"
    )
    lines += [
        "",
        heading,
        *_header("call", list(first_call)),
    ]
    for call, times in calls.items():
        p99 = [sorted(seconds)[int(len(seconds) * 0.99)] for seconds in times.values()]
        p50 = {name: median(seconds) * 1000 for name, seconds in times.items()}
        cells = _compared(p50, speed=False, form=".1f")
        cells = [f"{cell} / {last * 1000:.0f}" for cell, last in zip(cells, p99, strict=True)]
        lines.append(_row(call, cells))
    lines += ["", "Queries, p50, in microseconds:", *_header("query", kinds)]
    first = {kind: median(seconds) * 1e6 for kind, seconds in opened.items()}
    lines.append(_row("open_dir, and the first", _compared(first, speed=False)))
    for kind, row in latencies.items():
        lines.append(_row(kind, _compared({k: row[k].p50 for k in kinds}, speed=False)))
    return lines
