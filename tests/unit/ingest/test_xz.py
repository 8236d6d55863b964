"""Files of xz, in little memory."""

from __future__ import annotations

import io
import lzma
import zlib

import pytest

from searchlib.ingest.xz import XzFile

TEXT = b"horses crossed the border. " * 5000


def read(data: bytes, size: int = 8192) -> bytes:
    file, out = XzFile(io.BytesIO(data)), []
    while piece := file.read1(size):
        assert len(piece) <= size
        out.append(piece)
    assert file.read1(size) == b""
    return b"".join(out)


@pytest.mark.parametrize("size", [1000, 8192, 10**6])
def test_a_file_is_read(size):
    assert read(lzma.compress(TEXT), size) == TEXT
    assert read(lzma.compress(b"")) == b""


def test_files_that_are_joined_are_one():
    assert read(lzma.compress(TEXT) + lzma.compress(b"") + lzma.compress(b"more")) == TEXT + b"more"


@pytest.mark.parametrize("zeros", [4, 8, 12, 16, 100_000])
def test_zeros_may_stand_behind_a_file_and_between_two(zeros):
    first, second = lzma.compress(TEXT), lzma.compress(b"more")
    assert read(first + bytes(zeros)) == TEXT
    assert read(first + bytes(zeros) + second) == TEXT + b"more"


@pytest.mark.parametrize("rubbish", [b"x", b"\n", b"rubbish", b"rubbish" * 10**5])
def test_rubbish_behind_a_file_is_left_out(rubbish):
    assert read(lzma.compress(TEXT) + rubbish) == TEXT
    assert read(lzma.compress(TEXT) + bytes(4) + rubbish) == TEXT


def test_the_older_format():
    old = lzma.compress(TEXT, format=lzma.FORMAT_ALONE)
    assert read(old) == TEXT
    assert read(old + old) == TEXT + TEXT


def test_a_file_whose_end_is_gone():
    data = lzma.compress(TEXT)
    for end in (0, 6, 100, len(data) - 1):
        with pytest.raises(EOFError, match="ends before"):
            read(data[:end])
    for end in (1, 6, 100):  # of a second one
        with pytest.raises(EOFError, match="ends before"):
            read(data + data[:end])


def test_damage_is_raised_also_in_a_second_file():
    data = bytearray(lzma.compress(TEXT))
    data[len(data) // 2] ^= 255
    for before in (b"", lzma.compress(b"first")):
        with pytest.raises(lzma.LZMAError):
            read(before + bytes(data))


def test_a_file_that_asks_for_a_gigabyte_is_refused_before_it_gets_it():
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 2**20}]
    data = bytearray(lzma.compress(TEXT, filters=filters))
    # The size of the dictionary, as a power of two and a half, and its checksum.
    header = 12 + (data[12] + 1) * 4
    at = data.index(b"\x21\x01", 12, header) + 2
    data[at] = 37  # 1.5 GiB
    data[header - 4 : header] = zlib.crc32(data[12 : header - 4]).to_bytes(4, "little")
    with pytest.raises(lzma.LZMAError, match=r"[Mm]emory"):
        read(bytes(data))
