"""Which format a file or a stream has."""

from __future__ import annotations

import codecs
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchlib.errors import UnsupportedFormatError
from searchlib.ingest import formats
from searchlib.ingest.registry import compression_of, reader_for, reader_named, sniffed
from searchlib.ingest.source import TextSource


def test_formats():
    assert formats() == ("text", "jsonl", "json", "csv")
    assert [reader_named(name).name for name in formats()] == list(formats())


@pytest.mark.parametrize("name", ["", "xml", "CSV", ".csv"])
def test_format_that_there_is_not(name):
    with pytest.raises(UnsupportedFormatError) as raised:
        reader_named(name)
    assert str(raised.value) == (
        f"there is no format {name!r}; there are text, jsonl, json, csv"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("path", "format_", "compression"),
    [
        ("a.txt", "text", ""),
        ("a.text", "text", ""),
        ("a.jsonl", "jsonl", ""),
        ("a.ndjson", "jsonl", ""),
        ("a.json", "json", ""),
        ("a.csv", "csv", ""),
        ("a.tsv", "csv", ""),
        ("A.JSON", "json", ""),
        ("folder.csv/a.txt", "text", ""),
        ("a.csv.txt", "text", ""),
        ("a.jsonl.gz", "jsonl", ".gz"),
        ("a.csv.bz2", "csv", ".bz2"),
        ("a.txt.xz", "text", ".xz"),
        ("A.Txt.GZ", "text", ".gz"),
        ("a.gz", None, ".gz"),
        ("a.gz.txt", "text", ""),
        ("a.txt.gz.gz", None, ".gz"),
        ("a.txt.zip", None, ""),
        ("a.txt~", None, ""),
        ("a", None, ""),
        ("txt", None, ""),
        (".txt", None, ""),
        (".gz", None, ""),
        ("folder.txt/a", None, ""),
        ("", None, ""),
    ],
)
def test_format_and_compression_by_name(path, format_, compression):
    reader = reader_for(path)
    assert (reader and reader.name) == format_
    assert compression_of(path) == compression


@pytest.mark.parametrize(
    ("beginning", "format_"),
    [
        ('{"headline": "a"}', "jsonl"),
        ('{"headline": "a"}\n{"headline": "b"}\n', "jsonl"),
        ('{"headline": "a"} \r\n?', "jsonl"),
        ('\n {"headline": "a"}\n', "jsonl"),
        ("{", "jsonl"),
        ('{"headline": "' + "a" * 300_000 + '"}\n{"headline": "b"}', "jsonl"),
        ('{\n  "headline": "a"\n}', "json"),
        ('{"headline": "a",\n"body": "b"}', "json"),
        ('[{"headline": "a"}]', "json"),
        ('[\n  {"headline": "a"}\n]', "json"),
        (" []", "json"),
        ("[", "json"),
        ("[Update] Horses are back", "text"),
        ("[7]", "text"),
        ("id,headline\n1,a\n", "csv"),
        ("Title;Text\r\n", "csv"),
        ("date\tbody", "csv"),
        ("\nid,headline\n1,a\n", "csv"),
        ("id,date\n1,2022-11-02\n", "text"),
        ("Horses, mules and oxen\n\nThey ran.", "text"),
        ("headline\na\n", "text"),
        ("Headline: a\n\nbody", "text"),
        ("", "text"),
        (" \n", "text"),
    ],
    ids=lambda value: repr(value[:20]),
)
@pytest.mark.parametrize(
    ("mark", "encoding", "asked"),
    [
        (b"", "utf-8", None),
        (codecs.BOM_UTF8, "utf-8", None),
        (codecs.BOM_UTF16_BE, "utf-16-be", None),
        (b"", "utf-16-le", "utf-16"),
    ],
    ids=["UTF-8", "UTF-8 with mark", "UTF-16 with mark", "UTF-16 by name"],
)
def test_format_of_a_stream(beginning, format_, mark, encoding, asked):
    data = mark + beginning.encode(encoding)
    source = TextSource("-", io.BytesIO(data), encoding=asked)
    assert sniffed(source).name == format_
    assert source.text() == beginning  # looking takes nothing away


@given(st.lists(st.fixed_dictionaries({"headline": st.text(), "x": st.integers()}), min_size=1))
def test_what_json_writes_is_seen_as_json(records):
    lines = "".join(json.dumps(record) + "\n" for record in records)
    for text, format_ in ((lines, "jsonl"), (json.dumps(records, indent=1), "json")):
        assert sniffed(TextSource("-", io.BytesIO(text.encode()))).name == format_


@given(st.binary(), st.sampled_from([None, "latin-1", "utf-16", "utf-32-be", "ascii"]))
def test_any_bytes_have_a_format(data, encoding):
    source = TextSource("-", io.BytesIO(data), encoding=encoding)
    assert sniffed(source).name in formats()
