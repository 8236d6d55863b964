"""Bytes to lines: encodings, marks, compression, limits, and damage."""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import itertools
import lzma
import random
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchlib.errors import IngestError, MalformedArticleError
from searchlib.ingest import source as module
from searchlib.ingest.source import Line, TextSource
from tests.helpers.sources import source

# Ends of lines, and characters with the byte 0A in UTF-16 and UTF-32, in either half.
TEXT = "a\u0a00\u000a\u0a0a\r\n\U00010a0a\u0100\u0a41\n\n\u00e9 end"
LINES = ["a\u0a00\n", "\u0a0a\r\n", "\U00010a0a\u0100\u0a41\n", "\n", "\u00e9 end"]
MARKS = {
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
}
# The fastest settings; blocks of bzip2 of 100 kB.
COMPRESS = {
    ".gz": lambda data: gzip.compress(data, 1),
    ".bz2": lambda data: bz2.compress(data, 1),
    ".xz": lambda data: lzma.compress(data, preset=0),
}


def texts(data: bytes, **options) -> list[str | None]:
    return [line.text for line in source(data, **options).lines()]


@pytest.mark.parametrize("encoding", MARKS)
@pytest.mark.parametrize("asked", [None, "utf-8-sig", "UTF-16", "utf_32"])
def test_mark_tells_the_encoding_and_is_no_text(encoding, asked):
    data = MARKS[encoding] + TEXT.encode(encoding)
    assert texts(data, encoding=asked) == LINES
    assert source(data, encoding=asked).text() == TEXT
    assert source(data, encoding=asked).encoding() == encoding


@pytest.mark.parametrize("encoding", MARKS)
def test_named_encoding_without_a_mark(encoding):
    assert texts(TEXT.encode(encoding), encoding=encoding) == LINES


@pytest.mark.parametrize(
    ("asked", "written"), [("utf-16", "utf-16-le"), ("utf-32", "utf-32-le"), ("utf-8-sig", "utf-8")]
)
def test_without_a_mark_the_order_is_that_of_windows(asked, written):
    assert texts(TEXT.encode(written), encoding=asked) == LINES
    assert source(TEXT.encode(written), encoding=asked).text() == TEXT


def test_encoding_that_was_asked_for_goes_before_a_mark():
    assert texts(codecs.BOM_UTF8 + b"\xe9\n", encoding="latin-1") == ["\u00e9\n"]


def test_latin_1_as_utf_8_loses_its_line_only():
    lines = list(source(b"a\ncaf\xe9\nb").lines())
    assert [line.text for line in lines] == ["a\n", None, "b"]
    assert lines[1].problem.startswith("it is not UTF-8: byte 3 is 0xe9; give its encoding")
    assert texts(b"a\ncaf\xe9\nb", encoding="latin-1") == ["a\n", "caf\u00e9\n", "b"]
    with pytest.raises(MalformedArticleError, match=r"^s: it is not UTF-8: byte 5 is 0xe9"):
        source(b"a\ncaf\xe9\nb").text()


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_half_a_character_at_the_end(encoding):
    lines = list(source("a\nb\n".encode(encoding) + b"x", encoding=encoding).lines())
    assert [line.text for line in lines] == ["a\n", "b\n", None]
    assert lines[2].problem.startswith(f"it is not {encoding.upper()}: ")


def test_nul():
    problem = "it has NUL characters: it looks like a binary file"
    assert list(source(b"a\nb\0\nc\n").lines()) == [
        Line(1, "a\n"),
        Line(2, None, problem),
        Line(3, "c\n"),
    ]
    assert next(source(b"\x80\0").lines()).problem == problem
    for data in (b"a\0", b"\0\xff"):
        with pytest.raises(MalformedArticleError, match="it looks like a binary file"):
            source(data).text()


@pytest.mark.parametrize("encoding", MARKS)
@pytest.mark.parametrize("size", [4, 5, 7, 16])
def test_lines_over_the_borders_of_chunks(monkeypatch, encoding, size):
    monkeypatch.setattr(module, "_READ_BYTES", size)
    data = MARKS[encoding] + TEXT.encode(encoding)
    assert texts(data) == LINES
    for suffix, compress in COMPRESS.items():
        assert texts(compress(data), compression=suffix) == LINES


def test_line_over_the_border_of_a_real_chunk():
    long = "\u00e9" * 200_000 + "\n"
    assert texts((long + "b\n").encode()) == [long, "b\n"]


