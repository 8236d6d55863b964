"""Hits and the sequence of them."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

import searchlib
from searchlib import Article, Index, SearchResults
from searchlib.snippets import SearchedTexts, snippets_of
from tests.helpers.indexes import ids, indexed

ARTICLES = (
    Article(
        article_id="a",
        headline="Horses cross the border",
        body="White horses ran. A train stood.",
        caption="Two horses.",
        published="2022-11-02",
        source="Wire",
        metadata={"desk": 7},
    ),
    Article(article_id="b", headline="Trains", body="A freight train with a horse."),
    Article(article_id="c", headline="Weather", body="It rained."),
    Article(article_id="d", headline="Horse", body="", language="en"),
)


@pytest.fixture(scope="module")
def index() -> Index:
    return indexed(ARTICLES)


@pytest.fixture(scope="module")
def numbered() -> Index:
    """Ten articles with equal scores."""
    return indexed(Article(article_id=f"n{n}", body="horse") for n in range(10))


# The sequence


def test_results_are_a_sequence(numbered):
    results = numbered.search("horse", limit=4)
    assert isinstance(results, SearchResults)
    assert isinstance(results, Sequence)
    assert len(results) == 4
    assert results.total == 10
    assert ids(results) == ids(list(results)) == ["n0", "n1", "n2", "n3"]
    assert ids(list(reversed(results))) == ["n3", "n2", "n1", "n0"]
    assert results[1].article_id == results[-3].article_id == "n1"
    assert results[-4].article_id == "n0"
    assert results.index(results[2]) == 2
    assert results[3] in results


@pytest.mark.parametrize("place", [4, 99, -5, -99])
def test_a_place_there_is_not_is_an_index_error(numbered, place):
    results = numbered.search("horse", limit=4)
    with pytest.raises(IndexError):
        results[place]


@pytest.mark.parametrize("place", [0, -1])
def test_empty_results_have_no_place(numbered, place):
    results = numbered.search("zebra")
    assert (len(results), results.total, bool(results), list(results)) == (0, 0, False, [])
    assert results[:3] == []
    with pytest.raises(IndexError):
        results[place]


@pytest.mark.parametrize(
    "part", [slice(None), slice(1, 3), slice(-2, None), slice(None, None, -1), slice(3, 99), slice(0, 4, 2)]
)  # fmt: skip
def test_slices_are_lists_of_the_same_hits(numbered, part):
    results = numbered.search("horse", limit=4)
    assert results[part] == list(results)[part]
    assert [hit.rank for hit in results[part]] == [1, 2, 3, 4][part]


def test_a_hit_is_made_once(numbered):
    results = numbered.search("horse", limit=4)
    assert results[1] is results[1] is results[-3] is results[1:2][0]
    assert results[1].article is results[1].article


def test_ranks_and_pages(numbered):
    page = numbered.search("horse", limit=3, offset=5)
    assert ids(page) == ["n5", "n6", "n7"]
    assert [hit.rank for hit in page] == [6, 7, 8]
    assert page[-1].rank == 8
    assert (page.offset, page.total, len(page)) == (5, 10, 3)
    last = numbered.search("horse", limit=3, offset=9)
    assert (ids(last), last[0].rank) == (["n9"], 10)
    beyond = numbered.search("horse", limit=3, offset=10**9)
    assert (len(beyond), beyond.total) == (0, 10)
    assert len(numbered.search("horse", limit=None)) == 10
    none = numbered.search("horse", limit=0)
    assert (len(none), none.total) == (0, 10)


def test_what_results_say_of_themselves(numbered):
    results = numbered.search("horse  OR zebra", limit=2)
    assert results.query == "horse  OR zebra"
    assert repr(results) == "<SearchResults of 'horse  OR zebra': 2 of 10>"
    assert isinstance(results.elapsed, float)
    assert results.elapsed >= 0
    assert results.diagnostics == ()


# The hit


def test_a_hit_is_the_article_at_its_rank(index):
    hit, other = index.search("+border horses", limit=1)[0], index.search("horses")[1]
    assert (hit.rank, other.rank) == (1, 2)
    assert hit.article == ARTICLES[0]
    assert hit.article_id == "a"
    assert hit.headline == "Horses cross the border"
    assert hit.score > other.score > 0
    assert repr(hit) == f"<Hit 1: a 'Horses cross the border' ({hit.score:.4f})>"


def test_snippets_say_their_field_and_stand_in_it(index):
    (hit,) = index.search("horses", filter="id:a")
    assert [snippet.field for snippet in hit.snippets] == ["body", "caption"]
    for snippet in hit.snippets:
        text = getattr(hit.article, snippet.field)
        assert snippet.text == text[snippet.start_char : snippet.end_char]
    assert [snippet.html() for snippet in hit.snippets] == [
        "White <mark>horses</mark> ran.",
        "Two <mark>horses</mark>.",
    ]
    assert hit.snippet == "White horses ran."


def test_a_headline_is_marked_and_gives_a_snippet_where_nothing_else_does(index):
    hit = index.search("headline:border")[0]
    assert hit.marked_headline.html() == "Horses cross the <mark>border</mark>"
    assert [snippet.field for snippet in hit.snippets] == ["headline"]
    # It is the whole of it, matches or none.
    hit = index.search("caption:two")[0]
    assert hit.marked_headline.html() == "Horses cross the border"
    assert [snippet.field for snippet in hit.snippets] == ["caption"]


def test_a_hit_without_a_word_of_the_query_shows_its_beginning(index):
    (hit,) = index.search("source:wire")
    assert hit.snippets[0].marks == ()
    assert hit.snippet.startswith("White horses ran.")
    empty = searchlib.in_memory()
    with empty.writer() as writer:
        writer.add(Article(article_id="a", source="wire"))
    (hit,) = empty.search("source:wire")
    assert (hit.snippets, hit.snippet, hit.headline) == ((), "", "")


@pytest.mark.parametrize(
    ("query", "marked"),
    [
        ("horses", "White [horses] ran."),
        ('"white horse"', "[White horses] ran."),
        ("body:white AND caption:two", "[White] horses ran."),
        ("hors*", "White [horses] ran."),
        ("wh?te", "[White] horses ran."),
        ("(white AND zebra) OR horses", "White [horses] ran."),
        ("horses -white*s -zebra", "White [horses] ran."),
        ("horses OR NOT white", "White [horses] ran."),
        ("caption:white horses", "White [horses] ran."),
    ],
)
def test_only_what_the_article_owes_its_place_to_is_marked(index, query, marked):
    (hit,) = (hit for hit in index.search(query) if hit.article_id == "a")
    (shown,) = (snippet for snippet in hit.snippets if snippet.field == "body")
    assert shown.html("b").replace("<b>", "[").replace("</b>", "]") == marked


def test_what_a_filter_looks_for_is_not_marked(index):
    (hit,) = index.search("ran", filter="horses")
    assert hit.snippets[0].html() == "White horses <mark>ran</mark>."


def test_results_outlive_changes_and_the_index():
    index = searchlib.in_memory()
    with index.writer() as writer:
        writer.add(Article(article_id="a", body="A horse."))
    results = index.search("horse")
    with index.writer() as writer:
        writer.add(Article(article_id="a", body="A pony."))
    index.close()
    assert results[0].article.body == "A horse."
    assert results[0].explain().value == results[0].score


@pytest.mark.parametrize(
    "query",
    [
        "horses",
        "white horse",
        '"white horse" OR train',
        "horses AND train",
        "horse NOT train",
        "+horse train -zebra",
        "horse AND (train OR ran)",
        "body:white OR caption:two OR headline:border",
        "hors* tr?in",
        "source:wire horses",
        "source:wire",
    ],
)
def test_looking_for_all_of_a_query_finds_what_the_article_owes_its_place_to(index, query):
    for hit in index.search(query):
        context = hit._context
        assert context.same_patterns is not None
        (leaves,) = context.matched.leaves([hit._handle])
        owed = context._patterns_of(leaves)
        assert hit.snippets == snippets_of(
            SearchedTexts(hit._searched.texts, owed, context.finder(hit))
        )
        assert hit.snippet == (hit.snippets[0].text if hit.snippets else "")


@pytest.mark.parametrize("query", ["(white AND zebra) OR horses", "horses OR NOT white"])
def test_what_an_article_owes_its_place_to_may_differ(index, query):
    assert all(hit._context.same_patterns is None for hit in index.search(query))


def test_many_threads_read_the_same_hits(index):
    queries = ("horses", '"white horse" train', "hors* OR train", "(white AND two) OR train")
    expected = [[(hit.snippet, hit.snippets) for hit in index.search(query)] for query in queries]
    results = [index.search(query) for query in queries]

    def read(n):
        return [(hit.snippet, hit.snippets) for hit in results[n % 4]] == expected[n % 4]

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(read, range(200)))
