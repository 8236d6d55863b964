"""Files of xz, read in little memory, whatever their headers ask for.

lzma.LZMAFile gives a stream the dictionary that it asks for, up to 4 GiB, and has no limit for it.
"""

from __future__ import annotations

import lzma
from typing import BinaryIO, Final

__all__ = ["XzFile"]

_MEMORY_BYTES: Final = 256 * 2**20
"""`xz -9` asks for 65 MiB."""

_READ_BYTES: Final = 1 << 15
_MAGIC: Final = b"\xfd7zXZ\0"

_LZMA_HEADER_BYTES: Final = 13
"""Of the older format: a decompressor waits for so many bytes, of rubbish too."""


class XzFile:
    """The bytes of a compressed file, of one stream or several. What follows them is left out."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._stream = _stream()
        self._ended = False

    def read1(self, size: int) -> bytes:
        """Return up to ``size`` bytes; none at the end.

        Raises LZMAError for what is damaged or needs more memory, EOFError where the end is gone.
        """
        out = b""
        while not out and not self._ended:
            out = self._next_stream(size) if self._stream.eof else self._more(size)
        return out

    def _more(self, size: int) -> bytes:
        data = b""
        if self._stream.needs_input:
            data = self._file.read(_READ_BYTES)
            if not data:
                raise EOFError("it ends before its end-of-stream marker")
        return self._stream.decompress(data, size)

    def _next_stream(self, size: int) -> bytes:
        data = self._after_padding()
        is_xz = bool(data) and _MAGIC.startswith(data[: len(_MAGIC)])
        if not is_xz and len(data) < _LZMA_HEADER_BYTES:
            self._ended = True
            return b""
        self._stream = _stream()
        try:
            return self._stream.decompress(data, size)
        except lzma.LZMAError:
            if is_xz:
                raise
            self._ended = True
            return b""

    def _after_padding(self) -> bytes:
        """Return bytes behind a stream and the zeros that may follow it; few only at the end."""
        data = self._stream.unused_data.lstrip(b"\0")
        while len(data) < _LZMA_HEADER_BYTES and (more := self._file.read(_READ_BYTES)):
            data = (data + more).lstrip(b"\0")
        return data


def _stream() -> lzma.LZMADecompressor:
    return lzma.LZMADecompressor(memlimit=_MEMORY_BYTES)
