"""JSON by the line and as a whole: values come back, and a bad record loses itself only."""

from __future__ import annotations

import io
import itertools
import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from searchlib.article import Article
from searchlib.errors import MalformedArticleError
from searchlib.ingest import json_reader
from searchlib.ingest.json_reader import read_json, read_json_lines
from searchlib.ingest.source import TextSource

any_text = st.text(
    st.sampled_from('"\\{}[],:\n\r\u2028 a')
    | st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
    max_size=12,
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | any_text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(any_text, inner, max_size=3),
    max_leaves=5,
)  # fmt: skip
records = st.lists(
    st.fixed_dictionaries({"headline": any_text, "body": any_text, "x": json_values}), max_size=4
)
encodings = st.sampled_from([None, "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"])
GOOD = '{"headline": "h"}'


def read(reader, data: str | bytes, encoding=None) -> list[Article | MalformedArticleError]:
    if isinstance(data, str):
        data = data.encode(encoding or "utf-8")
    return list(reader(TextSource("s", io.BytesIO(data), encoding=encoding)))


def values_of(items) -> list[dict[str, object]]:
    assert [str(item) for item in items if not isinstance(item, Article)] == []
    return [
        {"headline": item.headline, "body": item.body, "x": item.metadata["x"]} for item in items
    ]


@given(records, st.booleans(), st.sampled_from(["\n", "\r\n", "\n \n"]), encodings)
def test_lines_of_json_dumps_come_back(values, ascii_only, end, encoding):
    text = "".join(json.dumps(value, ensure_ascii=ascii_only) + end for value in values)
    assert values_of(read(read_json_lines, text, encoding)) == values


@given(records, st.booleans(), st.sampled_from([None, 1]), encodings)
def test_an_array_of_json_dumps_comes_back(values, ascii_only, indent, encoding):
    text = json.dumps(values, ensure_ascii=ascii_only, indent=indent)
    assert values_of(read(read_json, text, encoding)) == values


def test_last_line_needs_no_end_and_one_object_no_array():
    for reader in (read_json_lines, read_json):
        [article] = read(reader, GOOD)
        assert isinstance(article, Article)
        assert article.headline == "h"


broken_lines = st.sampled_from(
    [b"{", b'{"headline": "a"', b"7", b"[]", b'{"x": 1}', b"\xff", b"\0", b'"', b"{}", b"nul",
     b'{"headline": "a", "x": Infinity}', b'{"headline": "a", "x": 1e999}', b"[" * 100_000,
     b'{"headline": ' + b"1" * 5000 + b"}", b'{"headline": "a"} {"headline": "b"}']
)  # fmt: skip


@given(st.integers(0, 5), st.integers(0, 5), broken_lines)
@example(1, 1, b'{"headline": ' + b"[" * 900 + b"]" * 900 + b"}")
@example(1, 1, b'{"headline": ' + b"[" * 3000 + b"]" * 3000 + b"}")
def test_a_broken_line_among_good_ones_loses_itself_only(before, after, broken):
    ids = [str(number) for number in range(before + after)]
    lines = [json.dumps({"id": number, "headline": "h"}).encode() for number in ids]
    lines.insert(before, broken)
    items = read(read_json_lines, b"\n".join(lines) + b"\n")
    [error] = [item for item in items if isinstance(item, MalformedArticleError)]
    assert (error.source, error.line) == ("s", before + 1)
    assert items.index(error) == before
    assert [item.article_id for item in items if isinstance(item, Article)] == ids


@given(st.integers(0, 4), st.integers(0, 4), st.sampled_from([7, None, [], {"x": 1}, "a"]))
def test_a_bad_item_among_good_ones_loses_itself_only(before, after, bad):
    ids = [str(number) for number in range(before + after)]
    values: list[object] = [{"id": number, "headline": "h"} for number in ids]
    values.insert(before, bad)
    items = read(read_json, json.dumps(values))
    [error] = [item for item in items if isinstance(item, MalformedArticleError)]
    assert str(error).startswith(f"s: item {before + 1}: it ")
    assert items.index(error) == before
    assert [item.article_id for item in items if isinstance(item, Article)] == ids


def test_lines_are_counted_with_the_blank_ones():
    [_, error] = read(read_json_lines, f"\n \r\n{GOOD}\n\n?\n")
    assert str(error).startswith("s:5: it is not JSON: ")
    assert str(error).endswith(" at character 1")


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "s: it is not JSON: "),
        (b"[", "s: it is not JSON: "),
        (b"7", "s: it must be a JSON object, not 7"),
        (b'{"headline": "\xe9"}', "s: it is not UTF-8: byte 14 is 0xe9"),
        (b'[{"headline": "\0"}]', "s: it has NUL characters"),
        (b'[{"headline": -Infinity}]', "s: it cannot be read as JSON: -Infinity is no JSON"),
        (b"[" * 100_000, "s: it cannot be read as JSON: "),
    ],
)
def test_document_that_cannot_be_read_is_one_error(data, problem):
    [error] = read(read_json, data)
    assert isinstance(error, MalformedArticleError)
    assert str(error).startswith(problem)


def test_empty_documents_without_errors():
    assert read(read_json, "[]") == []
    assert read(read_json_lines, "") == []


def test_document_longer_than_the_limit(monkeypatch):
    monkeypatch.setattr(json_reader, "_MAX_FILE_BYTES", len(GOOD))
    [article] = read(read_json, GOOD)
    assert isinstance(article, Article)
    [error] = read(read_json, GOOD + " ")
    assert "MiB, the limit for one file; split it, or convert it to JSON lines" in str(error)


@given(
    st.lists(
        st.sampled_from(
            rb'{ } [ ] " : , headline date metadata 1 - 1e999 NaN \ud800 \ {"body":'.split()
        )
        | st.sampled_from([b"\n", b"\0", b"\xff", b"\xfe"])
    ).map(b"".join)
    | st.binary(),
    st.sampled_from([None, "latin-1", "utf-16", "utf-32-be"]),
    st.sampled_from([read_json, read_json_lines]),
)
def test_any_bytes_give_items_and_an_end(data, encoding, reader):
    found = reader(TextSource("s", io.BytesIO(data), encoding=encoding))
    items = list(itertools.islice(found, len(data) + 2))
    assert len(items) <= len(data) + 1
    for item in items:
        assert isinstance(item, Article | MalformedArticleError)
