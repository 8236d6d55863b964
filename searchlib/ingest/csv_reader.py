"""Read CSV: a header that names the columns, then one article in each record."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from typing import Final, NamedTuple

from searchlib.article import Article
from searchlib.errors import MalformedArticleError
from searchlib.ingest.csv_guard import unguarded
from searchlib.ingest.record_mapping import TEXT_RECORD_KEYS, article_from_record
from searchlib.ingest.source import ARTICLE_LIMIT_BYTES, ARTICLE_LIMIT_LINES, Line, TextSource
from searchlib.schema import ANY_TEXT_FIELD

__all__ = ["looks_like_header", "read_csv"]

_DELIMITERS: Final = ",;\t"
_MAX_COLUMNS: Final = 1 << 14
"""Maximum number of columns, to bound memory: every article stores the names of its columns.

Spreadsheets have the same limit.
"""


def looks_like_header(line: str) -> bool:
    """Return whether ``line`` names the columns of articles."""
    try:
        names = _split(line, _delimiter(line))
    except MalformedArticleError:
        return False
    return len(names) > 1 and any(name.strip().casefold() in TEXT_RECORD_KEYS for name in names)


def read_csv(source: TextSource) -> Iterator[Article | MalformedArticleError]:
    """Yield the article of each record, or the error of a bad record.

    The delimiter is the one of comma, semicolon and tab that is most frequent in the header. A
    quoted value may have several lines. If a quote is never closed, or if it is closed so late that
    the number of columns is wrong, the line of the quote is reported, and reading continues with
    the next line. A record that is longer than the limit for one article is reported and skipped as
    a whole. The apostrophe that guards a cell against spreadsheets is removed.
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
            # A bad record of several lines may have swallowed good records: skip its first line.
            lines.take(record.num_lines if record.owns_lines else 1)
            if record.continues:
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
    """A record that begins at the line with the number ``line``, or the ``problem`` with it.

    If there is a problem, ``owns_lines`` says that all ``num_lines`` lines belong to the record,
    and ``continues`` that the next lines do too, up to a line that closes the quote.
    """

    line: int
    num_lines: int
    text: str
    problem: str = ""
    owns_lines: bool = False
    continues: bool = False


def _header(lines: _Lines) -> tuple[str, list[str]]:
    """Take the header, and return the delimiter and the names of the columns."""
    header = next(lines.ahead(), None)
    if header is None:
        raise MalformedArticleError("it is empty")
    lines.take(1)
    if header.text is None:
        raise MalformedArticleError(header.problem, line=header.number)
    delimiter = _delimiter(header.text)
    columns = header.text.count(delimiter) + 1
    if columns > _MAX_COLUMNS:
        raise MalformedArticleError(
            f"the header has {columns:,} columns; it may have {_MAX_COLUMNS:,} at most",
            line=header.number,
        )
    try:
        names = _column_names(header.text, delimiter)
    except MalformedArticleError as error:
        raise MalformedArticleError(error.problem, line=header.number) from None
    if not any(name.casefold() in TEXT_RECORD_KEYS for name in names):
        raise MalformedArticleError(
            f"the header {header.text.strip()[:100]!r} names no {ANY_TEXT_FIELD} column",
            line=header.number,
        )
    return delimiter, names


def _values(record: _Record, delimiter: str, names: list[str]) -> dict[str, str]:
    """Return the values of a record by column name. A blank line has no values."""
    if record.problem:
        raise MalformedArticleError(record.problem)
    if not record.text.strip():
        return {}
    # In a record of several lines, a quote must close before a delimiter. Any other quote belongs
    # to a later record.
    values = _split(record.text, delimiter, strict=record.num_lines > 1)
    if len(values) != len(names):
        raise MalformedArticleError(
            f"the record has {len(values)} columns where the header has {len(names)}"
        )
    return dict(zip(names, map(unguarded, values), strict=True))


class _Lines:
    """The lines of a source, with look-ahead."""

    def __init__(self, source: TextSource) -> None:
        self._lines = source.lines()
        self._ahead: deque[Line] = deque()

    def ahead(self) -> Iterator[Line]:
        """Yield the next lines without taking them."""
        index = 0
        while True:
            if index == len(self._ahead):
                line = next(self._lines, None)
                if line is None:
                    return
                self._ahead.append(line)
            yield self._ahead[index]
            index += 1

    def take(self, count: int) -> None:
        for _ in range(count):
            self._ahead.popleft()

    def skip_to_quote(self) -> None:
        """Take and discard lines up to the first one that closes the quote."""
        is_open = True
        while is_open:
            line = self._ahead.popleft() if self._ahead else next(self._lines, None)
            is_open = line is not None and (line.text or "").count('"') % 2 == 0


def _next_record(lines: _Lines, delimiter: str, columns: int) -> _Record | None:
    """Return the next record without taking its lines; None at the end.

    A quote inside a quoted value is doubled. So a record ends after the line where the number of
    quotes is even. It also ends after its first line if that is a record by itself, such as a line
    with an inch mark. A line with an odd number of quotes looks ahead only to the next such line,
    so that all look-ahead takes linear time.

    If the lines exceed the limits for one article, there are two cases. If most of the lines after
    the first are records, the quote was never closed. Otherwise the record is too long.
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
        is_alone = len(parts) == 1 and quotes % 2 and _is_record(line.text, delimiter, columns)
        is_closed = quotes % 2 == 0 or is_alone
        is_too_long = size > ARTICLE_LIMIT_BYTES or len(parts) > ARTICLE_LIMIT_LINES
        if is_too_long and len(parts) > 1:
            num_records = sum(_is_record(part, delimiter, columns) for part in parts[1:])
            if 2 * num_records > len(parts) - 1:
                break
            return _Record(
                number, len(parts), "", _too_long(), owns_lines=True, continues=not is_closed
            )
        if is_closed:
            return _Record(number, len(parts), "".join(parts))
    if not parts:
        return None
    problem = "a quote is opened on this line and never closed; close it, or write it twice"
    return _Record(number, 1, "", problem)


def _too_long() -> str:
    return (
        f"the record is longer than {ARTICLE_LIMIT_BYTES // 2**20} MiB or"
        f" {ARTICLE_LIMIT_LINES:,} lines, the limits for one article; split it"
    )


def _is_record(line: str, delimiter: str, columns: int) -> bool:
    try:
        return len(_split(line, delimiter, strict=True)) == columns
    except MalformedArticleError:
        return False


def _column_names(header: str, delimiter: str) -> list[str]:
    """Return the names of the columns, made distinct so that no value is lost."""
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
    previous_limit = csv.field_size_limit(ARTICLE_LIMIT_BYTES)
    try:
        rows = list(csv.reader([text], delimiter=delimiter, strict=strict))
    except csv.Error as error:
        raise MalformedArticleError(f"it is not CSV: {error}") from None
    finally:
        csv.field_size_limit(previous_limit)
    return rows[0] if rows else []
