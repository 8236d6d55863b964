"""CSV: a header that names the columns, then an article a record."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from typing import Final, NamedTuple

from searchlib.article import Article
from searchlib.errors import MalformedArticleError
from searchlib.ingest.csv_guard import unguarded
from searchlib.ingest.record_mapping import TEXT_NAMES, article_from_record
from searchlib.ingest.source import ARTICLE_LIMIT_BYTES, ARTICLE_LIMIT_LINES, Line, TextSource

__all__ = ["looks_like_header", "read_csv"]

_DELIMITERS: Final = ",;\t"
_MOST_COLUMNS: Final = 1 << 14
"""As many as spreadsheets have. Every article keeps the names of its columns."""


def looks_like_header(line: str) -> bool:
    """Tell whether ``line`` names the columns of articles."""
    try:
        names = _split(line, _delimiter(line))
    except MalformedArticleError:
        return False
    return len(names) > 1 and any(name.strip().casefold() in TEXT_NAMES for name in names)


def read_csv(source: TextSource) -> Iterator[Article | MalformedArticleError]:
    """Return the article of each record, or what is wrong with it.

    The delimiter (comma, semicolon or tab) is the one that the header has most of. A quoted value
    may go over lines. Where a quote is never closed, or closes so late that the columns do not
    fit, the line that it began on is reported, and reading goes on with the next. A record that is
    longer than an article may be is reported and skipped whole. The apostrophe that guards a cell
    against spreadsheets is taken off.
    """
    lines = _Lines(source)
    try:
        delimiter, names = _header(lines)
    except MalformedArticleError as error:
        yield MalformedArticleError(error.problem, source=source.name, line=error.line)
        return
    while record := _next_record(lines, delimiter, len(names)):
        try:
            values = _values(record, delimiter, names)
        except MalformedArticleError as error:
            # A record of one line is done with; one of many may have swallowed good ones.
            lines.take(record.num_lines if record.is_whole else 1)
            if record.is_open:
                lines.skip_to_quote()
            yield MalformedArticleError(error.problem, source=source.name, line=record.line)
            continue
        lines.take(record.num_lines)
        if not values:
            continue
        try:
            yield article_from_record(values)
        except MalformedArticleError as error:
            yield MalformedArticleError(error.problem, source=source.name, line=record.line)


class _Record(NamedTuple):
    """The lines of a record, from ``line`` on, or the ``problem`` with them.

    With a problem, ``is_whole`` tells that all its lines belong to it, ``is_open`` that more do, up
    to one with the quote that closes it.
    """

    line: int
    num_lines: int
    text: str
    problem: str = ""
    is_whole: bool = False
    is_open: bool = False


def _header(lines: _Lines) -> tuple[str, list[str]]:
    """Take the header; give the delimiter and the names of the columns."""
    header = next(lines.ahead(), None)
    if header is None:
        raise MalformedArticleError("it is empty")
    lines.take(1)
    if header.text is None:
        raise MalformedArticleError(header.problem, line=header.number)
    delimiter = _delimiter(header.text)
    columns = header.text.count(delimiter) + 1
    if columns > _MOST_COLUMNS:
        raise MalformedArticleError(
            f"the header has {columns:,} columns; the most is {_MOST_COLUMNS:,}", line=header.number
        )
    try:
        names = _column_names(header.text, delimiter)
    except MalformedArticleError as error:
        raise MalformedArticleError(error.problem, line=header.number) from None
    if not any(name.casefold() in TEXT_NAMES for name in names):
        raise MalformedArticleError(
            f"the header {header.text.strip()[:100]!r} names no headline, body or caption column",
            line=header.number,
        )
    return delimiter, names


def _values(record: _Record, delimiter: str, names: list[str]) -> dict[str, str]:
    """Return a record's values by column; none for a blank line."""
    if record.problem:
        raise MalformedArticleError(record.problem)
    if not record.text.strip():
        return {}
    # Over lines, a quote that ends anywhere but before a delimiter is the next record's.
    values = _split(record.text, delimiter, strict=record.num_lines > 1)
    if len(values) != len(names):
        raise MalformedArticleError(
            f"the record has {len(values)} columns where the header has {len(names)}"
        )
    return dict(zip(names, map(unguarded, values), strict=True))


