"""One search: filter, order, page, parameters, explanation, many at once."""

from __future__ import annotations

import math
import re
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone

import pytest

import searchlib
from searchlib import Article, Index, QuerySyntaxError, StorageError, UnknownFieldError
from tests.helpers.indexes import ids, indexed


@pytest.fixture(scope="module")
def index() -> Index:
    return indexed(
        (
            Article(
                article_id="old",
                headline="Horses",
                body="White horses ran to the horses.",
                published="1999-12-31T23:59:59+00:00",
                source="Wire",
            ),
            Article(article_id="undated", body="A horse.", source="Post"),
            Article(article_id="new", caption="Horses rest.", published="2022-11-02"),
            Article(article_id="same", caption="Horses rest.", published="2022-11-02T02:00+02:00"),
            Article(article_id="other", body="A train.", published="2023-01-01", source="wire"),
        )
    )


@contextmanager
def measured_memory() -> Iterator[Callable[[], int]]:
    """Give what tells how many bytes Python's objects took at the most."""
    tracemalloc.start()
    try:
        yield lambda: tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_the_best_come_first_and_equals_as_they_were_inserted(index):
    results = index.search("horse")
    scores = [hit.score for hit in results]
    assert scores == sorted(scores, reverse=True)
    assert ids(results).index("new") + 1 == ids(results).index("same")
    assert ids(results)[0] == "old"


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("newest", ["other", "new", "same", "old", "undated"]),
        ("oldest", ["old", "new", "same", "other", "undated"]),
    ],
)
def test_dates_sort_and_no_date_is_last(index, sort, expected):
    assert ids(index.search("*", sort=sort)) == expected
    assert ids(index.search("*", sort=sort, limit=2, offset=1)) == expected[1:3]


@pytest.mark.parametrize(
    ("query", "filter_query", "expected"),
    [
        ("horses", "date:2022", {"new", "same"}),
        ("horses", "source:wire", {"old"}),
        ("*", "source:wire", {"old", "other"}),
        ("horses", "NOT source:wire", {"undated", "new", "same"}),
        ("horses", "zebra", set()),
        ("zebra", "horses", set()),
        ("horses", "*", {"old", "undated", "new", "same"}),
        ("horses", "", set()),
        ("horses", "date:1999-12-31 OR body:a", {"old", "undated"}),
    ],
)
def test_a_filter_leaves_what_matches_both_with_its_score(index, query, filter_query, expected):
    scores = {hit.article_id: hit.score for hit in index.search(query)}
    filtered = index.search(query, filter=filter_query)
    assert {hit.article_id for hit in filtered} == expected
    assert filtered.total == len(expected)
    assert all(hit.score == scores[hit.article_id] for hit in filtered)
    assert all(hit.explain().value == hit.score for hit in filtered)


def test_of_a_filter_the_diagnostics_say_so(index):
    results = index.search("hl:(horses", filter="captoin:(a & b")
    assert [(found.severity, found.message) for found in results.diagnostics] == [
        ("warning", "'(' is never closed"),
        ("error", "in the filter: there is no field 'captoin'"),
        ("warning", "in the filter: '(' is never closed"),
        ("info", "in the filter: there is no word in this part"),
    ]
    assert results.diagnostics[1].suggestion == "caption"


def test_strict_is_for_query_and_filter(index):
    assert ids(index.search("zebra &", strict=True, filter="a - b")) == []
    with pytest.raises(QuerySyntaxError, match="never closed") as caught:
        index.search("horses (", strict=True, filter="train")
    assert (caught.value.query, caught.value.start, caught.value.end) == ("horses (", 7, 8)
    with pytest.raises(UnknownFieldError, match="no field 'captoin'") as caught:
        index.search("horses", strict=True, filter="captoin:a")
    assert (caught.value.query, caught.value.field) == ("captoin:a", "captoin")
    assert "caption" in caught.value.known


