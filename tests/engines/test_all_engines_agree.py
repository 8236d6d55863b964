"""Everything that can be asked of a result is the same as of the plain engine."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import searchlib
from searchlib import Article
from searchlib.library import Index
from tests.engines.archive import ARTICLES
from tests.engines.asking import everything_of
from tests.engines.plain_engine import PlainEngine

QUERIES = (
    "horse",
    "white horses",
    "horse horse train",
    "train AND horse",
    '"white horses"',
    '"freight horse"~3',
    "hors*",
    "/hor.*s?/",
    "hrose~2",
    "train w/4 hors*",
    "horse w/s ran",
    "first3:horse zebra",
    "hlp:train",
    "atleast2 horse",
    "=White horse",
    "headline:horse^3 zebra",
    "source:wi* horse",
    "date:2022 train",
    "wc:>3",
    "horse NOT train",
    "+horse zebra -ran",
    "*",
    "(white AND zebra) OR train",
    "h*e w/5 (tr?in OR barn)",
    "state-of-the-ar*",
    "body:*",
    "horse not w/2 white",
    "café homme",
)
OPTIONS = (
    {},
    {"limit": 2, "offset": 1},
    {"sort": "oldest"},
    {"filter": "train OR zebra"},
    {"weights": {"headline": 0.0, "caption": 3.0}, "k1": 0.7, "b": 0.3},
    {"default_operator": "and", "limit": None},
)


@pytest.fixture(scope="module")
def plain() -> Index:
    return filled(Index(PlainEngine()), ARTICLES)


def filled(index: Index, articles) -> Index:
    with index.writer() as writer:
        writer.add_many(articles)
    return index


@pytest.mark.parametrize("query", QUERIES)
def test_queries(index, plain, query):
    for options in OPTIONS:
        assert everything_of(index, query, **options) == everything_of(plain, query, **options)


WORDS = ("horse", "horses", "train", "white", "zebra", "the", "O'Brien", "hero")

texts = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)
articles = st.builds(
    Article,
    article_id=st.sampled_from("abcdefgh"),
    headline=texts,
    body=st.lists(texts, max_size=3).map(". ".join),
    caption=texts,
    source=st.sampled_from(("", "wire", "post")),
    published=st.sampled_from((None, "2021-05-05", "2022-11-02")),
    language=st.sampled_from(("", "", "fr")),
)
leaves = st.sampled_from(
    (*WORDS, "h*", "tr?in", "hores~1", "/z.*/", '"white horse"', '"horse white"~2', "=horse")
)
spans = st.one_of(
    st.tuples(leaves, st.sampled_from(("w/2", "pre/3", "w/s", "not w/2")), leaves).map(" ".join),
    leaves.map(lambda leaf: f"first3:{leaf}"),
    leaves.map(lambda leaf: f"hlp:{leaf}"),
    leaves.map(lambda leaf: f"atleast2 ({leaf})"),
)
parts = (
    leaves
    | spans.map(lambda part: f"({part})")
    | st.sampled_from(
        ("source:wire", "source:w*", "date:2022", "wc:>5", "headline:horse", "caption:*", "horse^2")
    )
)
queries = st.recursive(
    parts,
    lambda inner: st.tuples(inner, st.sampled_from((" ", " AND ", " OR ", " NOT ")), inner).map(
        lambda three: f"({''.join(three)})"
    ),
    max_leaves=4,
)


@given(
    st.lists(articles, max_size=8),
    queries,
    st.sampled_from((None, "horse", "h*", "source:wire")),
    st.sampled_from(("relevance", "newest")),
)
def test_any_queries_of_any_articles(added, query, wanted, sort):
    expected, *others = (
        everything_of(filled(index, added), query, filter=wanted, sort=sort)
        for index in (
            Index(PlainEngine()),
            Index(PlainEngine(spells_out=True)),
            searchlib.in_memory(),
        )
    )
    for found in others:
        assert found == expected
