"""A file of named sections, each with a checksum. Every file of a segment has this form.

    file      = magic version(u32) kind(4 bytes) section* directory footer
    section   = the bytes, from a multiple of 8 on, zeros before it
    paged     = a section of any size, and beside it one "NAME#": a crc32(u32) for each 64 KiB of it
    directory = number(u32) { name_length(u16) name offset(u64) length(u64) crc32(u32) }*
    footer    = directory_offset(u64) directory_length(u64) crc32(u32) magic

All numbers are little-endian. The magic, 8 bytes, has a byte above 127, a line end of each kind and
a control character, as that of PNG has: a file that was sent as text is known by it. The checksum
of the footer covers the header, the directory and the footer's own numbers; zlib's crc32 finds
every change of up to three bits and every burst of up to 32. For example, a file of kind "TEST"
with the one section "a", which holds "hello":

    00  8B 53 4C 47 0D 0A 1A 0A  01 00 00 00 54 45 53 54      magic, version 1, kind
    10  68 65 6C 6C 6F                                        the section "a"
    15  01 00 00 00  01 00 61                                 one entry, whose name has one byte
    1C  10 00 00 00 00 00 00 00  05 00 00 00 00 00 00 00      its offset and length
    2C  86 A6 10 36                                           its crc32
    30  15 00 00 00 00 00 00 00  1B 00 00 00 00 00 00 00      where the directory is
    40  .. .. .. ..  8B 53 4C 47 0D 0A 1A 0A                  crc32, magic
"""

from __future__ import annotations

import struct
import zlib
from array import array
from sys import byteorder
from typing import Final, TypeAlias

from searchlib.errors import CorruptIndexError, IndexFormatError

__all__ = [
    "CHECKED_FOOTER_BYTES",
    "COUNT",
    "ENTRY",
    "FOOTER",
    "HEADER",
    "NAME_LENGTH",
    "PAGE_BITS",
    "PAGE_BYTES",
    "SIGNATURE",
    "VERSION",
    "Bytes",
    "Container",
    "Paged",
    "little_endian",
]

VERSION: Final = 1
"""The version of the grammar above, and of what the sections of every kind hold."""

Bytes: TypeAlias = bytes | bytearray | memoryview

SIGNATURE: Final = b"\x8bSLG\r\n\x1a\n"
"""What every file of this form begins with."""

HEADER: Final = struct.Struct("<8sI4s")
COUNT: Final = struct.Struct("<I")
NAME_LENGTH: Final = struct.Struct("<H")
ENTRY: Final = struct.Struct("<QQI")
FOOTER: Final = struct.Struct("<QQI8s")
CHECKED_FOOTER_BYTES: Final = 16
PAGE_BITS: Final = 16
PAGE_BYTES: Final = 1 << PAGE_BITS


