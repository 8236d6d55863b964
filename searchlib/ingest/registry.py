"""The registry of formats, and the choice of a format by a file's name or beginning."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from searchlib.article import Article
from searchlib.errors import MalformedArticleError, UnsupportedFormatError
from searchlib.ingest.csv_reader import looks_like_header, read_csv
from searchlib.ingest.json_reader import read_json, read_json_lines
from searchlib.ingest.source import COMPRESSIONS, TextSource
from searchlib.ingest.text_reader import read_text

__all__ = ["Reader", "compression_of", "formats", "reader_for", "reader_named", "sniffed"]


@dataclass(frozen=True, slots=True)
class Reader:
    """A format: its name, the suffixes of its files, and the function that reads its articles.

    ``read`` yields an error in place of each bad record, and continues with the next record if it
    can.
    """

    name: str
    suffixes: tuple[str, ...]
    read: Callable[[TextSource], Iterator[Article | MalformedArticleError]]


_READERS: Final = (
    Reader("text", (".txt", ".text"), read_text),
    Reader("jsonl", (".jsonl", ".ndjson"), read_json_lines),
    Reader("json", (".json",), read_json),
    Reader("csv", (".csv", ".tsv"), read_csv),
)


def formats() -> tuple[str, ...]:
    """Return the names of the formats."""
    return tuple(reader.name for reader in _READERS)


def reader_named(name: str) -> Reader:
    """Return the reader of a format. Raises UnsupportedFormatError if there is none."""
    for reader in _READERS:
        if reader.name == name:
            return reader
    raise UnsupportedFormatError(f"there is no format {name!r}; there are {', '.join(formats())}")


def compression_of(path: str) -> str:
    """Return the suffix of a file's compression, or "" if it is not compressed."""
    suffix = PurePath(path).suffix.lower()
    return suffix if suffix in COMPRESSIONS else ""


def reader_for(path: str) -> Reader | None:
    """Return the reader for a file by its name, compressed or not; None for an unknown suffix."""
    compression = compression_of(path)
    suffix = PurePath(path.lower().removesuffix(compression)).suffix
    for reader in _READERS:
        if suffix in reader.suffixes:
            return reader
    return None


def sniffed(source: TextSource) -> Reader:
    """Return the reader for a stream without a name, chosen by the beginning of its text."""
    encoding = source.encoding()
    text = source.beginning().decode(encoding, "replace").lstrip()
    if text.startswith("[") and text[1:].lstrip()[:1] in ("{", "]", ""):  # not "[Update] ..."
        return reader_named("json")
    if text.startswith("{"):
        # A single line is valid in both formats. The first line may be cut off if it is long.
        first_line, end, _ = text.partition("\n")
        one_line = not end or first_line.rstrip().endswith("}")
        return reader_named("jsonl" if one_line else "json")
    return reader_named("csv" if looks_like_header(text.partition("\n")[0]) else "text")