class _Lines:
    """Lines that can be looked at before they are taken."""

    def __init__(self, source: TextSource) -> None:
        self._lines = source.lines()
        self._ahead: deque[Line] = deque()

    def ahead(self) -> Iterator[Line]:
        place = 0
        while True:
            if place == len(self._ahead):
                line = next(self._lines, None)
                if line is None:
                    return
                self._ahead.append(line)
            yield self._ahead[place]
            place += 1

    def take(self, count: int) -> None:
        for _ in range(count):
            self._ahead.popleft()

    def skip_to_quote(self) -> None:
        """Take lines up to the first that closes a quote, and keep none of them."""
        is_open = True
        while is_open:
            line = self._ahead.popleft() if self._ahead else next(self._lines, None)
            is_open = line is not None and (line.text or "").count('"') % 2 == 0


def _next_record(lines: _Lines, delimiter: str, columns: int) -> _Record | None:
    """Return the next record, without taking its lines; None at the end.

    Quotes are doubled inside quotes: a record ends where their number is even, or with a line that
    is a record by itself, as one with an inch mark is. A line with an odd number looks ahead to the
    next such line and no further, so that all looking takes linear time.

    Where an article may be no longer, it is a quote that nobody closed if most lines after it are
    records, and a text that is too long otherwise.
    """
    parts: list[str] = []
    number = quotes = size = 0
    for line in lines.ahead():
        number = number or line.number
        if line.text is None:
            if parts:
                break
            return _Record(number, 1, "", line.problem)
        parts.append(line.text)
        quotes += line.text.count('"')
        size += len(line.text)
        alone = len(parts) == 1 and quotes % 2 and _is_record(line.text, delimiter, columns)
        is_closed = quotes % 2 == 0 or alone
        is_too_long = size > ARTICLE_LIMIT_BYTES or len(parts) > ARTICLE_LIMIT_LINES
        if is_too_long and len(parts) > 1:
            records = sum(_is_record(part, delimiter, columns) for part in parts[1:])
            if 2 * records > len(parts) - 1:
                break
            problem = _too_long()
            return _Record(number, len(parts), "", problem, is_whole=True, is_open=not is_closed)
        if is_closed:
            return _Record(number, len(parts), "".join(parts))
    if not parts:
        return None
    return _Record(number, 1, "", "a quote is opened on this line and never closed")


def _too_long() -> str:
    return (
        f"the record is longer than {ARTICLE_LIMIT_BYTES // 2**20} MiB or"
        f" {ARTICLE_LIMIT_LINES:,} lines, the limits for one article"
    )


def _is_record(line: str, delimiter: str, columns: int) -> bool:
    try:
        return len(_split(line, delimiter, strict=True)) == columns
    except MalformedArticleError:
        return False


def _column_names(header: str, delimiter: str) -> list[str]:
    """Return each column a name of its own, so that no value is lost."""
    names: dict[str, None] = {}
    for number, column in enumerate(_split(header, delimiter), start=1):
        name = unguarded(column.strip()).strip() or f"column {number}"
        while name in names:
            name = f"{name} (column {number})"
        names[name] = None
    return [*names]


def _delimiter(header: str) -> str:
    return max(_DELIMITERS, key=header.count)


def _split(text: str, delimiter: str, *, strict: bool = False) -> list[str]:
    before = csv.field_size_limit(ARTICLE_LIMIT_BYTES)
    try:
        rows = list(csv.reader([text], delimiter=delimiter, strict=strict))
    except csv.Error as error:
        raise MalformedArticleError(f"it is not CSV: {error}") from None
    finally:
        csv.field_size_limit(before)
    return rows[0] if rows else []
