"""python -m benchmarks.whoosh_programs: times Whoosh programs on Whoosh's codec and searchlib's."""

from __future__ import annotations

import gc
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from time import perf_counter
from typing import Any, Final
from unittest import mock

import click
from tqdm import tqdm
from whoosh import query, scoring

from benchmarks.corpus import load, make_queries
from benchmarks.report import setting
from benchmarks.timing import in_turn
from benchmarks.whoosh_report import Times, report
from benchmarks.whoosh_schemas import KINDS, PLAIN, SCHEMAS, documents
from searchlib import Article

_OURS: Final = "searchlib.whoosh"
_WITHOUT_FSYNC: Final = "searchlib.whoosh, fsync left out"
_PREFIX_LETTERS: Final = 4

Asked = tuple[str, ...]

QUERIES: Final[dict[str, Callable[[Asked], Any]]] = {
    "term": lambda words: query.Term("body", words[0]),
    "and": lambda words: query.And([query.Term("body", word) for word in words]),
    "or": lambda words: query.Or([query.Term("body", word) for word in words]),
    "phrase": lambda words: query.Phrase("body", list(words)),
    "prefix": lambda words: query.Prefix("body", words[0][:_PREFIX_LETTERS]),
}
_WORDS_OF: Final = {
    "term": "term",
    "and": "and2",
    "or": "or2",
    "phrase": "phrase2",
    "prefix": "term",
}


class Folders:
    """Makes new directories in one directory."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count()

    def new(self) -> Path:
        """Create a directory and return its path."""
        path = self._folder / str(next(self._numbers))
        path.mkdir()
        return path


def build(kind: str, path: Path, schema: Any, docs: Sequence[dict[str, Any]]) -> float:
    """Index documents in one commit; return the time in seconds."""
    index = KINDS[kind].create(path, schema)
    gc.collect()
    began = perf_counter()
    writer = KINDS[kind].writer(index)
    for doc in docs:
        writer.add_document(**doc)
    writer.commit()
    return perf_counter() - began


@contextmanager
def fsync_counted(calls: list[int], *, left_out: bool) -> Iterator[None]:
    """Count the calls of os.fsync; with ``left_out`` the calls do nothing."""
    real = os.fsync

    def fsync(descriptor: int) -> None:
        calls[0] += 1
        if not left_out:
            real(descriptor)

    with mock.patch.object(os, "fsync", fsync):
        yield


def commit_times(
    kinds: Mapping[str, str], docs: Sequence[dict[str, Any]], more: int, folders: Folders
) -> tuple[dict[str, Times], float]:
    """Return the times of commits of one document in seconds, and the syncs of one of searchlib.

    All ``docs`` but the last ``more`` are indexed first. Then the last ones are added one by one,
    and the first ``more`` are updated one by one.
    """
    indexes = {}
    for name, kind in kinds.items():
        path = folders.new()
        build(kind, path, SCHEMAS[PLAIN](), docs[:-more])
        indexes[name] = KINDS[kind].open(path)
    times: dict[str, Times] = {}
    calls = [0]
    for call, some in (("add_document", docs[-more:]), ("update_document", docs[:more])):
        times[call] = {name: [] for name in kinds}
        for doc in tqdm(some, desc=call, unit="commit"):
            for name, index in indexes.items():
                with fsync_counted(
                    calls if name == _OURS else [0], left_out=name == _WITHOUT_FSYNC
                ):
                    began = perf_counter()
                    writer = KINDS[kinds[name]].writer(index)
                    getattr(writer, call)(**doc)
                    writer.commit()
                    times[call][name].append(perf_counter() - began)
    return times, calls[0] / (2 * more)


def opening_times(paths: Mapping[str, Path], asked: Sequence[Asked]) -> Times:
    """Return the seconds until an index is open and has answered its first query."""
    times: Times = {kind: [] for kind in paths}
    for words in asked:
        for kind, path in paths.items():
            began = perf_counter()
            with KINDS[kind].open(path).searcher() as searcher:
                searcher.search(QUERIES["term"](words), limit=10)
            times[kind].append(perf_counter() - began)
    return times


def wrong_queries(searchers: Mapping[str, Any], asked: Mapping[str, Sequence[Asked]]) -> list[str]:
    """Return the queries whose results differ between the indexes.

    It compares all matching documents, and the order of the best by a formula without lengths,
    because Whoosh's own codec rounds lengths to a byte.
    """
    wrong = []
    for kind, some in asked.items():
        for words in some:
            results = set()
            for searcher in searchers.values():
                with mock.patch.object(searcher, "weighting", scoring.TF_IDF()):
                    best = searcher.search(QUERIES[kind](words), limit=10)
                    every = searcher.search(QUERIES[kind](words), limit=None)
                    results.add(
                        (
                            tuple((hit["id"], round(hit.score, 9)) for hit in best),
                            frozenset(hit["id"] for hit in every),
                        )
                    )
            if len(results) != 1:
                wrong.append(f"{kind} {' '.join(words)}")
    return wrong


def measured(
    articles: list[Article], runs: int, commits: int, queries: int, folders: Folders
) -> tuple[list[str], list[str]]:
    """Return the tables, and the queries whose results differ from those of Whoosh's own index."""
    indexed: dict[str, Times] = {name: {kind: [] for kind in KINDS} for name in SCHEMAS}
    paths: dict[str, Path] = {}
    for _ in tqdm(range(runs), desc="indexing", unit="run"):
        for name, schema in SCHEMAS.items():
            docs = documents(schema(), articles)
            for kind in KINDS:
                path = folders.new()
                indexed[name][kind].append(build(kind, path, schema(), docs))
                if name == PLAIN:
                    paths[kind] = path
    docs = documents(SCHEMAS[PLAIN](), articles)
    kinds = {"Whoosh": "Whoosh", _OURS: _OURS, _WITHOUT_FSYNC: _OURS}
    committed = commit_times(kinds, docs, commits, folders)
    words = make_queries(articles, queries)
    asked: dict[str, Sequence[Asked]] = {kind: words[of] for kind, of in _WORDS_OF.items()}  # type: ignore[index]
    opened = opening_times(paths, asked["term"][:20])
    searchers = {kind: KINDS[kind].open(path).searcher() for kind, path in paths.items()}
    wrong = wrong_queries(searchers, asked)
    latencies = {
        kind: in_turn(
            {
                name: lambda words, s=searcher, make=QUERIES[kind]: s.search(make(words), limit=10)  # type: ignore[misc]
                for name, searcher in searchers.items()
            },
            asked[kind],
            3,
            lambda _: None,
        )
        for kind in QUERIES
    }
    for searcher in searchers.values():
        searcher.close()
    return report(indexed, committed, opened, latencies, (len(articles), runs)), wrong


