"""CSV: what csv.writer writes comes back, and what is broken loses its own line."""

from __future__ import annotations

import csv
import io
import itertools

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from searchlib.article import Article
from searchlib.errors import MalformedArticleError
from searchlib.ingest import csv_reader
from searchlib.ingest.csv_reader import looks_like_header, read_csv
from searchlib.ingest.source import TextSource

HEADER = ["id", "headline", "body", "x"]

any_text = st.text(
    st.sampled_from('",;\t\n\r ab')
    | st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
    max_size=12,
)
records = st.lists(st.tuples(any_text, any_text, any_text), max_size=4)
plain_text = st.text(st.sampled_from("ab 1.\u00e9"), max_size=8)


def read(data: str | bytes, encoding: str | None = None) -> list[Article | MalformedArticleError]:
    if isinstance(data, str):
        data = data.encode(encoding or "utf-8")
    return list(read_csv(TextSource("s.csv", io.BytesIO(data), encoding=encoding)))


def articles(items) -> list[Article]:
    return [item for item in items if isinstance(item, Article)]


def errors(items) -> list[str]:
    return [str(item) for item in items if isinstance(item, MalformedArticleError)]


def written(rows, **options) -> str:
    file = io.StringIO(newline="")
    csv.writer(file, **options).writerows(rows)
    return file.getvalue()


@given(
    records,
    st.sampled_from(",;\t"),
    st.sampled_from([(csv.QUOTE_MINIMAL, "\r\n"), (csv.QUOTE_ALL, "\n"), (csv.QUOTE_ALL, "\r\n")]),
    st.sampled_from([None, "utf-16-le", "utf-16-be", "utf-32"]),
)
@example([("\n", '"', '"\n"')], ",", (csv.QUOTE_ALL, "\n"), None)
@example([('5" nail', "a\r\n\r\n", "\n\n")], ";", (csv.QUOTE_MINIMAL, "\r\n"), None)
def test_what_csv_writer_writes_comes_back(values, delimiter, form, encoding):
    quoting, end = form
    rows = [HEADER, *([str(number), *row] for number, row in enumerate(values))]
    text = written(rows, delimiter=delimiter, quoting=quoting, lineterminator=end)
    items = read(text, encoding)
    assert errors(items) == []
    assert [
        [item.article_id, item.headline, item.body, item.metadata["x"]] for item in articles(items)
    ] == rows[1:]


@given(st.lists(plain_text, max_size=6), st.integers(0, 6), plain_text, st.booleans())
def test_quote_that_is_never_closed_loses_its_line_only(bodies, place, value, quoted):
    quoting = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    rows = [[str(number), "h", body, ""] for number, body in enumerate(bodies)]
    lines = written(rows, quoting=quoting).splitlines(keepends=True)
    place = min(place, len(lines))
    lines.insert(place, f'broken,h,"{value},\r\n')
    items = read(",".join(HEADER) + "\r\n" + "".join(lines))
    problem = "a quote is opened on this line and never closed; close it, or write it twice"
    assert errors(items) == [f"s.csv:{place + 2}: {problem}"]
    assert [[item.article_id, item.body] for item in articles(items)] == [
        [row[0], row[2]] for row in rows
    ]


@given(st.lists(plain_text, min_size=1, max_size=4), plain_text)
def test_quote_that_a_later_record_closes_loses_its_line_only(paragraphs, value):
    """The record after it goes over lines; the quote that opens there closes this one."""
    body = "x" + "\n".join(paragraphs) + "\nend"
    text = 'headline,body\na,"' + value + '\nb,"' + body + '"\nc,d\n'
    items = read(text)
    assert [error.partition(" ")[0] for error in errors(items)] == ["s.csv:2:"]
    assert [(item.headline, item.body) for item in articles(items)] == [("b", body), ("c", "d")]


def test_quote_that_closes_so_late_that_columns_do_not_fit():
    items = read('headline,body\na,"b\nc,d",e\nf,g\n')
    assert errors(items)[0] == "s.csv:2: the record has 3 columns where the header has 2"
    assert [item.headline for item in articles(items)] == ["f"]


def test_unreadable_line_ends_a_record_that_goes_over_lines():
    items = read(b'headline,body\na,"b\n\xff\nc,d\n')
    assert [error.partition(":")[2].partition(" ")[0] for error in errors(items)] == ["2:", "3:"]
    assert [item.headline for item in articles(items)] == ["c"]


def test_inch_marks_open_nothing():
    items = read('headline,body\n5" nail,a\nb,"c\nd"\n12" x 7" photo,e\n')
    assert errors(items) == []
    assert [(item.headline, item.body) for item in articles(items)] == [
        ('5" nail', "a"),
        ("b", "c\nd"),
        ('12" x 7" photo', "e"),
    ]


