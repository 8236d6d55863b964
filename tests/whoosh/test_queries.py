"""Any Whoosh query gives on our codec what it gives on Whoosh's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import fields, query, scoring
from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.filestore import RamStorage

from searchlib.whoosh import SearchlibCodec

# Whoosh's own codec has bugs of its own, which a random run may come upon: the same examples always.
SAME = settings(derandomize=True)

WORDS = ("alfa", "bravo", "charlie", "delta", "echo")
SCHEMA = fields.Schema(
    key=fields.ID(stored=True, unique=True),
    # Below ten words Whoosh's own codec keeps the exact length too.
    text=fields.TEXT(stored=True, chars=True),
    tags=fields.KEYWORD(commas=True, scorable=True),
    size=fields.NUMERIC(int, sortable=True),
)

texts = st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join)
documents = st.fixed_dictionaries(
    {"key": st.sampled_from("abcdef")},
    optional={
        "text": texts,
        "tags": st.lists(st.sampled_from(WORDS), max_size=3).map(",".join),
        "size": st.integers(-5, 300),
    },
)
histories = st.lists(
    st.tuples(st.lists(documents, max_size=6), st.sampled_from((False, True))), max_size=4
)

terms = st.builds(query.Term, st.sampled_from(("text", "tags")), st.sampled_from(WORDS))
leaves = st.one_of(
    terms,
    terms,
    st.builds(
        lambda words, slop: query.Phrase("text", words, slop=slop),
        st.lists(st.sampled_from(WORDS), min_size=2, max_size=3),
        st.integers(1, 2),
    ),
    st.builds(query.Prefix, st.just("text"), st.sampled_from(("a", "br", "x"))),
    st.builds(query.Wildcard, st.just("tags"), st.sampled_from(("*a", "?cho", "d*t?"))),
    st.builds(query.FuzzyTerm, st.just("text"), st.sampled_from(("alfo", "bravos", "delta"))),
    st.builds(query.TermRange, st.just("text"), st.just("b"), st.sampled_from(("charlie", "z"))),
    st.builds(query.NumericRange, st.just("size"), st.integers(-5, 50), st.integers(50, 300)),
    st.just(query.Every()),
)
queries = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(query.And),
        st.lists(inner, min_size=2, max_size=3).map(query.Or),
        st.lists(inner, min_size=2, max_size=3).map(query.DisjunctionMax),
        st.tuples(inner, inner).map(lambda pair: query.AndMaybe(*pair)),
        st.tuples(inner, inner).map(lambda pair: query.AndNot(*pair)),
        inner.map(query.Not),
        inner.map(lambda part: query.ConstantScoreQuery(part, 2.0)),
    ),
    max_leaves=6,
)


def written(codec: Any, history: Sequence[tuple[list[dict[str, Any]], bool]]) -> Any:
    index = RamStorage().create_index(SCHEMA)
    for batch, optimize in history:
        writer = index.writer(codec=codec())
        for document in batch:
            writer.update_document(**document)
        writer.commit(optimize=optimize, merge=False)
    return index


@SAME
@given(histories, st.lists(queries, max_size=5))
def test_results_are_those_of_whooshs_own_codec(history, asked):
    theirs, ours = (written(codec, history) for codec in (W3Codec, SearchlibCodec))
    with (
        theirs.searcher(weighting=scoring.BM25F()) as expected,
        ours.searcher(weighting=scoring.BM25F()) as found,
    ):
        for wanted in asked:
            left = expected.search(wanted, limit=None)
            right = found.search(wanted, limit=None)
            assert [hit.fields() for hit in right] == [hit.fields() for hit in left]
            assert [hit.score for hit in right] == pytest.approx([hit.score for hit in left])


@SAME
@given(histories)
def test_terms_and_postings_are_those_of_whooshs_own_codec(history):
    theirs, ours = (written(codec, history).reader() for codec in (W3Codec, SearchlibCodec))
    assert list(ours.all_terms()) == list(theirs.all_terms())
    for fieldname, text in theirs.all_terms():
        info, other = theirs.term_info(fieldname, text), ours.term_info(fieldname, text)
        assert (other.weight(), other.doc_frequency()) == (info.weight(), info.doc_frequency())
        matchers = theirs.postings(fieldname, text), ours.postings(fieldname, text)
        left, right = (list(matcher.all_ids()) for matcher in matchers)
        assert right == left
        if fieldname == "text":
            places = [
                list(reader.postings(fieldname, text).items_as("characters"))
                for reader in (theirs, ours)
            ]
            assert places[0] == places[1]
    assert [ours.stored_fields(doc) for doc in ours.all_doc_ids()] == [
        theirs.stored_fields(doc) for doc in theirs.all_doc_ids()
    ]