@click.command(epilog="Example: python -m benchmarks.whoosh_programs articles.jsonl --runs 9")
@click.argument("corpus", type=click.Path(exists=True, dir_okay=False))
@click.option("--limit", type=click.IntRange(2), default=2000, show_default=True, help="Articles.")
@click.option("--runs", type=click.IntRange(1), default=5, show_default=True)
@click.option("--commits", type=click.IntRange(1), default=100, show_default=True)
@click.option(
    "--queries", type=click.IntRange(1), default=50, show_default=True, help="Of each kind."
)
def main(corpus: str, limit: int, runs: int, commits: int, queries: int) -> None:
    """Compare the waiting times of Whoosh programs, on the first articles of CORPUS.

    The number in brackets after a figure is the speed relative to Whoosh's own index.
    """
    articles = load(corpus, limit)
    with tempfile.TemporaryDirectory() as folder:
        lines, wrong = measured(articles, runs, commits, queries, Folders(Path(folder)))
    asked = queries * len(QUERIES)
    title = [
        "# Whoosh programs",
        "",
        f"{setting()}. {Path(corpus).name}, {len(articles):,} articles.",
        f"{len(wrong)} of {asked} queries have other results than in Whoosh's index.",
        "In brackets: the speed relative to Whoosh's own index.",
    ]
    click.echo("\n".join([*title, *lines]))
    for text in wrong:
        click.echo(f"wrong: {text}", err=True)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