@pytest.mark.parametrize("encoding", MARKS)
@pytest.mark.parametrize("limit", range(16, 24))
def test_line_that_is_too_long_is_left_out_alone(monkeypatch, encoding, limit):
    monkeypatch.setattr(module, "ARTICLE_LIMIT_BYTES", limit)
    width = len("\n".encode(encoding))
    longest = "x" * (limit // width - 1) + "\n"
    for more in (1, 2, 50):
        text = longest + "y" * (limit // width - 1 + more) + "\n" + longest
        lines = list(source(text.encode(encoding), encoding=encoding).lines())
        assert [line.text for line in lines] == [longest, None, longest]
        assert lines[1].number == 2
        assert lines[1].problem.startswith("the line is longer than ")


def test_text_that_is_too_long():
    assert source(b"12345").text(5) == "12345"
    with pytest.raises(MalformedArticleError, match=r"^s: it is longer than .* split it"):
        source(b"123456").text(5)


@pytest.mark.parametrize("suffix", COMPRESS)
def test_compressed_whole_and_joined(suffix):
    data = COMPRESS[suffix](TEXT.encode())
    assert texts(data, compression=suffix) == LINES
    assert source(data, compression=suffix).text() == TEXT
    assert source(data + data, compression=suffix).text() == TEXT * 2


def numbered_lines() -> list[str]:
    """Lines that compress little, so that half of the file is half of the lines."""
    numbers = random.Random(7)
    return [f"{number} {numbers.getrandbits(200):x}\n" for number in range(6000)]


def given_before_error(data: bytes, suffix: str) -> tuple[list[str | None], str]:
    got: list[str | None] = []
    with pytest.raises(IngestError) as raised:
        got.extend(line.text for line in source(data, compression=suffix).lines())
    # The list has what came before the error: extend() appends one by one.
    return got, str(raised.value)


@pytest.mark.parametrize("suffix", COMPRESS)
def test_truncated_file_gives_what_came_before(suffix):
    lines = numbered_lines()
    data = COMPRESS[suffix]("".join(lines).encode())
    got, problem = given_before_error(data[: len(data) * 3 // 4], suffix)
    assert problem.startswith("s: the compressed data is damaged: ")
    assert len(lines) * 0.5 < len(got) < len(lines) * 0.8
    assert got == lines[: len(got)]


@pytest.mark.parametrize("suffix", COMPRESS)
def test_damaged_file_gives_what_came_before(suffix):
    lines = numbered_lines()[:4500]  # less than one chunk
    data = bytearray(COMPRESS[suffix]("".join(lines).encode()))
    place = len(data) * 3 // 4
    data[place : place + 200] = b"\xff" * 200
    got, _ = given_before_error(bytes(data), suffix)
    pairs = zip(got, lines, strict=False)
    same = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))
    assert len(lines) * 0.4 < same < len(lines) * 0.8


@pytest.mark.parametrize("suffix", [".gz", ".xz"])
def test_damage_loses_little_of_text_that_compresses_well(suffix):
    """All of the file is in the first chunk: unpacked at once, nothing of it would be given."""
    lines = [f"{number} the ferry left on time with goats on board\n" for number in range(1000)]
    good = "".join(lines[:800]).encode()
    if suffix == ".gz":
        packer = zlib.compressobj(wbits=31)
        data = packer.compress(good) + packer.flush(zlib.Z_FULL_FLUSH) + b"\xff" * 50
    else:
        whole = lzma.compress("".join(lines).encode())
        place = len(whole) * 3 // 4
        data = whole[:place] + b"\xff" * (len(whole) - place)
    assert len(data) < io.DEFAULT_BUFFER_SIZE
    got, problem = given_before_error(data, suffix)
    assert problem.startswith("s: the compressed data is damaged: ")
    assert len(got) > 500
    pairs = zip(got, lines, strict=False)
    assert sum(mine == theirs for mine, theirs in pairs) >= len(got) - 100


def test_what_is_no_gzip_file():
    with pytest.raises(IngestError, match=r"^s: the compressed data is damaged: "):
        source(b"plain text", compression=".gz").text()


def test_error_of_the_file_is_named():
    class Broken(io.BytesIO):
        def read(self, *_):
            raise OSError(5, "Input/output error")

    with pytest.raises(IngestError, match=r"^s: it cannot be read: Input/output error$"):
        TextSource("s", Broken()).text()


@pytest.mark.parametrize("suffix", ["", *COMPRESS])
def test_all_bytes_are_told_once(suffix):
    told: list[int] = []
    text = "".join(numbered_lines()).encode() * 2
    data = COMPRESS[suffix](text) if suffix else text
    assert (
        b"".join(
            (line.text or "").encode()
            for line in source(data, compression=suffix, on_bytes=told.append).lines()
        )
        == text
    )
    assert sum(told) == len(data)


def test_beginning_reads_nothing():
    opened = source(codecs.BOM_UTF8 + b"ab\nc")
    assert opened.beginning() == codecs.BOM_UTF8 + b"ab\nc"
    assert opened.encoding() == "utf-8"
    assert opened.beginning() == b"ab\nc"
    assert opened.text() == "ab\nc"


@given(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    st.sampled_from(sorted(MARKS)),
)
def test_lines_join_to_the_text(text, encoding):
    data = text.encode(encoding)
    lines = list(source(MARKS[encoding] + data).lines())
    assert "".join(line.text or "?" for line in lines) == text
    assert [line.number for line in lines] == list(range(1, len(lines) + 1))
    assert all((line.text or "").count("\n") == 1 for line in lines[:-1])


@given(st.sampled_from(sorted(COMPRESS)), st.integers(0, 10**6), st.binary(max_size=9))
def test_damaged_file_raises_nothing_but_ingest_error(suffix, place, patch):
    data = bytearray(COMPRESS[suffix](TEXT.encode() * 20))
    place %= len(data)
    data[place : place + len(patch)] = patch
    lines = source(bytes(data), compression=suffix).lines()
    try:
        number = sum(1 for _ in itertools.islice(lines, 10**6))
    except IngestError as error:
        assert str(error).startswith("s: ")  # noqa: PT017
    else:
        assert number < 10**6
