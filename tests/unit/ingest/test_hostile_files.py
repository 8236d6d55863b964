"""Files that are small and unpack to far more: little memory, one error, and the next record."""

from __future__ import annotations

import gzip
import io
import json
import lzma
import os
import subprocess
import sys

import pytest

from searchlib import Article, article_size
from searchlib.article import MAX_ARTICLE_BYTES
from searchlib.errors import IngestError, MalformedArticleError
from searchlib.ingest import csv_reader, text_reader, xz
from searchlib.ingest.csv_reader import read_csv
from searchlib.ingest.json_reader import read_json, read_json_lines
from searchlib.ingest.text_reader import read_text
from tests.helpers.processes import ROOT
from tests.helpers.sources import source

GOOD = b'{"id": "good", "headline": "h"}'
PIECE = 16 * 2**20
MEMORY = 400 * 2**20

READING = """
import searchlib, sys
errors = []
ids = [article.article_id for article in searchlib.read(sys.argv[1], on_error=errors.append)]
print(ids, *errors, sep="\\n")
"""


@pytest.mark.parametrize(
    ("name", "begin", "unit", "end", "ids", "error"),
    [
        ("a.jsonl", b"", b"\0", b"\n" + GOOD, ["good"], ":1: the line is longer than 64 MiB"),
        ("a.jsonl", b'{"headline": "', b"x", b'"}\n' + GOOD, ["good"], ":1: the line is longer"),
        ("a.json", b'[{"headline": "', b"x", b'"},' + GOOD + b"]", ["good"],
         ":1: item 1: it is longer than 64 MiB"),
        ("a.json", b"", b"\0", b"", [], ": it has NUL characters"),
        ("a.csv", b"id,headline\na,", b"x", b"\ngood,h\n", ["good"], ":2: the line is longer"),
        ("a.txt", b"", b"x", b"", [], ": it is longer than 64 MiB"),
    ],
)  # fmt: skip
def test_what_unpacks_to_more_than_memory_is_one_error(
    tmp_path, name, begin, unit, end, ids, error
):
    resource = pytest.importorskip("resource", reason="sets limits, as POSIX systems do")
    path = tmp_path / f"{name}.gz"
    middle = gzip.compress(unit * PIECE, 1)
    path.write_bytes(gzip.compress(begin) + middle * (MEMORY // PIECE + 4) + gzip.compress(end))
    ran = subprocess.run(
        [sys.executable, "-c", READING, path],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)),
    )
    found, *errors = ran.stdout.splitlines()
    assert found == repr(ids)
    assert len(errors) == 1
    assert errors[0].startswith(f"{path}{error}")


# A record that is longer as UTF-8 than in its own encoding


@pytest.fixture
def limit(monkeypatch):
    """Articles of 10,000 bytes at most."""
    monkeypatch.setattr(article_size, "MAX_ARTICLE_BYTES", 10_000)
    return 10_000


def items_of(text: str):
    """Give what each reader makes of a record with this body, among good ones."""
    data = text.encode("latin-1")
    record = json.dumps({"headline": "h", "body": text}, ensure_ascii=False).encode("latin-1")
    for reader, document in (
        (read_json_lines, GOOD + b"\n" + record + b"\n" + GOOD),
        (read_json, b"[" + GOOD + b",\n" + record + b",\n" + GOOD + b"]"),
        (read_csv, b"id,headline,body\ngood,h,b\n,h," + data + b"\ngood,h,b\n"),
    ):
        yield list(reader(source(document, encoding="latin-1")))


def test_a_record_is_measured_in_utf_8(limit):
    for items in items_of("\u00e9" * 6000):
        first, error, last = items
        assert isinstance(first, Article)
        assert isinstance(last, Article)
        assert isinstance(error, MalformedArticleError)
        assert "0 MiB is the limit for one article" in error.problem
    for items in items_of("\u00e9" * 4000):
        assert all(isinstance(item, Article) for item in items)


def test_what_goes_into_metadata_counts_too(limit):
    record = {"headline": "h", "x": ["y" * 10_000]}
    [error] = read_json_lines(source(json.dumps(record).encode()))
    assert isinstance(error, MalformedArticleError)
    assert error.line == 1
    [error] = read_text(source(b"h\n\n" + b"\xe9" * 9900, encoding="latin-1"))
    assert isinstance(error, MalformedArticleError)


def test_the_limit_is_one():
    assert MAX_ARTICLE_BYTES == 64 * 2**20


# CSV


