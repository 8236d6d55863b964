"""Which leaves of a plan a document owes its score to."""

from __future__ import annotations

import pytest

from searchlib import Article
from searchlib.planning.plan import (
    AllOf,
    AnyOf,
    Boosted,
    Clauses,
    Everything,
    Except,
    Nothing,
    PhraseLeaf,
    Plan,
    WordLeaf,
)
from searchlib.ranking.contributing import contributing_leaves
from searchlib.ranking.scoring import Scorer
from tests.helpers.indexes import indexed
from tests.helpers.ranking import scorer_of, word

pytestmark = pytest.mark.kernels

HORSES, CAMELS, RAILWAY, NONE = map(word, ("horses", "camels", "railway", "none"))
AS_WRITTEN = WordLeaf("rail*", ("body",), words=("railway", "rails"))


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    """A scorer of one document."""
    return scorer_of(indexed([Article(body="horses on a railway")], analyzer="plain"))


@pytest.mark.parametrize(
    ("plan", "leaves"),
    [
        (HORSES, [HORSES]),
        (CAMELS, None),
        (word("horses", "headline"), None),
        (AS_WRITTEN, [AS_WRITTEN]),
        (Boosted(HORSES, 2.0), [Boosted(HORSES, 2.0)]),
        (PhraseLeaf("", ("body",), (("horses",), ("on",))), "itself"),
        (PhraseLeaf("", ("body",), (("on",), ("horses",))), None),
        (Nothing(), None),
        (Everything(), []),
        (AnyOf((RAILWAY, CAMELS, HORSES)), [RAILWAY, HORSES]),
        (AnyOf((CAMELS, NONE)), None),
        (AnyOf((AllOf((HORSES, CAMELS)), RAILWAY)), [RAILWAY]),
        (AllOf((RAILWAY, HORSES)), [RAILWAY, HORSES]),
        (AllOf((RAILWAY, CAMELS)), None),
        (AllOf((RAILWAY, Except(CAMELS))), [RAILWAY]),
        (AllOf((RAILWAY, Except(HORSES))), None),
        (Except(CAMELS), []),
        (Clauses((HORSES,), (CAMELS, RAILWAY), (NONE,)), [HORSES, RAILWAY]),
        (Clauses((HORSES,), (CAMELS,), ()), [HORSES]),
        (Clauses((CAMELS,), (HORSES,), ()), None),
        (Clauses((), (CAMELS, HORSES), ()), [HORSES]),
        (Clauses((), (CAMELS,), ()), None),
        (Clauses((), (), (CAMELS,)), []),
        (Clauses((HORSES,), (), (RAILWAY,)), None),
        (AnyOf((HORSES, HORSES)), [HORSES, HORSES]),
    ],
    ids=str,
)
def test_the_leaves(scorer, plan: Plan, leaves):
    assert contributing_leaves(plan, scorer, 0) == ([plan] if leaves == "itself" else leaves)
