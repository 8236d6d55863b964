"""Writing a file of named sections: container.py has the grammar, and reads it."""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Iterable
from typing import Final, Protocol

from searchlib.files.container import (
    CHECKED_FOOTER_BYTES,
    COUNT,
    ENTRY,
    FOOTER,
    HEADER,
    NAME_LENGTH,
    PAGE_BYTES,
    SIGNATURE,
    VERSION,
    Bytes,
    little_endian,
)

__all__ = ["ContainerWriter", "PagedWriter"]

_ALIGNMENT: Final = 8


class _File(Protocol):
    """What a container is written to."""

    def write(self, data: Bytes, /) -> object: ...


class ContainerWriter:
    """Write sections one after the other, each in as many pieces as it comes in."""

    def __init__(self, file: _File, kind: bytes) -> None:
        self._file = file
        self._header = HEADER.pack(SIGNATURE, VERSION, kind)
        self._file.write(self._header)
        self._offset = len(self._header)
        self._entries: list[tuple[bytes, int, int, int]] = []

    def section(self, name: str, pieces: Iterable[Bytes]) -> None:
        """Write ``pieces`` as the section ``name``. No two sections have one name."""
        padding = -self._offset % _ALIGNMENT
        self._file.write(bytes(padding))
        start = self._offset + padding
        length = checksum = 0
        for piece in pieces:
            self._file.write(piece)
            checksum = zlib.crc32(piece, checksum)
            length += len(piece)
        self._offset = start + length
        self._entries.append((name.encode(), start, length, checksum))

    def paged_section(self, name: str, pieces: Iterable[Bytes]) -> None:
        """Write ``pieces`` as a section that is read, and checked, a page at a time."""
        section = self.open_paged(name)
        for piece in pieces:
            section.write(piece)
        section.finish()

    def open_paged(self, name: str) -> PagedWriter:
        """Begin a paged section that is written little by little; finish it before the next one."""
        padding = -self._offset % _ALIGNMENT
        self._file.write(bytes(padding))
        self._offset += padding
        return PagedWriter(self, self._file, name, self._offset)

    def end_paged(
        self, name: str, start: int, length: int, checksum: int, pages: array[int]
    ) -> None:
        """Note a paged section that PagedWriter has written."""
        self._offset = start + length
        self._entries.append((name.encode(), start, length, checksum))
        self.section(f"{name}#", [little_endian(pages)])

    def finish(self) -> None:
        """Write the directory and the footer. The file is the caller's to sync and close."""
        directory = bytearray(COUNT.pack(len(self._entries)))
        for name, *entry in self._entries:
            directory += NAME_LENGTH.pack(len(name)) + name + ENTRY.pack(*entry)
        self._file.write(directory)
        where = FOOTER.pack(self._offset, len(directory), 0, b"")[:CHECKED_FOOTER_BYTES]
        checksum = zlib.crc32(where, zlib.crc32(directory, zlib.crc32(self._header)))
        self._file.write(FOOTER.pack(self._offset, len(directory), checksum, SIGNATURE))


class PagedWriter:
    """A paged section in the making; ``size`` is what it has so far, in bytes."""

    def __init__(self, writer: ContainerWriter, file: _File, name: str, start: int) -> None:
        self.size = 0
        self._writer = writer
        self._file = file
        self._name = name
        self._start = start
        self._checksum = 0
        self._pages = array("I")
        self._page = 0
        self._filled = 0

    def write(self, piece: Bytes) -> None:
        """Append ``piece``."""
        self._file.write(piece)
        self._checksum = zlib.crc32(piece, self._checksum)
        self.size += len(piece)
        rest = memoryview(piece)
        while rest.nbytes:
            part = rest[: PAGE_BYTES - self._filled]
            self._page = zlib.crc32(part, self._page)
            self._filled += len(part)
            rest = rest[len(part) :]
            if self._filled == PAGE_BYTES:
                self._pages.append(self._page)
                self._page = self._filled = 0

    def finish(self) -> None:
        """End the section."""
        if self._filled:
            self._pages.append(self._page)
        self._writer.end_paged(self._name, self._start, self.size, self._checksum, self._pages)
