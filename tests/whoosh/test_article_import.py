"""A stock index as an index of articles: which field becomes which, and what is left out."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
import whoosh.index
from whoosh import fields

import searchlib
from searchlib.whoosh import convert, open_dir
from tests.helpers.folders import contents_and_times

SCHEMA = fields.Schema(
    path=fields.ID(stored=True, unique=True),
    title=fields.TEXT(stored=True),
    content=fields.TEXT(stored=True),
    unstored=fields.TEXT,
    tags=fields.KEYWORD(stored=True, commas=True, lowercase=True),
    words=fields.KEYWORD(stored=True),
    people=fields.TEXT(stored=True, spelling=True),
    when=fields.DATETIME(stored=True),
    size=fields.NUMERIC(stored=True),
    price=fields.NUMERIC(Decimal, decimal_places=2, stored=True),
    extra=fields.STORED,
)
SCHEMA.add("*_note", fields.TEXT(stored=True), glob=True)
SCHEMA.add("*_gone", fields.TEXT, glob=True)
MAP = {
    "article_id": "path",
    "headline": "title",
    "body": "content",
    "published": "when",
    "tags": "tags",
    "authors": "people",
}


@pytest.fixture
def make(tmp_path):
    def make_one(*documents: dict[str, Any]) -> str:
        folder = str(tmp_path / "old")
        os.mkdir(folder)
        index = whoosh.index.create_in(folder, SCHEMA)
        for document in documents:
            with index.writer() as writer:
                writer.merge = False
                writer.add_document(**document)
        return folder

    return make_one


def test_stored_fields_become_those_of_an_article(make, new):
    zone = timezone(timedelta(hours=10))
    old = make(
        {
            "path": "/a",
            "title": "Horses cross",
            "content": "They crossed the border.",
            "unstored": "never seen again",
            "tags": "Rail, World News",
            "people": "Ann Lee; Bo Ek",
            "when": datetime(2022, 11, 2, 9, 30),  # noqa: DTZ001  # Whoosh knows no time zones
            "size": 12,
            "price": Decimal("1.10"),
            "extra": {"list": [1, (2.5, None)], "day": date(2022, 1, 2)},
            "my_note": "kept",
            "your_gone": "lost",
        },
        {"path": "/b", "title": "Oxen", "_stored_when": datetime(2022, 11, 2, tzinfo=zone)}
        | {"when": datetime(2022, 11, 2)},  # noqa: DTZ001
    )
    before = contents_and_times(old)
    calls: list[tuple[int, int]] = []
    made = convert(old, new, map=MAP, progress=lambda *call: calls.append(call))
    assert contents_and_times(old) == before
    assert (made.documents, made.articles, made.replaced, made.bad_records) == (2, 2, 0, 0)
    assert set(made.metadata) == {"extra", "my_note", "price", "size"}
    assert set(made.left_out) == {"unstored", "*_gone"}
    assert calls == [(0, 2), (1, 2), (2, 2)]
    index = searchlib.open(new)
    assert index.check() == []
    article = index.get("/a")
    assert article.to_dict() == {
        "article_id": "/a",
        "headline": "Horses cross",
        "body": "They crossed the border.",
        "published": "2022-11-02T09:30:00+00:00",
        "authors": ["Ann Lee", "Bo Ek"],
        "tags": ["Rail", "World News"],
        "metadata": {
            "size": 12,
            "price": "1.10",
            "extra": {"list": [1, [2.5, None]], "day": "2022-01-02"},
            "my_note": "kept",
        },
    }
    assert index.get("/b").published == datetime(2022, 11, 1, 14, tzinfo=UTC)
    assert [hit.article_id for hit in index.search("crossing tag:rail date:2022-11-02")] == ["/a"]
    assert [hit["headline"] for hit in open_dir(new).searcher().documents()] != []


def test_bad_documents_are_counted_told_and_left_out(make, new):
    old = make(
        {"path": "/a", "title": "Horses"},
        {"path": "/b", "size": 1},
        {"title": "x", "_stored_title": b"bytes"},
        {"path": "/d", "title": "Oxen", "when": datetime(2022, 1, 1), "_stored_when": "one day"},  # noqa: DTZ001
        {"path": "/a", "title": "Horses again"},
    )
    told: list[str] = []
    made = convert(old, new, map=MAP, on_error=lambda error: told.append(str(error)))
    assert (made.documents, made.articles, made.replaced, made.bad_records) == (5, 1, 1, 3)
    not_a_date = "is not a date; write it as 2022-11-02 or 2022-11-02T09:30:00+10:00"
    assert told == [
        f"{old}: document 2 (path '/b'): it has no title or content",
        f"{old}: document 3: headline must be a string, not b'bytes'",
        f"{old}: document 4 (path '/d'): published: 'one day' {not_a_date}",
    ]
    assert searchlib.open(new).get("/a").headline == "Horses again"


def test_where_no_article_can_be_made_there_is_no_index(make, new):
    old = make({"path": "/a"})
    made = convert(old, new, map=MAP)
    assert (made.articles, made.bad_records) == (0, 1)
    assert not os.path.exists(new)
    os.mkdir(new)
    convert(old, new, map=MAP)
    assert os.listdir(new) == []


def test_an_index_without_documents_is_an_index_without_articles(make, new):
    made = convert(make(), new, map=MAP)
    assert (made.documents, made.articles, made.bad_records) == (0, 0, 0)
    assert searchlib.open(new).count == 0


def test_values_that_are_no_json_are_left_out_and_said(make, new):
    old = make(
        {"title": "one", "extra": b"bytes", "size": 1},
        {"title": "two", "extra": float("nan")},
        {"title": "three", "extra": {1: "no name"}},
        {"title": "four", "extra": {"b", "a"}},
        {"title": "five", "extra": "\ud800"},
    )
    made = convert(old, new, map={"headline": "title"})
    assert set(made.metadata) == {"size", "extra"}
    assert set(made.left_out) == {"unstored", "*_gone", "extra"}
    found = {hit.article.headline: hit.article for hit in searchlib.open(new).search("*")}
    assert {name: dict(article.metadata) for name, article in found.items()} == {
        "one": {"size": 1},
        "two": {},
        "three": {},
        "four": {"extra": ["a", "b"]},
        "five": {"extra": "\ufffd"},
    }


def test_keywords_are_those_that_were_indexed(make, new):
    old = make({"title": "x", "words": "Old  News", "_stored_tags": ["a;b", "c"], "tags": "a"})
    convert(old, new, map={"headline": "title", "tags": "words", "authors": "tags"})
    (hit,) = searchlib.open(new).search("x")
    assert hit.article.tags == ("Old", "News")
    assert hit.article.authors == ("a;b", "c")


def test_the_analyzer_is_that_of_the_new_index(make, new):
    old = make({"title": "Die Häuser"})
    convert(old, new, map={"headline": "title"}, analyzer="de")
    assert searchlib.open(new).stats().analyzer == "german"
    assert searchlib.open(new).search("haus").total == 1


@pytest.mark.parametrize(
    ("names", "what"),
    [
        (
            {"headline": "unstored"},
            "'unstored', which is not stored; stored are: \\*_note, content",
        ),
        ({"headline": "title", "body": "nothing"}, "'nothing', which the old index does not have"),
        ({"headline": "my_gone"}, "'my_gone', which is not stored"),
        ({"title": "title"}, "an article has no field 'title'; it has article_id, headline"),
        ({"metadata": "extra"}, "an article has no field 'metadata'"),
        ({"source": "title"}, "the map has no headline, body or caption"),
        ({}, "the map has no headline, body or caption"),
    ],
)
def test_a_map_that_cannot_be_is_refused_before_anything_is_written(make, new, names, what):
    old = make({"title": "Horses"})
    with pytest.raises(ValueError, match=what):
        convert(old, new, map=names)
    assert not os.path.exists(new)


def test_wrong_arguments_are_refused_before_anything_is_read(new):
    with pytest.raises(ValueError, match="there is no analyzer 'klingon'"):
        convert("nowhere", new, map={"headline": "title"}, analyzer="klingon")
    for wrong in ("", b"new"):
        with pytest.raises(ValueError, match="must be the name of a directory"):
            convert("nowhere", wrong)


def test_a_name_that_a_pattern_gives_may_be_mapped(make, new):
    old = make({"title": "x", "my_note": "Horses"}, {"title": "y"})
    made = convert(old, new, map={"headline": "my_note"})
    assert (made.articles, made.bad_records, made.metadata) == (1, 1, ("title",))