def read_rows(text: str):
    return [
        item.article_id if isinstance(item, Article) else f"{item.line}: {item.problem:.22}"
        for item in read_csv(source(text.encode()))
    ]


TOO_LONG = "the record is longer t"
NEVER = "a quote is opened on t"


@pytest.mark.parametrize("lines", [3, 10, 100])
@pytest.mark.parametrize("inside", ["some prose of no columns\n", 'it ""says"" so\n', "\n"])
def test_a_record_over_lines_that_is_too_long_is_skipped_whole(monkeypatch, lines, inside):
    monkeypatch.setattr(csv_reader, "ARTICLE_LIMIT_BYTES", 40)
    monkeypatch.setattr(csv_reader, "ARTICLE_LIMIT_LINES", 2)
    text = 'id,headline,body\na,h,b\nlong,h,"' + inside * lines + 'end"\nz,h,b\n'
    assert read_rows(text) == ["a", f"3: {TOO_LONG}", "z"]
    # Also where its end is that of the file
    assert read_rows(text.removesuffix("z,h,b\n")) == ["a", f"3: {TOO_LONG}"]
    assert read_rows(text.removesuffix('end"\nz,h,b\n')) == ["a", f"3: {TOO_LONG}"]


def test_a_record_whose_last_line_makes_it_too_long(monkeypatch):
    monkeypatch.setattr(csv_reader, "ARTICLE_LIMIT_BYTES", 40)
    text = 'id,headline,body\nlong,h,"x\n' + "y" * 60 + '"\nz,h,b\n'
    assert read_rows(text) == [f"2: {TOO_LONG}", "z"]


def test_a_quote_that_nobody_closes_loses_its_line_and_not_all_others(monkeypatch):
    monkeypatch.setattr(csv_reader, "ARTICLE_LIMIT_BYTES", 40)
    text = 'id,headline,body\nbroken,h,"b\n' + "".join(f"{n},h,b\n" for n in range(50))
    assert read_rows(text) == [f"2: {NEVER}", *map(str, range(50))]


def test_a_header_of_more_columns_than_a_spreadsheet_has():
    many = "headline" + ",x" * (1 << 14)
    [error] = read_csv(source(many.encode() + b"\nh\n"))
    assert str(error) == "s:1: the header has 16,385 columns; it may have 16,384 at most"
    [article] = read_csv(source(many.removesuffix(",x").encode() + b"\nh" + b"," * 16_383 + b"\n"))
    assert isinstance(article, Article)
    assert len(article.metadata) == 16_383


# Plain text


def test_a_text_of_too_many_lines(monkeypatch):
    monkeypatch.setattr(text_reader, "ARTICLE_LIMIT_LINES", 5)
    [article] = read_text(source(b"h\n\na\n\nb\n"))
    assert isinstance(article, Article)
    assert (article.headline, article.body) == ("h", "a\n\nb")
    [error] = read_text(source(b"h\n\na\n\nb\n\n"))
    assert str(error) == "s: it has more than 5 lines, the limit for one article; split it"


# xz


def packed(text: bytes, dictionary: int) -> bytes:
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": dictionary}]
    return lzma.compress(text, filters=filters)


def test_xz_that_asks_for_too_much_memory_is_refused():
    usual, greedy = packed(GOOD, 64 * 2**20), packed(GOOD, 1536 * 2**20)
    [article] = read_json_lines(source(usual, compression=".xz"))
    assert isinstance(article, Article)
    for data in (greedy, usual + greedy):
        with pytest.raises(IngestError, match=r"^s: the compressed data is damaged: "):
            list(read_json_lines(source(data, compression=".xz")))


@pytest.mark.parametrize("size", [1, 7, 1 << 16])
def test_xz_is_read_as_lzma_reads_it(monkeypatch, size):
    monkeypatch.setattr(xz, "_READ_BYTES", size)
    first, second = lzma.compress(GOOD * 50), lzma.compress(b"end")
    for data in (
        first,
        first + second,
        first + b"garbage",
        first + b"",
        lzma.compress(b"") + first,
    ):
        with lzma.LZMAFile(io.BytesIO(data)) as file:
            wanted = file.read()
        opened = xz.XzFile(io.BytesIO(data))
        got = b""
        while piece := opened.read1(13):
            got += piece
        assert got == wanted
        assert opened.read1(13) == b""


def test_xz_without_its_end():
    opened = xz.XzFile(io.BytesIO(lzma.compress(GOOD)[:-5]))
    assert opened.read1(1000) == GOOD
    with pytest.raises(EOFError):
        opened.read1(1000)