def test_blank_lines_are_no_records_and_keep_lines_counted():
    items = read("headline,body\n\n \r\na,b\n\nc\n")
    assert [item.headline for item in articles(items)] == ["a"]
    assert errors(items) == ["s.csv:6: the record has 1 columns where the header has 2"]


def test_record_that_is_no_article_is_reported_at_its_first_line():
    [first, second] = read('headline,date\n"a\nb",soon\nc,2022-11-02\n')
    assert isinstance(first, MalformedArticleError)
    assert (first.source, first.line) == ("s.csv", 2)
    assert first.problem.startswith("published: 'soon' is not a date")
    assert isinstance(second, Article)


def test_open_quote_looks_no_further_than_an_article_may_be_long(monkeypatch):
    monkeypatch.setattr(csv_reader, "ARTICLE_LIMIT_BYTES", 20)
    items = read('headline,body\na,"b\nccccccccc,d\neeeeeeeee,f\ng,h"\n')
    assert errors(items)[0].startswith("s.csv:2: a quote is opened on this line and never closed")
    assert [item.headline for item in articles(items)] == ["ccccccccc", "eeeeeeeee", "g"]


def test_value_longer_than_an_article_may_be(monkeypatch):
    monkeypatch.setattr(csv_reader, "ARTICLE_LIMIT_BYTES", 20)
    before = csv.field_size_limit()
    items = read("headline,body\na," + "b" * 21 + "\nc," + "d" * 20 + "\n")
    [error] = errors(items)
    assert error.startswith("s.csv:2: it is not CSV: ")
    assert [item.headline for item in articles(items)] == ["c"]
    assert csv.field_size_limit() == before


@pytest.mark.parametrize(
    ("header", "metadata"),
    [
        ("headline,x,x", {"x": "1", "x (column 3)": "2"}),
        ("headline,,", {"column 2": "1", "column 3": "2"}),
        (" headline , x , y ", {"x": "1", "y": "2"}),
        ("headline,x (column 4),x,x", {"x (column 4)": "1", "x": "2", "x (column 4) (column 4)": "3"}),
    ],
)  # fmt: skip
def test_every_column_has_a_name_of_its_own(header, metadata):
    values = ["a", *map(str, range(1, header.count(",") + 1))]
    [article] = read(f"{header}\n{','.join(values)}\n")
    assert isinstance(article, Article)
    assert (article.headline, dict(article.metadata)) == ("a", metadata)


@given(st.lists(st.sampled_from(["x", "x (column 3)", "x (column 4)", ""]), max_size=5))
@example(["x", "x (column 4)", "x"])
def test_no_value_is_lost_whatever_its_column_is_called(columns):
    values = [f"value {number}" for number in range(len(columns))]
    [article] = read(written([["headline", *columns], ["h", *values]]))
    assert isinstance(article, Article)
    assert sorted(article.metadata.values()) == values


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "s.csv: it is empty"),
        (b"id,x\n1,2\n", "s.csv:1: the header 'id,x' names no headline, body or caption column"),
        (b"\xff,body\n1,2\n", "s.csv:1: it is not UTF-8: byte 0 is 0xff"),
        (b"id\rbody\n1,2\n", "s.csv:1: it is not CSV: "),
    ],
)
def test_without_a_header_there_is_one_error(data, problem):
    [error] = read(data)
    assert str(error).startswith(problem)


def test_delimiter_is_the_one_that_the_header_has_most_of():
    [article] = read("headline;body;a,b\n1,5;2\t;3\n")
    assert isinstance(article, Article)
    assert (article.headline, article.body, dict(article.metadata)) == ("1,5", "2\t", {"a,b": "3"})


@pytest.mark.parametrize(
    ("line", "is_header"),
    [
        ("id,Headline\r\n", True),
        ("url;Title ;x", True),
        ("date\tbody", True),
        ('"id","caption"', True),
        ("headline", False),
        ("id,date", False),
        ("Horses, mules and oxen", False),
        ("a\rb,body", False),
        ("", False),
    ],
)
def test_looks_like_header(line, is_header):
    assert looks_like_header(line) is is_header


@given(
    st.lists(st.sampled_from([b'"', b",", b"\n", b"\r", b"a", b"\0", b"\xff", b"\xc3\xa9", b'",']))
    | st.binary().map(lambda data: [data]),
    st.sampled_from([None, "latin-1", "utf-16", "utf-32-be"]),
    st.booleans(),
)
def test_any_bytes_give_items_and_an_end(pieces, encoding, with_header):
    data = b"".join(pieces)
    if with_header:
        data = "headline,body\n".encode(encoding or "utf-8") + data
    found = read_csv(TextSource("s.csv", io.BytesIO(data), encoding=encoding))
    items = list(itertools.islice(found, len(data) + 2))
    assert len(items) <= len(data) + 1
    for item in items:
        assert isinstance(item, Article | MalformedArticleError)