def test_the_default_operator_joins_the_words_of_query_and_filter(index):
    assert set(ids(index.search("white horses"))) == {"old", "undated", "new", "same"}
    assert ids(index.search("white horses", default_operator="and")) == ["old"]
    assert ids(index.search("*", filter="a train", default_operator="and")) == ["other"]
    assert set(ids(index.search("*", filter="a train"))) == {"undated", "other"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"limit": -1}, "limit is -1; it must be 0 or more"),
        ({"offset": -2}, "offset is -2; it must be 0 or more"),
        ({"sort": "date"}, "sort must be one of relevance, newest, oldest, not 'date'"),
        ({"default_operator": "xor"}, "default_operator must be 'or' or 'and', not 'xor'"),
        ({"weights": {"title": 1}}, "weights names 'title'; there are headline, body, caption"),
        ({"weights": {"body": -1}}, "the weight of body must be from 0 to 1e6, not -1"),
        ({"k1": -0.1}, "k1 must be from 0 to 1e6, not -0.1"),
        ({"k1": math.nan}, "k1 must be from 0 to 1e6, not nan"),
        ({"b": 1.5}, "b must be from 0 to 1, not 1.5"),
        ({"b": "high"}, "b must be from 0 to 1, not 'high'"),
    ],
)
def test_what_an_argument_cannot_be(index, options, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        index.search("horse", **options)


def test_parameters_change_the_scores_of_one_search(index):
    usual = ids(index.search("horses"))
    heavy = index.search("horses", weights={"caption": 50.0})
    assert ids(heavy)[:2] == ["new", "same"]
    assert ids(index.search("horses")) == usual
    without = index.search("horses", weights={"caption": 0.0}, limit=None)
    assert {hit.article_id for hit in without if hit.score > 0} == {"old", "undated"}
    # With k1 0 a word counts once, however often and wherever it stands.
    assert len({hit.score for hit in index.search("horses", k1=0.0)}) == 1


def test_a_score_is_explained_field_by_field(index):
    hit = index.search('horses "white horses" source:wire date:1999')[0]
    explained = hit.explain()
    assert (explained.article_id, explained.value, explained.num_docs) == ("old", hit.score, 5)
    assert (explained.k1, explained.b) == (1.2, 0.75)
    assert sum(part.value for part in explained.parts) == hit.score
    horses, phrase, source, date = explained.parts
    assert (horses.label, horses.df) == ("horses", 4)
    assert [
        (field.field, field.weight, field.frequency, field.length) for field in horses.fields
    ] == [
        ("headline", 2.0, 1, 1),
        ("body", 1.0, 2, 6),
    ]
    assert (phrase.label, phrase.df) == ('"white horses"', 1)
    assert [(field.field, field.frequency) for field in phrase.fields] == [("body", 1)]
    assert (source.label, source.df, source.frequency, source.fields) == (
        'source:"wire"',
        2,
        1.0,
        (),
    )
    assert date.label.startswith("date:[1999-01-01T00:00:00+00:00 TO")


def test_an_explanation_can_be_read(index):
    hit = index.search("headline:horses OR zebra", k1=2.0, b=0.5)[0]
    value = f"{hit.score:.6f}"
    idf = f"{hit.explain().parts[0].idf:.4f}"
    assert str(hit.explain()).splitlines() == [
        f"{value}  old: the sum of",
        f"  {value}  headline:horses: idf {idf} (in 1 of 5 articles) * tf 2.0000 / (k1 2 + tf)",
        "    tf 2.0000  headline: weight 2 * 1 times / (1 - b 0.5 + b * 1 words / 1.0 on average)",
    ]


def test_nothing_explains_a_score_of_nothing(index):
    (hit,) = index.search("* -horse")
    assert (hit.article_id, hit.score) == ("other", 0.0)
    assert str(hit.explain()) == "0.000000  other: nothing that it matches adds to a score"


@pytest.mark.parametrize(
    "query",
    [
        "horses",
        '"white horses" horse -train',
        "white AND ran",
        "(white AND zebra) OR horses",
        '"horses ran"~5^3 OR hors* source:wire',
        "=Horses OR rest w/2 horses OR wc>3",
        "* -horse",
        "captoin:(a",
        "zebra",
        "",
    ],
)
def test_an_article_is_explained_as_its_hit_is_and_others_are_not(index, query):
    hits = {hit.article_id: hit for hit in index.search(query)}
    for article_id in ("old", "undated", "new", "same", "other"):
        explained = index.explain(query, article_id)
        if article_id in hits:
            assert explained == hits[article_id].explain()
            assert sum(part.value for part in explained.parts) == hits[article_id].score
        else:
            assert explained is None


def test_an_article_that_is_not_there_is_not_explained():
    with searchlib.in_memory(k1=0.5) as index:
        with index.writer() as writer:
            writer.add(Article(article_id="a", body="A horse."))
        assert index.explain("horse", "a").k1 == 0.5
        for article_id in ("A", "", "\ud800", "b"):
            assert index.explain("horse", article_id) is None
        with index.writer() as writer:
            writer.add(Article(article_id="a", body="A pony."))
        assert index.explain("horse", "a") is None
        with index.writer() as writer:
            writer.delete("a")
        assert index.explain("*", "a") is None
    with pytest.raises(StorageError, match="closed"):
        index.explain("horse", "a")


@pytest.mark.parametrize(
    ("query", "article_id", "message"),
    [
        (None, "old", "query must be a string, not None"),
        (b"horse", "nobody", "query must be a string, not b'horse'"),
        ("horse", 7, "article_id must be a string, not 7"),
    ],
)
def test_what_is_no_string_is_not_explained(index, query, article_id, message):
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        index.explain(query, article_id)


@pytest.mark.parametrize("threads", [None, 1, 3])
def test_many_searches_give_what_each_gives(index, threads):
    queries = ["horses", "train", "horses -white", "zebra", "source:wire", "captoin:(", "*"] * 3
    many = index.search_many(iter(queries), limit=2, threads=threads)
    assert [results.query for results in many] == queries
    for query, results in zip(queries, many, strict=True):
        alone = index.search(query, limit=2)
        assert [(hit.article_id, hit.score, hit.rank) for hit in results] == [
            (hit.article_id, hit.score, hit.rank) for hit in alone
        ]
        assert (results.total, results.diagnostics) == (alone.total, alone.diagnostics)
    assert index.search_many([]) == []


def test_more_required_words_than_the_kernel_takes_are_all_required():
    with searchlib.in_memory() as index:
        words = [f"word{number}" for number in range(70)]
        with index.writer() as writer:
            writer.add(Article(article_id="most", body=" ".join(words[:-1])))
            writer.add(Article(article_id="all", body=" ".join(words)))
        for query in (" AND ".join(words), " ".join(f"+{word}" for word in words)):
            assert [hit.article_id for hit in index.search(query)] == ["all"]


def test_so_many_words_that_their_scores_do_not_add_up():
    with searchlib.in_memory() as index:
        with index.writer() as writer:
            writer.add(Article(article_id="a", body="horse"))
            writer.add_many(Article(body=f"train {number}") for number in range(500))
        results = index.search("horse " * 30_000)
        assert [hit.article_id for hit in results] == ["a"]
        assert results[0].score > 2**16


@pytest.mark.parametrize(
    "query", ["(a " * 6000, "(* " * 2000, "* " * 2000, "a* " * 2000, "(horse* AND NOT b) " * 1500]
)
def test_what_is_typed_a_thousand_times_is_looked_at_once(query):
    """Each of these took gigabytes: every part of the query had matches of its own."""
    with searchlib.in_memory() as index:
        with index.writer() as writer:
            writer.add_many(Article(body=f"a horse {number}") for number in range(2000))
        with measured_memory() as peak:
            results = index.search(query, limit=None)
            assert len(results) == 2000
            assert math.fsum(part.value for part in results[0].explain().parts) == results[0].score
            assert (results[0].score > 0.0) == (query.strip("(* ") != "")
            assert peak() < 20_000_000


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"query": None}, "query must be a string, not None"),
        ({"query": b"horse"}, "query must be a string, not b'horse'"),
        ({"filter": 7}, "filter must be a string or None, not 7"),
        ({"limit": "3"}, "limit must be a whole number or None, not '3'"),
        ({"limit": 2.5}, "limit must be a whole number or None, not 2.5"),
        ({"limit": True}, "limit must be a whole number or None, not True"),
        ({"offset": None}, "offset must be a whole number, not None"),
        ({"offset": False}, "offset must be a whole number, not False"),
    ],
)
def test_arguments_of_another_type_are_refused(index, arguments, message):
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        index.search(**{"query": "horse", **arguments})


