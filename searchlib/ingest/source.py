"""One input as bytes and as lines of text, decompressed and decoded."""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import lzma
import zlib
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, Final, NamedTuple

from searchlib.article import MAX_ARTICLE_BYTES
from searchlib.errors import IngestError, MalformedArticleError
from searchlib.ingest.xz import XzFile

__all__ = ["ARTICLE_LIMIT_BYTES", "ARTICLE_LIMIT_LINES", "COMPRESSIONS", "Line", "TextSource"]

ARTICLE_LIMIT_BYTES: Final = MAX_ARTICLE_BYTES
"""Maximum size of a line and of a text, to bound memory: some ten million words."""

ARTICLE_LIMIT_LINES: Final = 1 << 21
"""Maximum number of lines of one article, to bound memory: short lines take more than their text.

The longest article may have 32 characters in each line.
"""

COMPRESSIONS: Final[dict[str, Callable[[BinaryIO], gzip.GzipFile | bz2.BZ2File | XzFile]]] = {
    ".gz": lambda file: gzip.GzipFile(fileobj=file),
    ".bz2": lambda file: bz2.BZ2File(file),
    ".xz": XzFile,
}

# The mark of UTF-32-LE begins with the mark of UTF-16-LE, so it is tested first.
_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Python's codecs with these names expect a mark, or write one before every line that they encode.
# Each is replaced by the codec of the same encoding without a mark.
_MARKED: Final = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}
_READ_BYTES: Final = 1 << 18
# The number of bytes of one decompression. If the data is damaged, the decompressor returns none of
# them, so the number is small. For bzip2 it is larger: damage spoils a whole block from its
# beginning, and it is better to leave out the block.
_UNPACKED_BYTES: Final = {".gz": 1 << 12, ".bz2": _READ_BYTES, ".xz": 1 << 12}


class Line(NamedTuple):
    """A line with its line end; ``number`` counts from 1. A bad line has a problem and no text."""

    number: int
    text: str | None
    problem: str = ""


class _Counted(io.RawIOBase):
    """A file that reports the number of bytes of each read."""

    def __init__(self, file: BinaryIO, on_bytes: Callable[[int], object] | None) -> None:
        self._file = file
        self._on_bytes = on_bytes

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        data = self._file.read(len(view))
        view[: len(data)] = data
        if self._on_bytes:
            self._on_bytes(len(data))
        return len(data)


class _Unpacked(io.RawIOBase):
    """A compressed file that returns all readable data before it raises for the damaged rest."""

    def __init__(self, file: gzip.GzipFile | bz2.BZ2File | XzFile, piece_bytes: int) -> None:
        self._file = file
        self._piece_bytes = piece_bytes

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        data = self._file.read1(min(len(view), self._piece_bytes))
        view[: len(data)] = data
        return len(data)


