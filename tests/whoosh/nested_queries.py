"""Queries of Whoosh made of other queries."""

from __future__ import annotations

from typing import Any, Final

from hypothesis import strategies as st
from whoosh import query

Queries = st.SearchStrategy[Any]

BOOSTS: Final = st.sampled_from([1.0, 2.0, 0.5])


def nested(queries: Queries) -> Queries:
    """Return queries of one to three of ``queries``."""
    lists = st.lists(queries, min_size=1, max_size=3)
    pairs = (query.AndNot, query.AndMaybe, query.Require, query.Otherwise)
    return st.one_of(
        st.builds(query.And, lists, boost=BOOSTS),
        st.builds(query.Or, lists, boost=BOOSTS, minmatch=st.integers(0, 2)),
        st.builds(query.DisjunctionMax, lists, tiebreak=st.sampled_from([0.0, 0.5])),
        queries.map(query.Not),
        *(st.builds(kind, queries, queries) for kind in pairs),
        st.builds(query.ConstantScoreQuery, queries, BOOSTS),
    )
