"""A line of JSON with its checksum: what is written comes back, and all else is refused."""

from __future__ import annotations

import json
import zlib
from typing import Any

import pytest

from searchlib.errors import CorruptIndexError, IndexFormatError
from searchlib.files.checked_lines import (
    check_list,
    check_natural,
    decode_checked,
    encode_checked,
)

VALUES = {"version": 3, "name": "Élan", "numbers": [1, 2]}


def decode(data: bytes, parse: Any = dict) -> Any:
    return decode_checked(
        data, parse, version=3, path="/index", file="X_7.commit", remedy="index it again"
    )


def with_checksum(line: bytes) -> bytes:
    return line + b"crc32 %08x\n" % zlib.crc32(line)


def test_values_come_back():
    data = encode_checked(VALUES)
    assert data.isascii()
    assert data.count(b"\n") == 2
    assert decode(data) == VALUES


def test_every_changed_byte_is_found():
    data = encode_checked(VALUES)
    for at in range(len(data)):
        changed = bytearray(data)
        changed[at] ^= 1
        with pytest.raises(CorruptIndexError, match=r"X_7\.commit is damaged; index it again"):
            decode(bytes(changed))
        with pytest.raises(CorruptIndexError, match="is damaged"):
            decode(data[:at])


def test_another_version_says_what_to_do_before_anything_else_is_read():
    data = encode_checked({**VALUES, "version": 4})
    with pytest.raises(
        IndexFormatError, match="the searchlib that wrote it, or index it"
    ) as caught:
        decode(data, lambda _: pytest.fail("it is not read"))
    assert (caught.value.found, caught.value.supported) == (4, 3)


@pytest.mark.parametrize("line", [b"[]", b"{}", b"7", b"{", b'{"version": "3"}', b"[" * 10**5])
def test_what_has_a_right_checksum_and_is_nothing_else(line):
    with pytest.raises(CorruptIndexError, match=r"the commit file X_7\.commit cannot be read"):
        decode(with_checksum(line + b"\n"))


@pytest.mark.parametrize("error", [AttributeError, KeyError, TypeError, ValueError])
def test_an_error_over_the_values_is_damage(error):
    def parse(_: object) -> None:
        raise error("x" * 1000)

    with pytest.raises(CorruptIndexError, match=f"cannot be read: {error.__name__}") as caught:
        decode(encode_checked(VALUES), parse)
    assert len(str(caught.value)) < 300
    assert (caught.value.path, caught.value.file) == ("/index", "X_7.commit")


def test_no_number_that_json_does_not_have_is_written():
    with pytest.raises(ValueError, match="JSON compliant"):
        encode_checked({"version": float("nan")})


@pytest.mark.parametrize("value", [-1, True, 1.0, "1", None, [1]])
def test_what_is_no_natural_number(value):
    with pytest.raises(ValueError, match="is no natural number"):
        check_natural(value)
    assert check_natural(10**20) == 10**20


@pytest.mark.parametrize("value", [{}, "ab", (1,), None])
def test_what_is_no_list(value):
    with pytest.raises(ValueError, match="is no list"):
        check_list(value)
    assert check_list(json.loads("[1]")) == [1]
