"""Which documents a plan matches, and how the parts of it add up."""

from __future__ import annotations

import pytest

import searchlib
from searchlib import Article, Index
from searchlib.planning.plan import AllOf, AnyOf, Clauses, Everything, Except, Nothing, Plan
from searchlib.ranking.scoring import Scorer
from searchlib.ranking.searching import evaluate
from tests.helpers.indexes import ids
from tests.helpers.ranking import scorer_of, word

pytestmark = pytest.mark.kernels

A, B, C, NONE = map(word, ("a", "b", "c", "none"))


@pytest.fixture(scope="module", params=["one segment", "a segment each"])
def scorer(request) -> Scorer:
    """A scorer of the documents 0 to 4; that between 1 and 2 is deleted."""
    index = searchlib.in_memory(analyzer="plain")
    bodies = {"0": "a b", "1": "a", "gone": "a b c", "2": "b c", "3": "c c", "4": ""}
    groups = [list(bodies)] if request.param == "one segment" else [[each] for each in bodies]
    for group in groups:
        with index.writer() as writer:
            writer.add_many(Article(article_id=each, body=bodies[each]) for each in group)
    with index.writer() as writer:
        writer.delete("gone")
    return scorer_of(index)


def found(plan: Plan, scorer: Scorer) -> dict[int, float]:
    """Return the scores by document; the deleted one is left out of the numbers."""
    docs, scores = evaluate(plan, scorer)
    assert list(docs) == sorted(set(docs))
    assert 2 not in docs  # the deleted one
    return {doc - (doc > 2): score for doc, score in zip(docs, scores, strict=True)}


@pytest.mark.parametrize(
    ("plan", "docs"),
    [
        (A, [0, 1]),
        (NONE, []),
        (Nothing(), []),
        (Everything(), [0, 1, 2, 3, 4]),
        (AnyOf((A, C)), [0, 1, 2, 3]),
        (AnyOf(()), []),
        (AnyOf((A, Everything())), [0, 1, 2, 3, 4]),
        (AllOf((A, B)), [0]),
        (AllOf((A, NONE)), []),
        (AllOf((B, Except(A))), [2]),
        (AllOf((Except(A), Except(B))), [3, 4]),
        (AllOf((AnyOf((A, C)), B)), [0, 2]),
        (Except(A), [2, 3, 4]),
        (Except(Except(A)), [0, 1]),
        (Except(Everything()), []),
        (Except(Nothing()), [0, 1, 2, 3, 4]),
        (Clauses((A,), (B,), ()), [0, 1]),
        (Clauses((), (A, C), ()), [0, 1, 2, 3]),
        (Clauses((A,), (), (B,)), [1]),
        (Clauses((), (A, B), (C,)), [0, 1]),
        (Clauses((), (), (A,)), [2, 3, 4]),
        (Clauses((A, B), (C,), ()), [0]),
        (Clauses((), (NONE,), ()), []),
    ],
    ids=str,
)
def test_the_documents_of_a_plan(scorer, plan, docs):
    assert list(found(plan, scorer)) == docs


def test_scores_of_what_is_there_are_added_and_of_nothing_else(scorer):
    a, b, c = (found(leaf, scorer) for leaf in (A, B, C))
    assert found(AnyOf((A, B)), scorer) == {0: a[0] + b[0], 1: a[1], 2: b[2]}
    assert found(AllOf((A, B)), scorer) == {0: a[0] + b[0]}
    assert found(AllOf((B, Except(A))), scorer) == {2: b[2]}
    assert found(Except(A), scorer) == {2: 0.0, 3: 0.0, 4: 0.0}
    assert found(AllOf((A, Everything())), scorer) == a
    assert found(Clauses((B,), (C, A), ()), scorer) == {0: b[0] + a[0], 2: b[2] + c[2]}
    assert found(Clauses((A,), (B,), (C,)), scorer) == {0: a[0] + b[0], 1: a[1]}


@pytest.mark.parametrize("kind", [AnyOf, AllOf])
def test_a_part_that_was_typed_three_times_counts_three_times(scorer, kind):
    once = found(A, scorer)
    assert found(kind((A, A, A)), scorer) == {doc: 3 * score for doc, score in once.items()}
    assert found(AllOf((A, Except(B), Except(B))), scorer) == {1: once[1]}


@pytest.fixture(scope="module")
def dated() -> Index:
    index = searchlib.in_memory()
    dates = {"x": "2024-05-02", "none": None, "old": "1999-01-01", "y": "2024-05-02T00:00:00Z"}
    with index.writer() as writer:
        for article_id, date in dates.items():
            writer.add(Article(article_id=article_id, body="a", published=date))
        writer.add(Article(article_id="before 1970", body="a a a", published="1969-12-31"))
    return index


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("newest", ["x", "y", "old", "before 1970", "none"]),
        ("oldest", ["before 1970", "old", "x", "y", "none"]),
        ("relevance", ["before 1970", "x", "none", "old", "y"]),
    ],
)
def test_the_order_of_results(dated, sort, order):
    assert ids(dated.search("body:a", sort=sort)) == order
    for limit in range(1, 5):
        assert ids(dated.search("body:a", sort=sort, limit=limit)) == order[:limit]
        assert ids(dated.search("body:a", sort=sort, limit=None, offset=limit)) == order[limit:]
