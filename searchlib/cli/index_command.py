"""searchlib index: reads files and adds their articles to an index."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from time import perf_counter
from typing import Final

import click

import searchlib
from searchlib.arguments import MAX_WORKERS
from searchlib.article import Article
from searchlib.cli.options import index_option
from searchlib.cli.progress import ProgressBar, counted
from searchlib.cli.terminal import complain
from searchlib.errors import (
    IndexExistsError,
    IndexLockedError,
    IndexNotFoundError,
    IngestError,
    MalformedArticleError,
)
from searchlib.ingest import formats, input_bytes, read
from searchlib.library import Index, analyzer_name, discard_unwritten, known_analyzers
from searchlib.writer import Changes, Writer

__all__ = ["index"]


_SILENT_WAIT_SECONDS: Final = 2.0
"""Time to wait for the lock of an index before the command says that it waits."""

_WAIT_SECONDS: Final = 60.0
"""Maximum time to wait for the lock after that, to bound the wait."""


class _ProgressReader:
    """Reads the articles of several paths, counts bad records, and shows a progress bar."""

    def __init__(
        self, paths: tuple[str, ...], format_: str | None, encoding: str | None, *, strict: bool
    ) -> None:
        self.bad_records = 0
        self.skipped_files = 0
        self._paths = paths
        self._format = format_
        self._encoding = encoding
        self._strict = strict
        sizes = [input_bytes(path, format_) for path in paths]
        self._bar = ProgressBar(
            total=None if None in sizes else sum(size or 0 for size in sizes),
            unit="B",
            unit_scale=True,
        )

    def add_to(self, writer: Writer) -> None:
        """Add the articles to an index. An article that is too long counts as a bad record."""
        for article in self._articles():
            try:
                writer.add(article)
            except MalformedArticleError as error:
                if self._strict:
                    raise
                self._on_error(error)

    def _articles(self) -> Iterator[Article]:
        try:
            for path in self._paths:
                yield from read(
                    path,
                    format=self._format,
                    encoding=self._encoding,
                    strict=self._strict,
                    on_error=self._on_error,
                    on_skip=self._on_skip,
                    on_bytes=self._bar.advance,
                )
        finally:
            self._bar.close()

    def _on_error(self, error: IngestError) -> None:
        self.bad_records += 1
        self._bar.say(error)

    def _on_skip(self, path: str) -> None:
        self.skipped_files += 1
        self._bar.say(f"{path}: skipped, not in a known format")


@click.command(
    epilog="""\b
Examples:
  searchlib index articles/                     a tree of .txt, .jsonl and .csv files
  searchlib index wire.jsonl.gz --index wire    into another directory
  curl -s https://example.org/a.jsonl | searchlib index - --format jsonl
"""
)
@click.argument(
    "paths",
    nargs=-1,
    required=True,
    metavar="PATH...",
    # click checks that all paths exist before the first file is read.
    type=click.Path(exists=True, allow_dash=True),
)
@index_option
@click.option(
    "--format", "format_", type=click.Choice(formats()), help="By default, the name decides."
)
@click.option("--encoding", help="Of the files; the default is UTF-8, or that of a BOM.")
@click.option(
    "--analyzer",
    metavar="NAME",
    help=f"Of a new index; the default is english. One of {', '.join(known_analyzers())}.",
)
@click.option("--strict", is_flag=True, help="Stop at the first bad record; change nothing.")
@click.option(
    "--processes",
    type=click.IntRange(min=1, max=MAX_WORKERS),
    default=1,
    metavar="N",
    help="Analyze in N processes; faster from 100 MB on.",
)
def index(
    paths: tuple[str, ...],
    index_path: str,
    format_: str | None,
    encoding: str | None,
    analyzer: str | None,
    strict: bool,
    processes: int,
) -> int:
    """Add the articles of files, directories or standard input ("-").

    An article replaces the one with the same id in the index. A bad record is reported with its
    file and line, counted, and left out; the others are indexed. Everything is written at the
    end, in one transaction: Ctrl-C leaves the index as it was. Exit code 1 if no article was added.
    """
    if encoding is not None:
        try:
            "\n".encode(encoding)
        except (LookupError, UnicodeError) as error:
            raise click.UsageError(f"{error}; try latin-1, cp1252 or utf-16") from None
    began = perf_counter()
    opened, is_new, writer = _begin(index_path, analyzer, processes)
    reader = None
    try:
        with ExitStack() as entered:
            entered.push(writer)
            reader = _ProgressReader(paths, format_, encoding, strict=strict)
            reader.add_to(writer)
    except BaseException as error:
        if writer.committed:
            error.add_note("interrupted; all articles had been written")
        else:
            error.add_note(_nothing_written(opened, is_new=is_new))
        raise
    added = writer.changes.added
    removed = is_new and not added and discard_unwritten(opened)
    changes = writer.changes
    if not added:
        changes = replace(changes, articles=0 if removed else opened.count)
    complain(_summary(changes, reader, perf_counter() - began))
    return 0 if added else 1


def _begin(path: str, analyzer: str | None, processes: int) -> tuple[Index, bool, Writer]:
    """Open or create the index and begin a writer; return the index, whether it is new, the writer.

    Another process may create the index first, or create it and delete it again because it had no
    article for it. So opening is tried again until the writer has the lock.
    """
    wait_seconds = _SILENT_WAIT_SECONDS
    while True:
        opened, is_new = _open(path, analyzer)
        writer = opened.writer(wait_seconds=wait_seconds, processes=processes)
        try:
            writer.__enter__()
        except IndexNotFoundError:
            continue
        except IndexLockedError:
            if wait_seconds == _WAIT_SECONDS:
                raise
            complain(f"Another writer has the index; waiting up to {_WAIT_SECONDS:g} s for it.")
            wait_seconds = _WAIT_SECONDS
        except BaseException as error:
            error.add_note(_nothing_written(opened, is_new=is_new))
            raise
        return opened, is_new, writer


def _open(path: str, analyzer: str | None) -> tuple[Index, bool]:
    try:
        name = analyzer_name(analyzer or "english")
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    try:
        opened = searchlib.open(path)
    except IndexNotFoundError:
        try:
            return searchlib.create(path, analyzer=name), True
        except IndexExistsError:  # another process was faster
            opened = searchlib.open(path)
    if analyzer is not None and opened.stats().analyzer != name:
        raise click.UsageError(
            f"the index at {path} has the analyzer {opened.stats().analyzer}; --analyzer is for"
            " a new one"
        )
    return opened, False


def _nothing_written(opened: Index, *, is_new: bool) -> str:
    """Delete the index if it is new and empty; return the message for the user."""
    if not is_new or discard_unwritten(opened):
        return "Nothing was written; the index is as it was."
    return "Nothing was written; the index was new, and may be left empty."


def _summary(changes: Changes, reader: _ProgressReader, seconds: float) -> str:
    parts = [f"Indexed {counted(changes.added, 'article')} in {seconds:.1f} s"]
    if changes.replaced:
        parts.append(f"{changes.replaced:,} of them replaced an earlier one")
    if reader.bad_records:
        parts.append(f"{counted(reader.bad_records, 'bad record')} left out")
    if reader.skipped_files:
        parts.append(f"{counted(reader.skipped_files, 'file')} of no known format skipped")
    parts.append(f"the index has {changes.articles:,}")
    return "; ".join(parts) + "."
