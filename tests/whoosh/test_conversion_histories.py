"""Any history of a stock index: what is converted is what Whoosh itself makes when it optimizes."""

from __future__ import annotations

import os
import tempfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import query, scoring, sorting
from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.filestore import FileStorage, RamStorage

from searchlib.whoosh import convert, open_dir
from searchlib.whoosh.codec.searchlib_codec import SearchlibCodec
from tests.whoosh.histories import HISTORIES, WORDS, live
from tests.whoosh.test_same_index import SAME, compare

CODECS = {"whoosh": (W3Codec,), "ours": (SearchlibCodec,), "mixed": (W3Codec, SearchlibCodec)}
QUERIES = [
    *(query.Term(name, word) for name in ("body", "title", "note", "boosts") for word in WORDS),
    query.Or([query.Term("body", "alfa"), query.Term("note", "bravo"), query.Term("tags", "news")]),
    query.Phrase("body", ["alfa", "bravo"], slop=2),
    query.And([query.Prefix("title", "b"), query.Every("whole")]),
    query.Every(),
]
WEIGHTINGS = [scoring.BM25F(), scoring.TF_IDF(), scoring.PL2()]


@pytest.mark.parametrize("codecs", CODECS.values(), ids=CODECS)
@settings(SAME, max_examples=settings().max_examples // 3)
@given(history=HISTORIES)
def test_all_that_there_is(codecs, history):
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        index = live(history, FileStorage(one), codecs)
        new = os.path.join(other, "new")
        with index.reader() as reader:
            found = convert(one, new)
            assert found.documents == reader.doc_count()
        index.optimize()
        with index.reader() as expected, open_dir(new).reader() as ours:
            compare(expected, ours)


@settings(SAME, max_examples=settings().max_examples // 3)
@given(history=HISTORIES, weighting=st.sampled_from(WEIGHTINGS))
def test_hits_scores_and_suggestions(history, weighting):
    index = live(history, RamStorage(), (W3Codec,))
    with tempfile.TemporaryDirectory() as folder:
        new = os.path.join(folder, "new")
        convert(index, new)
        index.optimize()
        opened = open_dir(new)
        with (
            index.searcher(weighting=weighting) as theirs,
            opened.searcher(weighting=weighting) as ours,
        ):
            for wanted in QUERIES:
                expected, found = (one.search(wanted, limit=None) for one in (theirs, ours))
                # Exactly: the very numbers are added in the same order.
                assert [(hit.docnum, hit.score) for hit in found] == [
                    (hit.docnum, hit.score) for hit in expected
                ], wanted
            for by in ("whole", "natural", "key", "tags"):
                for reverse in (False, True):
                    facet = sorting.FieldFacet(by, reverse=reverse)
                    orders = [
                        [hit.docnum for hit in one.search(query.Every(), sortedby=facet)]
                        for one in (theirs, ours)
                    ]
                    assert orders[0] == orders[1]
            for name in ("body", "title"):
                for word in ("bravp", "alfo", "charly", "delt"):
                    assert ours.suggest(name, word) == theirs.suggest(name, word)
                    assert ours.corrector(name).suggest(word, limit=9, maxdist=2) == (
                        theirs.corrector(name).suggest(word, limit=9, maxdist=2)
                    )
