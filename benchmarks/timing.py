"""How long queries take, the engines in turn."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median
from time import perf_counter_ns
from typing import Final

from benchmarks.corpus import Kind, Queries
from benchmarks.engines import Opened

__all__ = ["Latency", "measure"]

SNIPPETS: Final = "or2 + 10 snippets"

Task = Callable[[Opened, Sequence[str]], object]


@dataclass(frozen=True, slots=True)
class Latency:
    """Microseconds over the queries of one kind; of each query the median of its rounds."""

    p50: float
    p99: float
    mean: float


def measure(
    engines: Mapping[str, Opened], queries: Queries, rounds: int, on_query: Callable[[int], object]
) -> dict[str, dict[str, Latency]]:
    """Give the latencies by kind and engine.

    In each round each engine answers each query once, one engine after the other, so that a
    machine that slows down does so for all. The first round warms up and is not counted.
    """
    tasks: list[tuple[str, Sequence[Sequence[str]], Task]] = [
        (kind, asked, _search(kind)) for kind, asked in queries.items()
    ]
    tasks.append((SNIPPETS, queries["or2"], lambda opened, words: opened.snippets(words)))
    latencies: dict[str, dict[str, Latency]] = {}
    for kind, asked, run in tasks:
        times: dict[str, list[list[float]]] = {name: [[] for _ in asked] for name in engines}
        for number in range(rounds + 1):
            for name, opened in engines.items():
                gc.collect()
                for place, words in enumerate(asked):
                    began = perf_counter_ns()
                    run(opened, words)
                    took = perf_counter_ns() - began
                    if number:
                        times[name][place].append(took / 1000)
                on_query(len(asked))
        latencies[kind] = {name: _latency(rows) for name, rows in times.items()}
    return latencies


def _search(kind: Kind) -> Task:
    return lambda opened, words: opened.search(kind, words)


def _latency(rows: Sequence[Sequence[float]]) -> Latency:
    medians = sorted(median(row) for row in rows)
    return Latency(median(medians), medians[int(len(medians) * 0.99)], fmean(medians))
