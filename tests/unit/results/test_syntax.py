"""Searches in the syntaxes of Lucene and Whoosh: query, filter, options, diagnostics, deletions."""

from __future__ import annotations

import re

import pytest

import searchlib
from searchlib import Article, Index, QuerySyntaxError, UnknownFieldError

ARTICLES = {
    "rail": "Horses on the railway",
    "race": "White horses race",
    "ponies": "Ponies on the railway",
    "é": "Čapek 铁路",
}


@pytest.fixture
def index() -> Index:
    made = searchlib.in_memory()
    with made.writer() as writer:
        for article_id, headline in ARTICLES.items():
            writer.add(Article(article_id=article_id, headline=headline, published="2022-11-15"))
    return made


def ids(results) -> set[str]:
    return {hit.article_id for hit in results}


@pytest.mark.parametrize(
    ("query", "options", "found"),
    [
        ("horses railway", {}, {"rail", "race", "ponies"}),
        ("horses railway", {"syntax": "lucene"}, {"rail", "race", "ponies"}),
        ("horses railway", {"syntax": "whoosh"}, {"rail"}),
        ("horses railway", {"syntax": "whoosh", "default_operator": "or"}, {"rail", "race", "ponies"}),
        ("horses railway", {"syntax": "lucene", "default_operator": "and"}, {"rail"}),
        # Without signs in Whoosh, and one of them a mistake in Lucene's spelling.
        ("+horses +railway", {"syntax": "lucene"}, {"rail"}),
        ("+horses ANDNOT race", {"syntax": "whoosh"}, {"rail"}),
        ("title:rce~1 OR title:zzzzzz~", {"syntax": "lucene"}, {"race"}),
        ("horses OR white AND race", {"syntax": "lucene"}, {"race"}),
        ("horses OR white AND race", {}, {"rail", "race"}),
        ("date:[20221115 TO 20221115]", {"syntax": "lucene"}, set(ARTICLES)),
    ],
)  # fmt: skip
def test_a_query_is_read_in_its_syntax(index, query, options, found):
    results = index.search(query, **options)
    assert ids(results) == found
    assert results.query == query
    assert results.total == len(found)
    # Each hit is explained as the query was read.
    for hit in results:
        assert hit.explain() == index.explain(query, hit.article_id, **options)
    for other in set(ARTICLES) - found:
        assert index.explain(query, other, **options) is None


def test_the_filter_is_read_in_the_syntax_of_the_query(index):
    query, wanted = "horses", "horses ANDNOT race"
    results = index.search(query, filter=wanted, syntax="whoosh")
    assert ids(results) == {"rail"}
    assert results.diagnostics == ()
    assert ids(index.search("*:*", filter="titel:x", syntax="lucene")) == set()


@pytest.mark.parametrize(
    ("syntax", "query", "typed"),
    [
        ("lucene", r"铁路 \(é\) titel:x", "titel:"),
        ("lucene", r"\u00e9 AND b^0", "^0"),
        ("lucene", "title:Čapek a [b TO c]", "[b TO c]"),
        ("whoosh", "'Čapek x' REQUIRE titel:(a b)", "titel:"),
        ("whoosh", "铁路 ANDMAYBE a date:20221399", "20221399"),
    ],
)
def test_diagnostics_and_errors_point_into_what_was_typed(index, syntax, query, typed):
    severe = [
        query[found.start : found.end]
        for found in index.search(query, syntax=syntax).diagnostics
        if found.severity != "info"
    ]
    assert severe == [typed]
    (in_filter,) = [
        query[found.start : found.end]
        for found in index.search("*:*", filter=query, syntax=syntax).diagnostics
        if found.severity != "info"
    ]
    assert in_filter == typed
    for arguments in ((query, None), ("*:*", query)):
        with pytest.raises((QuerySyntaxError, UnknownFieldError)) as caught:
            index.search(arguments[0], filter=arguments[1], syntax=syntax, strict=True)
        error = caught.value
        assert error.query == query
        assert query[error.start : error.end] == typed


def test_what_planning_has_to_say_points_there_too(index):
    query = "title:zebr* 铁路 te\\:zzz*"
    found = index.search(query, syntax="lucene").diagnostics
    messages = {query[each.start : each.end]: each.message for each in found}
    assert messages["zebr*"] == "no article has a word like headline:zebr*"


def test_many_are_read_in_one_syntax(index):
    found = index.search_many(["horses railway", "+horses"], syntax="whoosh")
    assert [ids(each) for each in found] == [{"rail"}, {"rail", "race"}]
    assert [each.query for each in found] == ["horses railway", "+horses"]


def test_what_a_syntax_cannot_be(index):
    message = "syntax must be one of searchlib, lucene, whoosh, not 'sql'"
    for call in (
        lambda: index.search("horses", syntax="sql"),
        lambda: index.search_many([], syntax="sql"),
        lambda: index.explain("horses", "rail", syntax="sql"),
    ):
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            call()
    with index.writer() as writer, pytest.raises(ValueError, match=re.escape(message)):
        writer.delete_matching("horses", syntax="sql")
    assert index.count == len(ARTICLES)


def test_articles_are_deleted_in_a_syntax_and_a_mistake_deletes_none(index):
    with index.writer() as writer:
        with pytest.raises(UnknownFieldError) as caught:
            writer.delete_matching("é titel:x", syntax="lucene")
        assert (caught.value.start, caught.value.end) == (2, 8)
        writer.delete_matching("horses railway", syntax="whoosh")
    assert ids(index.search("*")) == set(ARTICLES) - {"rail"}
