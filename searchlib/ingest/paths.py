"""Read the articles of a file, of a directory tree, or of standard input."""

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

# A folder with this file is an index, and its files are not articles.
_INDEX_FILE: Final = "searchlib.json"

OnError = Callable[[IngestError], None]


def read(
    source: str | os.PathLike[str],
    *,
    format: str | None = None,  # noqa: A002  # the usual name
    encoding: str | None = None,
    strict: bool = False,
    on_error: OnError | None = None,
    on_skip: Callable[[str], None] | None = None,
    on_bytes: Callable[[int], object] | None = None,
) -> Iterator[Article]:
    """Yield the articles of a file, of every file in a directory tree, or of "-", standard input.

    The format of a file is that of its name, unless ``format`` names another one (see formats()).
    The encoding is UTF-8, unless ``encoding`` names another one. Files may be compressed (.gz,
    .bz2, .xz). The files of a tree are read in the order of their names, without hidden files.

    A record or file that cannot be read is left out, and the error is passed to ``on_error``, with
    its source and line. If ``strict`` is true, the error is raised instead. A file in a tree whose
    name belongs to no format is passed to ``on_skip``. ``on_bytes`` gets the number of bytes of
    each read.

    Raises IngestError if there is nothing at ``source``, UnsupportedFormatError if it is a file
    whose name belongs to no format, and LookupError for an unknown encoding.
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
            opened = open(file, "rb")  # noqa: SIM115  # a callback's OSError must not be caught
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
    """Return the number of bytes that read() will read; None for standard input and other streams.

    None also if a file cannot be found.
    """
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
        items = (reader or sniffed(source)).read(source)
    except IngestError as error:
        report(error)
        return
    with closing(items):  # type: ignore[type-var]
        item: Article | IngestError | None
        while True:
            try:
                item = next(items, None)
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
    """Yield the files below ``path``, each with its reader."""
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
    """Yield the regular files of a tree in the order of their names.

    A link to a folder is followed, unless the link is inside that folder. A folder with several
    links to it is walked once, because n folders with two links to the next have 2**n paths.
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
                continue  # reading from a pipe or a device could wait for ever
            identity = (status.st_dev, status.st_ino)
            if identity in parents:
                report(IngestError(f"{path}: the link leads back to a folder that it is in"))
                continue
            if identity in seen:
                continue
            seen.add(identity)
            names = sorted(name for name in os.listdir(path) if not name.startswith("."))
            if _INDEX_FILE in names:
                continue
        except OSError as error:
            report(IngestError(f"{path}: it cannot be read: {error.strerror}"))
            continue
        inside = parents | {identity}
        pending += [(os.path.join(path, name), inside) for name in reversed(names)]
