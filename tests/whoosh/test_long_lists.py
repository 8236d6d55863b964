"""Posting lists of several blocks, of which a search for the best hits reads some only."""

from __future__ import annotations

import random
from typing import Any

import pytest
from whoosh import fields, query, scoring
from whoosh.analysis import SimpleAnalyzer
from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.filestore import RamStorage
from whoosh.index import Index

from searchlib.whoosh import SearchlibCodec

WORDS = "the news of war and peace in paris".split()
SCHEMA = fields.Schema(
    body=fields.TEXT(SimpleAnalyzer(), stored=True), number=fields.NUMERIC(sortable=True)
)
WEIGHTINGS = [scoring.BM25F(), scoring.TF_IDF(), scoring.Frequency(), scoring.PL2()]
QUERIES = [
    query.Term("body", "the"),
    query.Term("body", "paris"),
    query.And([query.Term("body", "the"), query.Term("body", "paris")]),
    query.Or([query.Term("body", word) for word in WORDS]),
    query.DisjunctionMax([query.Term("body", word) for word in WORDS[3:]]),
    query.AndNot(query.Term("body", "news"), query.Term("body", "the")),
    query.AndMaybe(query.Term("body", "peace"), query.Term("body", "in")),
    query.Phrase("body", ["the", "news"]),
    query.Phrase("body", ["war", "peace"], slop=2),
    query.And([query.Prefix("body", "p"), query.NumericRange("number", 100, 300)]),
    query.And([query.Every(), query.Not(query.Term("body", "the"))]),
]


def build(codec: type) -> Index:
    chosen = random.Random(7)
    index = RamStorage().create_index(SCHEMA)
    for size in (700, 150):
        writer = index.writer(codec=codec())
        for number in range(size):
            # The later a word stands in the list, the rarer it is.
            count = chosen.randint(1, 9)
            words = chosen.choices(WORDS, [2.0**-rank for rank in range(len(WORDS))], k=count)
            writer.add_document(body=" ".join(words), number=number)
        writer.commit(merge=False)
    writer = index.writer(codec=codec())
    writer.delete_by_query(query.NumericRange("number", 40, 60))
    writer.commit(merge=False)
    return index


@pytest.fixture(scope="module")
def indexes():
    return build(W3Codec), build(SearchlibCodec)


@pytest.mark.parametrize("weighting", WEIGHTINGS, ids=lambda weighting: type(weighting).__name__)
@pytest.mark.parametrize("wanted", QUERIES, ids=str)
@pytest.mark.parametrize("limit", [1, 10, None])
def test_best_hits(indexes, weighting, wanted, limit):
    found: list[Any] = []
    for index in indexes:
        with index.searcher(weighting=weighting) as searcher:
            results = searcher.search(wanted, limit=limit)
            found.append([(hit.docnum, pytest.approx(hit.score, rel=1e-6)) for hit in results])
    assert found[1] == found[0]
    assert found[0]


@pytest.mark.parametrize("word", WORDS)
def test_skipping(indexes, word):
    """Go through a list in steps of any length."""
    walks: list[Any] = []
    for index in indexes:
        with index.reader() as reader:
            leaf = reader.leaf_readers()[0][0]
            walk = []
            for step in (1, 2, 50, 127, 128, 129, 500):
                matcher = leaf.postings("body", word)
                target = step
                while matcher.is_active():
                    walk.append((matcher.id(), matcher.weight(), matcher.value_as("positions")))
                    matcher.skip_to(target)
                    target += step
            walks.append(walk)
    assert walks[1] == walks[0]


def test_a_copy_goes_its_own_way(indexes):
    with indexes[1].reader() as reader:
        matcher = reader.leaf_readers()[0][0].postings("body", "the")
        matcher.skip_to(400)
        here = matcher.id()
        copy = matcher.copy()
        copy.skip_to(600)
        assert (matcher.id(), copy.id() >= 600) == (here, True)
        copy.reset()
        assert copy.id() < 400


def test_blocks_that_are_too_poor_are_skipped(indexes):
    with indexes[1].searcher(weighting=scoring.Frequency()) as searcher:
        leaf = searcher.leaf_searchers()[0][0]
        matcher = leaf.postings("body", "the")
        blocks = -(-leaf.reader().doc_frequency("body", "the") // 128)
        assert blocks > 2
        assert matcher.skip_to_quality(0.5) == 0
        assert matcher.is_active()
        assert matcher.skip_to_quality(matcher.max_quality()) == blocks
        assert not matcher.is_active()
