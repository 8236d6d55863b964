"""Read xz files in bounded memory.

lzma.LZMAFile allocates the dictionary that the header of a stream asks for, up to 4 GiB, and has no
option to limit it.
"""

from __future__ import annotations

import lzma
from typing import BinaryIO, Final

__all__ = ["XzFile"]

_MAX_MEMORY_BYTES: Final = 256 * 2**20
"""Maximum memory of a decompressor. A file made by `xz -9` needs 65 MiB."""

_READ_BYTES: Final = 1 << 15
_MAGIC: Final = b"\xfd7zXZ\0"

_LZMA_HEADER_BYTES: Final = 13
"""Of the older format: a decompressor waits for so many bytes, of rubbish too."""


class XzFile:
    """Decompresses a file of one stream or several. Bytes after the last stream are ignored."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._stream = _stream()
        self._ended = False

    def read1(self, size: int) -> bytes:
        """Return up to ``size`` bytes, and no bytes only at the end.

        Raises LZMAError if the data is damaged or needs more memory than the limit, and EOFError if
        the end of the data is missing.
        """
        data = b""
        while not data and not self._ended:
            data = self._next_stream(size) if self._stream.eof else self._more(size)
        return data

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
    return lzma.LZMADecompressor(memlimit=_MAX_MEMORY_BYTES)
