"""Reading articles from wherever a path leads: a file, a tree of them, standard input."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Final

from searchlib.article import Article
from searchlib.errors import IngestError, UnsupportedFormatError
from searchlib.ingest.registry import (
    Reader,
    compression_of,
    formats,
    reader_for,
    reader_named,
    sniffed,
)
from searchlib.ingest.source import TextSource

__all__ = ["input_bytes", "read"]

STANDARD_INPUT: Final = "-"

# A folder with this file is an index, whose files are no articles.
_INDEX_MARK: Final = "searchlib.json"

OnError = Callable[[IngestError], None]


def read(
    source: str | os.PathLike[str],
    *,
    format: str | None = None,  # noqa: A002  # the word for it
    encoding: str | None = None,
    strict: bool = False,
    on_error: OnError | None = None,
    on_skip: Callable[[str], None] | None = None,
    on_bytes: Callable[[int], object] | None = None,
) -> Iterator[Article]:
    """Return the articles of a file, of every file in a directory tree, or of "-".

    ``format`` (see formats()) goes before what a name says; ``encoding`` before UTF-8. Files may
    be compressed (.gz, .bz2, .xz). A tree is walked in the order of names, hidden files left out.

    What cannot be read is handed to ``on_error``, with its source and line, and left out; with
    ``strict`` it is raised. A file of a tree that no format claims goes to ``on_skip``; named
    itself, it is an UnsupportedFormatError. ``on_bytes`` is told how many bytes were read. Raises
    IngestError for a path that is not there and LookupError for an encoding that is none.
    """
    path = os.fspath(source)
    reader = reader_named(format) if format else None
    if encoding:
        try:
            "".encode(encoding)
        except UnicodeError:  # the codec "undefined"
            raise LookupError(f"unknown encoding: {encoding}") from None

    def report(error: IngestError) -> None:
        if strict:
            raise error
        if on_error:
            on_error(error)

    if path == STANDARD_INPUT:
        stream = TextSource("-", sys.stdin.buffer, encoding=encoding, on_bytes=on_bytes)
        yield from _articles(stream, reader, report)
        return
    for file, reader_of_file in _files(path, reader, report, on_skip):
        try:
            opened = open(file, "rb")  # noqa: SIM115  # what a callback raises is no error of ours
        except OSError as error:
            report(IngestError(f"{file}: it cannot be read: {error.strerror}"))
            continue
        with opened:
            opened_source = TextSource(
                file,
                opened,
                compression=compression_of(file),
                encoding=encoding,
                on_bytes=on_bytes,
            )
            yield from _articles(opened_source, reader_of_file, report)


def input_bytes(
    source: str | os.PathLike[str],
    format: str | None = None,  # noqa: A002
) -> int | None:
    """Return how many bytes read() will read; None for standard input and other streams."""
    path = os.fspath(source)
    if path == STANDARD_INPUT:
        return None
    reader = reader_named(format) if format else None
    total = 0
    try:
        if not os.path.isdir(path):
            status = os.stat(path)
            return status.st_size if stat.S_ISREG(status.st_mode) else None
        for file, _ in _files(path, reader, lambda _: None, None):
            total += os.stat(file).st_size
    except (OSError, ValueError):
        return None
    return total


def _articles(source: TextSource, reader: Reader | None, report: OnError) -> Iterator[Article]:
    try:
        found = (reader or sniffed(source)).read(source)
    except IngestError as error:
        report(error)
        return
    with closing(found):  # type: ignore[type-var]
        item: Article | IngestError | None
        while True:
            try:
                item = next(found, None)
            except IngestError as error:
                item = error
            if item is None:
                return
            if isinstance(item, IngestError):
                report(item)
            else:
                yield item


def _files(
    path: str, reader: Reader | None, report: OnError, on_skip: Callable[[str], None] | None
) -> Iterator[tuple[str, Reader]]:
    """Return the files below ``path``, each with its reader."""
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError) as error:
        problem = getattr(error, "strerror", None) or str(error)
        raise IngestError(f"{path}: it cannot be read: {problem}") from None
    if not stat.S_ISDIR(mode):
        known = reader or reader_for(path)
        if known is None:
            raise UnsupportedFormatError(
                f"{path}: its name does not tell its format; say which with --format:"
                f" {', '.join(formats())}"
            )
        yield path, known
        return
    for file in _walk(path, report):
        known = reader or reader_for(file)
        if known is not None:
            yield file, known
        elif on_skip:
            on_skip(file)


def _walk(folder: str, report: OnError) -> Iterator[str]:
    """Return the regular files of a tree in the order of names.

    A link to a folder is followed, unless it leads to one that we are in already. A folder that
    several links lead to is walked once: n folders with two links to the next have 2**n paths.
    """
    seen: set[tuple[int, int]] = set()
    pending: list[tuple[str, frozenset[tuple[int, int]]]] = [(folder, frozenset())]
    while pending:
        path, parents = pending.pop()
        try:
            status = os.stat(path)
            if stat.S_ISREG(status.st_mode):
                yield path
                continue
            if not stat.S_ISDIR(status.st_mode):
                continue  # a pipe or a device would keep us waiting
            identity = (status.st_dev, status.st_ino)
            if identity in parents:
                report(IngestError(f"{path}: the link leads back to a folder that it is in"))
                continue
            if identity in seen:
                continue
            seen.add(identity)
            names = sorted(name for name in os.listdir(path) if not name.startswith("."))
            if _INDEX_MARK in names:
                continue
        except OSError as error:
            report(IngestError(f"{path}: it cannot be read: {error.strerror}"))
            continue
        inside = parents | {identity}
        pending += [(os.path.join(path, name), inside) for name in reversed(names)]
