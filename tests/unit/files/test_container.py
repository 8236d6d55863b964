"""Files of sections: what is written comes back, and no damage goes unseen."""

from __future__ import annotations

import struct
import zlib

import pytest

from searchlib.errors import CorruptIndexError, IndexFormatError
from searchlib.files import container_writing
from tests.helpers.containers import opened, written

pytestmark = pytest.mark.kernels

# The file of the docstring of container.py.
EXAMPLE = bytes.fromhex(
    "8B 53 4C 47 0D 0A 1A 0A  01 00 00 00 54 45 53 54"
    "68 65 6C 6C 6F"
    "01 00 00 00  01 00 61"
    "10 00 00 00 00 00 00 00  05 00 00 00 00 00 00 00"
    "86 A6 10 36"
    "15 00 00 00 00 00 00 00  1B 00 00 00 00 00 00 00"
    "08 CB 8E A8  8B 53 4C 47 0D 0A 1A 0A"
)


def contents(data: bytes) -> dict[str, bytes]:
    """Read everything in every way there is."""
    container = opened(data)
    found = {}
    for name in container.names():
        if f"{name}#" in container:
            pages = container.paged(name)
            found[name] = bytes(pages.get(0, pages.size))
        else:
            found[name] = bytes(container.section(name))
    return found


SMALL = written(
    {"a": [b"hello"], "nothing": [], "ü": [b"12", b"", b"345"]}, {"p": [b"paged", b"!"]}
)


def with_directory(directory: bytes, offset: int = 16, header: bytes = EXAMPLE[:16]) -> bytes:
    """Make a file whose checksums are right whatever its directory says."""
    where = struct.pack("<QQ", offset, len(directory))
    checksum = zlib.crc32(header + directory + where)
    body = header.ljust(offset, b"\0") + directory + where
    return body + struct.pack("<I8s", checksum, EXAMPLE[:8])


def entry(name: bytes, start: int, length: int) -> bytes:
    return struct.pack("<H", len(name)) + name + struct.pack("<QQI", start, length, 0)


def test_the_example_of_the_docstring_is_written_byte_for_byte():
    assert written({"a": [b"hello"]}).hex(" ") == EXAMPLE.hex(" ")
    assert contents(EXAMPLE) == {"a": b"hello"}


def test_sections_come_back_in_their_order():
    container = opened(SMALL)
    assert container.names() == ["a", "nothing", "ü", "p", "p#"]
    assert "a" in container
    assert "b" not in container
    with pytest.raises(KeyError):
        container.section("b")
    assert contents(SMALL)["ü"] == b"12345"
    assert contents(SMALL)["nothing"] == b""
    assert contents(SMALL)["p"] == b"paged!"


def test_sections_begin_at_multiples_of_eight():
    assert SMALL.index(b"hello") % 8 == SMALL.index(b"12345") % 8 == SMALL.index(b"paged") % 8 == 0


def test_a_file_without_sections_is_a_file():
    assert contents(written({})) == {}


@pytest.mark.parametrize("at", range(len(SMALL)))
def test_every_flipped_bit_is_seen(at):
    for bit in range(8):
        data = bytearray(SMALL)
        data[at] ^= 1 << bit
        with pytest.raises(CorruptIndexError) as caught:
            contents(bytes(data))
        assert (caught.value.path, caught.value.file) == ("/index", "a.test")


@pytest.mark.parametrize("size", range(len(SMALL)))
def test_every_truncation_is_seen(size):
    with pytest.raises(CorruptIndexError):
        opened(SMALL[:size])


@pytest.mark.parametrize("more", [b"\0", b"\n", SMALL])
def test_what_was_added_behind_the_end_or_before_the_start_is_seen(more):
    with pytest.raises(CorruptIndexError):
        opened(SMALL + more)
    with pytest.raises(CorruptIndexError):
        opened(more + SMALL)


def test_a_file_sent_as_text_is_seen():
    with pytest.raises(CorruptIndexError, match="does not begin"):
        opened(SMALL.replace(b"\r\n", b"\n"))


def test_a_damaged_section_leaves_the_others_readable():
    data = bytearray(SMALL)
    data[SMALL.index(b"hello")] ^= 1
    container = opened(bytes(data))
    assert bytes(container.section("ü")) == b"12345"
    for _ in range(2):
        with pytest.raises(CorruptIndexError, match="section 'a'") as caught:
            container.section("a")
        assert caught.value.offset == 16


def test_another_kind_is_refused():
    with pytest.raises(CorruptIndexError, match="kind b'TEST', not b'DOCS'"):
        opened(SMALL, b"DOCS")


@pytest.mark.parametrize(("version", "advice"), [(2, "upgrade searchlib"), (0, "index the")])
def test_another_version_is_an_error_of_its_own(monkeypatch, version, advice):
    with monkeypatch.context() as patch:
        patch.setattr(container_writing, "VERSION", version)
        data = written({"a": [b"hello"]})
    with pytest.raises(IndexFormatError, match=advice) as caught:
        opened(data)
    assert (caught.value.found, caught.value.supported) == (version, 1)


@pytest.mark.parametrize(
    "directory",
    [
        struct.pack("<I", 1),
        struct.pack("<I", 1 << 31) + entry(b"a", 16, 0),
        struct.pack("<I", 1) + entry(b"\xff", 16, 0),
        struct.pack("<I", 1) + struct.pack("<H", 9) + b"a",
        struct.pack("<I", 1) + entry(b"a", 8, 1),
        struct.pack("<I", 1) + entry(b"a", 16, 1),
        struct.pack("<I", 1) + entry(b"a", 1 << 63, 1 << 63),
        struct.pack("<I", 0) + b"more",
        b"",
    ],
    ids="no-entry count name-utf8 name-length header behind-end far behind empty".split(),
)
def test_a_directory_that_was_never_written_is_refused_though_its_checksum_is_right(directory):
    with pytest.raises(CorruptIndexError):
        opened(with_directory(directory))


def test_such_a_directory_is_read_where_it_is_right():
    assert contents(with_directory(struct.pack("<I", 1) + entry(b"a", 16, 0))) == {"a": b""}
