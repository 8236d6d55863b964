"""Measures the time of queries, with the engines in turn."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import fmean, median
from time import perf_counter_ns
from typing import Final, TypeVar

from benchmarks.corpus import Kind, Queries
from benchmarks.engines import Opened

__all__ = ["Latency", "first_time", "in_turn", "measure"]

SNIPPETS: Final = "or2 + 10 snippets"

_Asked = TypeVar("_Asked")

Task = Callable[[Opened, Sequence[str]], object]


@dataclass(frozen=True, slots=True)
class Latency:
    """Microseconds over the queries of one kind; a query counts with the median of its rounds."""

    p50: float
    p99: float
    mean: float


def measure(
    engines: Mapping[str, Opened], queries: Queries, rounds: int, on_query: Callable[[int], object]
) -> dict[str, dict[str, Latency]]:
    """Return the latencies by kind and engine.

    In each round, one engine after the other answers each query once, so that a slower moment of
    the machine affects all of them. The first round warms up and is not counted.
    """
    tasks: list[tuple[str, Sequence[Sequence[str]], Task]] = [
        (kind, asked, _search(kind)) for kind, asked in queries.items()
    ]
    tasks.append((SNIPPETS, queries["or2"], lambda opened, words: opened.snippets(words)))
    return {
        kind: in_turn(
            {name: partial(run, opened) for name, opened in engines.items()},
            asked,
            rounds,
            on_query,
        )
        for kind, asked, run in tasks
    }


def in_turn(
    runs: Mapping[str, Callable[[_Asked], object]],
    asked: Sequence[_Asked],
    rounds: int,
    on_query: Callable[[int], object],
) -> dict[str, Latency]:
    """Return the latencies of one kind of query by engine."""
    times: dict[str, list[list[float]]] = {name: [[] for _ in asked] for name in runs}
    for number in range(rounds + 1):
        for name, run in runs.items():
            gc.collect()
            for index, query in enumerate(asked):
                began = perf_counter_ns()
                run(query)
                took = perf_counter_ns() - began
                if number:
                    times[name][index].append(took / 1000)
            on_query(len(asked))
    return {name: _latency(rows) for name, rows in times.items()}


def first_time(
    runs: Mapping[str, Callable[[_Asked], object]],
    asked: Sequence[_Asked],
    on_query: Callable[[int], object],
) -> dict[str, Latency]:
    """Return the latencies of queries that an engine has not run yet; the first query warms up."""
    latencies = {}
    for name, run in runs.items():
        run(asked[0])
        gc.collect()
        times = []
        for query in asked[1:]:
            began = perf_counter_ns()
            run(query)
            times.append([(perf_counter_ns() - began) / 1000])
        latencies[name] = _latency(times)
        on_query(len(asked))
    return latencies


def _search(kind: Kind) -> Task:
    return lambda opened, words: opened.search(kind, words)


def _latency(rows: Sequence[Sequence[float]]) -> Latency:
    medians = sorted(median(row) for row in rows)
    return Latency(median(medians), medians[int(len(medians) * 0.99)], fmean(medians))