def test_arguments_of_a_type_that_is_made_of_theirs_are_taken(index):
    class Text(str):
        __slots__ = ()

    class Number(int):
        __slots__ = ()

    found = index.search(Text("horse"), limit=Number(2), offset=Number(1), filter=Text("horse"))
    assert ids(found) == ids(index.search("horse", limit=2, offset=1))


@pytest.mark.parametrize("queries", [[None], ["horse", 5]])
def test_many_queries_of_another_type_are_refused(index, queries):
    with pytest.raises(TypeError, match="query must be a string"):
        index.search_many(queries)


def test_now_says_what_yesterday_is_and_where():
    index = searchlib.in_memory()
    with index.writer() as writer:
        for day, hour in ((1, 23), (2, 12)):
            published = datetime(2022, 11, day, hour, tzinfo=UTC)
            writer.add(Article(article_id=f"{day}", body="horses", published=published))
    noon = datetime(2022, 11, 3, 12, tzinfo=UTC)
    assert ids(index.search("date:yesterday", now=noon)) == ["2"]
    # Ten hours east of Greenwich the second began an hour before.
    east = datetime(2022, 11, 3, 12, tzinfo=timezone(timedelta(hours=10)))
    assert ids(index.search("date:yesterday", now=east)) == ["1", "2"]
    assert index.explain("date:yesterday", "1", now=noon) is None
    assert index.explain("date:yesterday", "1", now=east) is not None
    assert ids(index.search("horses", filter="date:yesterday", now=noon)) == ["2"]
    with index.writer() as writer:
        writer.delete_matching("date:yesterday", now=noon)
    assert ids(index.search("*")) == ["1"]
    with pytest.raises(TypeError, match="now must be a datetime"):
        index.search("horses", now="yesterday")


def test_a_phrase_that_repeats_a_word_takes_no_memory_for_it():
    index = searchlib.in_memory()
    with index.writer() as writer:
        writer.add(Article(article_id="a", body="the " * 20_000))
    phrase = f'"{"the " * 300}"~5'
    with measured_memory() as peak:
        assert ids(index.search(phrase)) == ["a"]
        assert peak() < 30_000_000  # 220 MB when each word brought its own occurrences