class TextSource:
    """One input. ``name`` is its path, or "-" for standard input; error messages show it.

    If ``encoding`` is None, the encoding is that of the byte order mark, or UTF-8 if there is no
    mark. The encoding is never guessed: Latin-1 read as UTF-8 raises an error, but UTF-8 read as
    Latin-1 would silently spoil every name.
    """

    def __init__(
        self,
        name: str,
        file: BinaryIO,
        *,
        compression: str = "",
        encoding: str | None = None,
        on_bytes: Callable[[int], object] | None = None,
    ) -> None:
        self.name = name
        raw = io.BufferedReader(_Counted(file, on_bytes), _READ_BYTES)
        self._file: io.BufferedReader[Any] = raw
        if compression:
            unpacked = _Unpacked(COMPRESSIONS[compression](raw), _UNPACKED_BYTES[compression])
            self._file = io.BufferedReader(unpacked, _READ_BYTES)
        self._encoding = encoding
        self._has_begun = False

    def beginning(self) -> bytes:
        """Return the first bytes, up to 256 kB, without consuming them."""
        with self._guard():
            return self._file.peek(1)

    def encoding(self) -> str:
        """Return the encoding, and skip the byte order mark. The reading methods call it first."""
        if not self._has_begun:
            self._has_begun = True
            beginning = self.beginning()
            for mark, name in _BYTE_ORDER_MARKS:
                if beginning.startswith(mark):
                    self._file.read(len(mark))
                    if self._encoding is None or _is_marked(self._encoding):
                        self._encoding = name
                    break
            if self._encoding and _is_marked(self._encoding):
                # There is no mark, so assume little-endian, the byte order that Windows writes.
                self._encoding = _MARKED[codecs.lookup(self._encoding).name]
        return self._encoding or "utf-8"

    def text(self, limit_bytes: int = ARTICLE_LIMIT_BYTES) -> str:
        """Return the whole text. Raises MalformedArticleError if it is too long or not a text."""
        encoding = self.encoding()
        with self._guard():
            data = self._file.read(limit_bytes + 1)
        if len(data) > limit_bytes:
            raise self._too_long(limit_bytes, "article")
        try:
            text = data.decode(encoding)
        except UnicodeError as error:
            raise MalformedArticleError(
                _not_text(data, encoding, error), source=self.name
            ) from None
        if "\0" in text:
            raise self._binary()
        return text

    def pieces(self, limit_bytes: int) -> Iterator[str]:
        """Yield the whole text of a file, some 256 kB at a time. Raises as text() does, but later.

        The limit is for the file: it may hold many articles.
        """
        encoding = self.encoding()
        decoder = codecs.getincrementaldecoder(encoding)()
        read_bytes = 0
        data = b"more"
        while data:
            with self._guard():
                data = self._file.read(min(_READ_BYTES, limit_bytes + 1 - read_bytes))
            read_bytes += len(data)
            if read_bytes > limit_bytes:
                raise self._too_long(limit_bytes, "file")
            try:
                text = decoder.decode(data, final=not data)
            except UnicodeError as error:
                offset = read_bytes - len(getattr(error, "object", data))
                raise MalformedArticleError(
                    _not_text(data, encoding, error, offset), source=self.name
                ) from None
            if "\0" in text:
                raise self._binary()
            if text:
                yield text

    def _too_long(self, limit_bytes: int, unit: str) -> MalformedArticleError:
        return MalformedArticleError(
            f"it is longer than {limit_bytes // 2**20} MiB, the limit for one {unit};"
            " split it, or convert it to JSON lines",
            source=self.name,
        )

    def _binary(self) -> MalformedArticleError:
        return MalformedArticleError(
            "it has NUL characters: it looks like a binary file", source=self.name
        )

    def lines(self) -> Iterator[Line]:
        """Yield the lines. A line that cannot be read has a problem in place of its text.

        A line ends with a line feed, which may have a carriage return before it.
        """
        encoding = self.encoding()
        end = "\n".encode(encoding)
        number = 0
        while data := self._line(end):
            number += 1
            if len(data) > ARTICLE_LIMIT_BYTES:
                while data and not data.endswith(end):
                    data = self._line(end)
                limit = ARTICLE_LIMIT_BYTES // 2**20
                problem = f"the line is longer than {limit} MiB, the limit for one article"
                yield Line(number, None, problem)
                continue
            try:
                text = data.decode(encoding)
            except UnicodeError as error:
                yield Line(number, None, _not_text(data, encoding, error))
                continue
            if "\0" in text:
                yield Line(number, None, "it has NUL characters: it looks like a binary file")
                continue
            yield Line(number, text)

    def _line(self, end: bytes) -> bytearray:
        width = len(end)
        # A multiple of the width, so that a piece of a long line ends with a whole character.
        limit = ARTICLE_LIMIT_BYTES - ARTICLE_LIMIT_BYTES % width + width
        with self._guard():
            data = bytearray(self._file.readline(limit))
            # In UTF-16 and UTF-32 the byte 0A can be a part of another character.
            while width > 1 and data and len(data) < limit:
                if len(data) % width == 0 and data.endswith(end):
                    break
                if end[0] and len(data) % width:  # little-endian: zero bytes follow the 0A
                    more = self._file.read(width - len(data) % width)
                else:
                    more = self._file.readline(limit - len(data))
                if not more:
                    break
                data += more
        return data

    def _guard(self) -> _ReadGuard:
        return _ReadGuard(self.name)


class _ReadGuard:
    """A context manager that turns errors of files and decompressors into IngestError."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, EOFError | lzma.LZMAError | zlib.error | gzip.BadGzipFile):
            raise IngestError(f"{self._name}: the compressed data is damaged: {error}") from error
        if isinstance(error, OSError):
            problem = error.strerror or str(error)
            raise IngestError(f"{self._name}: it cannot be read: {problem}") from error


def _is_marked(encoding: str) -> bool:
    return codecs.lookup(encoding).name in _MARKED


def _not_text(data: bytes | bytearray, encoding: str, error: UnicodeError, offset: int = 0) -> str:
    """Return the message for ``data``, which begins at the byte ``offset`` of the input."""
    if b"\0" in data[:1024] and encoding == "utf-8":
        return "it has NUL characters: it looks like a binary file"
    if not isinstance(error, UnicodeDecodeError) or error.start >= len(error.object):
        return f"it is not {encoding.upper()}: {error}"
    value = error.object[error.start]
    return (
        f"it is not {encoding.upper()}: byte {offset + error.start} is 0x{value:02x};"
        " give its encoding, such as --encoding latin-1"
    )
