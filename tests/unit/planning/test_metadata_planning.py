"""What is said where no article has what a query asks of metadata and dates."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

import searchlib
from searchlib import Article
from searchlib.errors import CorruptIndexError
from tests.helpers.indexes import indexed


@pytest.fixture(scope="module")
def index() -> searchlib.Index:
    return indexed(
        [
            Article(article_id="A-1", body="a", source="Old Wire", authors=["Anna O'Brien"]),
            Article(article_id="a-2", body="b", source="Old Post", section="Markets"),
            Article(article_id="a-3", body="c", source="Old Post", section="Market"),
            Article(article_id="a-4", body="d", section="Market", language="pt-BR"),
        ]
    )


def remarks(index: searchlib.Index, query: str) -> list[tuple[str, int, int, str]]:
    return [(d.severity, d.start, d.end, str(d)) for d in index.search(query).diagnostics]


@pytest.mark.parametrize(
    ("query", "remark"),
    [
        ('source:"old wir"', "a source 'old wir': it finds nothing; did you mean 'old wire'?"),
        ("by:obrian", "an author 'obrian': it finds nothing; did you mean \"o'brien\"?"),
        ("by:anne", "an author 'anne': it finds nothing; did you mean 'anna'?"),
        # One change is nearer than two; of those as near, the one that most articles have.
        ("section:marketss", "a section 'marketss': it finds nothing; did you mean 'markets'?"),
        ("section:markex", "a section 'markex': it finds nothing; did you mean 'market'?"),
        ("section:sports", "a section 'sports': it finds nothing"),
        ("section:spor*", "a section that begins with 'spor': it finds nothing"),
        ("id:a-1", "an id 'a-1': it finds nothing; did you mean 'A-1'?"),
        ("lang:pr", "a language 'pr': it finds nothing; did you mean 'pt'?"),
        ("tag:*", "a tag: it finds nothing"),
        ("url:example.org", "a url 'example.org': it finds nothing"),
    ],
)
def test_a_value_that_no_article_has_is_said_with_the_nearest(index, query, remark):
    start = query.index(":") + 1
    assert remarks(index, query) == [("info", start, len(query), f"no article has {remark}")]


@pytest.mark.parametrize("query", ['source:"OLD  wire"', "by:o'brien", "source:old*", "id:A-1"])
def test_a_value_that_is_there_is_not_worth_a_word(index, query):
    assert remarks(index, query) == []
    assert index.search(query).total > 0


def test_it_is_no_error(index):
    results = index.search("source:absent OR b", strict=True)
    assert [hit.article_id for hit in results] == ["a-2"]
    assert [d.severity for d in results.diagnostics] == ["info"]


def test_dates_where_no_article_has_one(index):
    assert remarks(index, "a AND date:2022") == [
        ("info", 11, 15, "no article has a date: it finds nothing")
    ]
    dated = searchlib.in_memory()
    with dated.writer() as writer:
        writer.add(Article(article_id="1", body="a", published=datetime(2022, 1, 1, tzinfo=UTC)))
    assert remarks(dated, "date:2021") == []


def test_damage_is_seen_as_damage(index):
    with searchlib.in_memory() as other:
        with other.writer() as writer:
            writer.add(Article(article_id="1", body="a", source="Wire"))
        other._engine.store.snapshot().parts[0].segment._keys._data = b"\x00"
        with pytest.raises(CorruptIndexError):
            other.search("source:wira")