class Container:
    """The sections of a file, each checked when it is first asked for.

    ``path`` and ``name`` (of the index and of the file) stand in errors only. Raises
    CorruptIndexError for what ContainerWriter never wrote, IndexFormatError for another version.
    """

    def __init__(self, data: Bytes, kind: bytes, *, path: str, name: str) -> None:
        self._data = memoryview(data)
        self._path = path
        self._name = name
        self._sections: dict[str, memoryview] = {}
        self._entries: dict[str, tuple[int, int, int]] = {}
        size = len(self._data)
        if size < HEADER.size + COUNT.size + FOOTER.size:
            raise self.damage("it is cut off", size)
        magic, version, found_kind = HEADER.unpack_from(self._data)
        if magic != SIGNATURE:
            raise self.damage("it does not begin as a file of searchlib does", 0)
        footer_at = size - FOOTER.size
        offset, length, checksum, magic = FOOTER.unpack_from(self._data, footer_at)
        if magic != SIGNATURE or offset + length != footer_at:
            raise self.damage("its end is damaged or cut off", footer_at)
        directory = self._data[offset:footer_at]
        found = zlib.crc32(self._data[: HEADER.size])
        found = zlib.crc32(directory, found)
        found = zlib.crc32(self._data[footer_at : footer_at + CHECKED_FOOTER_BYTES], found)
        if found != checksum:
            raise self.damage("the checksum of its directory is wrong", offset)
        if version != VERSION:
            raise IndexFormatError(
                f"{name} has version {version}, and this searchlib reads version {VERSION};"
                f" {'upgrade searchlib' if version > VERSION else 'index the articles again'}",
                path=path,
                found=version,
                supported=VERSION,
            )
        if found_kind != kind:
            raise self.damage(f"it is of the kind {found_kind!r}, not {kind!r}", 12)
        try:
            self._read_directory(directory, offset)
        except (struct.error, UnicodeDecodeError) as error:
            raise self.damage("its directory cannot be read", offset) from error

    def _read_directory(self, directory: memoryview, limit: int) -> None:
        at = COUNT.size
        end = HEADER.size
        for _ in range(COUNT.unpack_from(directory)[0]):
            (name_length,) = NAME_LENGTH.unpack_from(directory, at)
            at += NAME_LENGTH.size
            name = bytes(directory[at : at + name_length]).decode()
            at += name_length
            start, length, checksum = ENTRY.unpack_from(directory, at)
            at += ENTRY.size
            if start < end or start + length > limit or any(self._data[end:start]):
                raise self.damage(f"its section {name!r} is not in its place", start)
            end = start + length
            self._entries[name] = start, length, checksum
        if at != len(directory):
            raise self.damage("there is more behind its directory", limit)

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def names(self) -> list[str]:
        """Return the names of the sections in the order in which they were written."""
        return list(self._entries)

    def section(self, name: str) -> memoryview:
        """Return a section, which is a view into the file; the first time it is checked.

        KeyError if there is none.
        """
        found = self._sections.get(name)
        if found is None:
            start, length, checksum = self._entries[name]
            found = self._data[start : start + length]
            if zlib.crc32(found) != checksum:
                raise self.damage(f"the checksum of its section {name!r} is wrong", start)
            self._sections[name] = found
        return found

    def paged(self, name: str) -> Paged:
        """Return a section that paged_section wrote; nothing of it is read yet."""
        start, length, _ = self._entries[name]
        checksums = array("I")
        data = self.section(f"{name}#")
        if len(data) != -(-length // PAGE_BYTES) * checksums.itemsize:
            raise self.damage(f"its section {name!r} has not the length that was written", start)
        checksums.frombytes(data)
        if byteorder == "big":
            checksums.byteswap()
        return Paged(self, name, self._data[start : start + length], checksums, start)

    def damage(self, problem: str, offset: int | None = None) -> CorruptIndexError:
        """Return the error that says what is wrong with this file."""
        return CorruptIndexError(
            f"{self._name} is damaged: {problem}; index the articles again",
            path=self._path,
            file=self._name,
            offset=offset,
        )


class Paged:
    """A section whose pages are checked when they are first read. ``size`` is in bytes."""

    def __init__(
        self, container: Container, name: str, data: memoryview, checksums: array[int], start: int
    ) -> None:
        self.size = len(data)
        self._container = container
        self._name = name
        self._data = data
        self._checksums = checksums
        self._start = start
        self._checked = bytearray(len(checksums))

    def get(self, start: int, end: int) -> memoryview:
        """Return the bytes from ``start`` up to ``end``; raise CorruptIndexError if there are none.

        Any thread may call it: at worst two check one page.
        """
        if not 0 <= start <= end <= self.size:
            raise self._container.damage(
                f"bytes {start} to {end} of its section {self._name!r}, which has {self.size}"
            )
        for page in range(start // PAGE_BYTES, -(-end // PAGE_BYTES)):
            if not self._checked[page]:
                self._check(page)
        return self._data[start:end]

    @property
    def unchecked(self) -> memoryview:
        """All of it, for what trusts no byte before it was checked."""
        return self._data

    @property
    def num_pages(self) -> int:
        """How many pages of 2 ** PAGE_BITS bytes it has."""
        return len(self._checksums)

    def check_pages(self, pages: bytearray) -> None:
        """Check those pages that have a 1, as get() does."""
        page = pages.find(1)
        while page >= 0:
            if not self._checked[page]:
                self._check(page)
            page = pages.find(1, page + 1)

    def check(self) -> None:
        """Read all of it."""
        self.get(0, self.size)

    def _check(self, page: int) -> None:
        at = page * PAGE_BYTES
        if zlib.crc32(self._data[at : at + PAGE_BYTES]) != self._checksums[page]:
            raise self._container.damage(
                f"the checksum of a page of its section {self._name!r} is wrong", self._start + at
            )
        self._checked[page] = 1


def little_endian(numbers: array[int] | array[float]) -> bytes:
    """Return the bytes of ``numbers`` as they stand in a file."""
    if byteorder == "big":
        numbers = numbers[:]
        numbers.byteswap()
    return numbers.tobytes()
