"""One input as bytes and as lines of text, whatever it is compressed with and encoded in."""

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
"""The longest line and text that is read: some ten million words. It bounds the memory it takes."""

ARTICLE_LIMIT_LINES: Final = 1 << 21
"""The most lines of one article: 32 characters each, in the longest. Short ones take more memory
than their text."""

COMPRESSIONS: Final[dict[str, Callable[[BinaryIO], gzip.GzipFile | bz2.BZ2File | XzFile]]] = {
    ".gz": lambda file: gzip.GzipFile(fileobj=file),
    ".bz2": lambda file: bz2.BZ2File(file),
    ".xz": XzFile,
}

# The longer mark first: that of UTF-16-LE is the beginning of that of UTF-32-LE.
_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# These expect a mark themselves, or write one before every line that they encode.
_MARKED: Final = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}
_READ_BYTES: Final = 1 << 18
# A decompressor that meets damage gives nothing of the piece that it was asked for. Bzip2 is asked
# for more: damage spoils a whole block of it from the beginning, which is better left out.
_UNPACKED_BYTES: Final = {".gz": 1 << 12, ".bz2": _READ_BYTES, ".xz": 1 << 12}


class Line(NamedTuple):
    """A line with its end, numbered from 1; ``text`` is None where ``problem`` says why."""

    number: int
    text: str | None
    problem: str = ""


class _Counted(io.RawIOBase):
    """A file that tells how much of it has been read."""

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
    """A compressed file that gives all it can before it says that the rest is damaged."""

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
    """One input. ``name`` is what errors call it: its path, or "-" for standard input.

    ``encoding`` None means that of the byte order mark at its beginning, or UTF-8. Nothing is
    guessed: Latin-1 read as UTF-8 fails loudly, UTF-8 read as Latin-1 would spoil every name.
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
        self._began = False

    def beginning(self) -> bytes:
        """Return the first bytes, up to 256 kB, without reading them."""
        with self._reading():
            return self._file.peek(1)

    def encoding(self) -> str:
        """Return the encoding, and skip a byte order mark. Call it before reading."""
        if not self._began:
            self._began = True
            beginning = self.beginning()
            for mark, name in _BYTE_ORDER_MARKS:
                if beginning.startswith(mark):
                    self._file.read(len(mark))
                    if self._encoding is None or _is_marked(self._encoding):
                        self._encoding = name
                    break
            if self._encoding and _is_marked(self._encoding):
                # No mark after all: the order that Windows writes.
                self._encoding = _MARKED[codecs.lookup(self._encoding).name]
        return self._encoding or "utf-8"

    def text(self, limit_bytes: int = ARTICLE_LIMIT_BYTES) -> str:
        """Return everything as one text. Raises MalformedArticleError for what is no text."""
        encoding = self.encoding()
        with self._reading():
            data = self._file.read(limit_bytes + 1)
        if len(data) > limit_bytes:
            raise self._too_long(limit_bytes)
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
        """Return the whole text, some 256 kB at a time. Raises as text() does, but later."""
        encoding = self.encoding()
        decoder = codecs.getincrementaldecoder(encoding)()
        taken = 0
        data = b"more"
        while data:
            with self._reading():
                data = self._file.read(min(_READ_BYTES, limit_bytes + 1 - taken))
            taken += len(data)
            if taken > limit_bytes:
                raise self._too_long(limit_bytes)
            try:
                text = decoder.decode(data, final=not data)
            except UnicodeError as error:
                before = taken - len(getattr(error, "object", data))
                raise MalformedArticleError(
                    _not_text(data, encoding, error, before), source=self.name
                ) from None
            if "\0" in text:
                raise self._binary()
            if text:
                yield text

    def _too_long(self, limit_bytes: int) -> MalformedArticleError:
        return MalformedArticleError(
            f"it is longer than {limit_bytes // 2**20} MiB, the limit for one article;"
            " split it, or convert it to JSON lines",
            source=self.name,
        )

    def _binary(self) -> MalformedArticleError:
        return MalformedArticleError(
            "it has NUL characters: it looks like a binary file", source=self.name
        )

    def lines(self) -> Iterator[Line]:
        """Return the lines one by one; one that cannot be used has its problem in place of text.

        Lines end at a line feed, and a carriage return before it belongs to the end.
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
                yield Line(number, None, f"the line is longer than {limit} MiB")
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
        # The next multiple: a piece of a line that is too long must end with a whole character.
        limit = ARTICLE_LIMIT_BYTES - ARTICLE_LIMIT_BYTES % width + width
        with self._reading():
            data = bytearray(self._file.readline(limit))
            # The byte 0A is half of another character in UTF-16 and UTF-32.
            while width > 1 and data and len(data) < limit:
                if len(data) % width == 0 and data.endswith(end):
                    break
                if end[0] and len(data) % width:  # little-endian: the zeros come after it
                    more = self._file.read(width - len(data) % width)
                else:
                    more = self._file.readline(limit - len(data))
                if not more:
                    break
                data += more
        return data

    def _reading(self) -> _Reading:
        return _Reading(self.name)


class _Reading:
    """Turn the errors of files and decompressors into IngestError."""

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


def _not_text(data: bytes | bytearray, encoding: str, error: UnicodeError, before: int = 0) -> str:
    if b"\0" in data[:1024] and encoding == "utf-8":
        return "it has NUL characters: it looks like a binary file"
    if not isinstance(error, UnicodeDecodeError) or error.start >= len(error.object):
        return f"it is not {encoding.upper()}: {error}"
    place, value = before + error.start, error.object[error.start]
    return (
        f"it is not {encoding.upper()}: byte {place} is 0x{value:02x};"
        " give its encoding, such as --encoding latin-1"
    )
