"""Plan plain queries, which are words or one phrase, without building a tree.

Most queries are plain. Their plans depend only on the analyzers, so recent plans are cached. A plan
that is not cached costs 2 µs, and 2 µs for each word that is not cached. The parser and the planner
make the same plans, but importing them takes 15 ms.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from searchlib.analysis import Analyzer
from searchlib.article import TEXT_FIELDS
from searchlib.planning.plan import AllOf, AnyOf, Clauses, PhraseLeaf, Plan, WordLeaf
from searchlib.query.plain import plain_words

__all__ = ["plain_plan"]

MAX_LEAVES: Final = 4096
"""Maximum number of words whose leaves are cached, to bound the cache to 3 MB."""

MAX_PLANS: Final = 1024
"""Maximum number of cached plans, to bound the cache to 2 MB."""

MAX_LETTERS: Final = 250
"""Maximum length of a query that is cached, and whose words are cached, to bound memory."""


def plain_plan(text: str, default_operator: str, analyzers: tuple[Analyzer, ...]) -> Plan | None:
    """Return the plan of a plain query, which is the plan that make_plan makes of its tree.

    Return None for any other query, and if an analyzer has more than one term for a word. Such a
    query must be parsed.
    """
    plan_of = _cached_plan if len(text) <= MAX_LETTERS else _uncached_plan
    return plan_of(text, default_operator, analyzers)


def _uncached_plan(
    text: str, default_operator: str, analyzers: tuple[Analyzer, ...]
) -> Plan | None:
    found = plain_words(text, default_operator)
    if found is None:
        return None
    operator, words = found
    if operator == "PHRASE":
        return _phrase(text, words, analyzers)
    leaf_for = _cached_leaf if len(text) <= MAX_LETTERS else _leaf
    leaves: list[WordLeaf] = []
    for word in words:
        leaf = leaf_for(word, analyzers)
        if leaf is None:
            return None
        leaves.append(leaf)
    if len(leaves) == 1:
        return leaves[0]
    if len(set(words)) < len(words):
        # Use one object for a repeated word: ranking evaluates each object once.
        leaf_of = dict(zip(words, leaves, strict=True))
        leaves = [leaf_of[word] for word in words]
    if operator == "OR":
        return AnyOf(tuple(leaves))
    if text[0] == "+" and default_operator == "or":
        return Clauses(tuple(leaves), (), ())
    return AllOf(tuple(leaves))


_cached_plan: Final = lru_cache(maxsize=MAX_PLANS)(_uncached_plan)


def _phrase(text: str, words: list[str], analyzers: tuple[Analyzer, ...]) -> Plan | None:
    slots: list[tuple[str, ...]] = []
    for word in words:
        terms = _terms(word, analyzers)
        if terms is None:
            return None
        slots.append(terms)
    if len(slots) == 1:
        return WordLeaf(text, TEXT_FIELDS, slots[0])
    return PhraseLeaf(text, TEXT_FIELDS, tuple(slots))


def _leaf(word: str, analyzers: tuple[Analyzer, ...]) -> WordLeaf | None:
    terms = _terms(word, analyzers)
    # TO separates the two ends of a range. As a word it is written with a backslash.
    if terms is None:
        return None
    return WordLeaf("\\TO" if word == "TO" else word, TEXT_FIELDS, terms)


_cached_leaf: Final = lru_cache(maxsize=MAX_LEAVES)(_leaf)


def _terms(word: str, analyzers: tuple[Analyzer, ...]) -> tuple[str, ...] | None:
    """Return the distinct terms of a word; None if an analyzer has not exactly one."""
    found: dict[str, None] = {}
    for analyzer in analyzers:
        term = analyzer.only_term(word)
        if term is None:
            return None
        found[term] = None
    return tuple(found)
