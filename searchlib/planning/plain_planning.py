"""The plans of plain queries, which are words or one phrase, without a tree in between.

Most queries are plain. Their plans depend on the analyzers only, so the last ones are kept: a new
plan costs 2 µs, and 2 µs for each word that is new. The parser and the planner, which take 15 ms to
import, make the same plans.
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
"""Maximum number of words whose leaves are kept, to bound them to 3 MB."""

MAX_PLANS: Final = 1024
"""Maximum number of plans that are kept, to bound them to 2 MB."""

MAX_LETTERS: Final = 250
"""Maximum length of a query that is kept, and whose words are."""


def plain_plan(text: str, default_operator: str, analyzers: tuple[Analyzer, ...]) -> Plan | None:
    """Return the plan of a plain query; None for any other, which has to be parsed.

    It is the plan that make_plan makes of the tree. None also where an analyzer has more than one
    term for a word.
    """
    make = _kept_plan if len(text) <= MAX_LETTERS else _made
    return make(text, default_operator, analyzers)


def _made(text: str, default_operator: str, analyzers: tuple[Analyzer, ...]) -> Plan | None:
    found = plain_words(text, default_operator)
    if found is None:
        return None
    joined, words = found
    if joined == "PHRASE":
        return _phrase(text, words, analyzers)
    leaf = _kept_leaf if len(text) <= MAX_LETTERS else _leaf
    leaves: list[WordLeaf] = []
    for word in words:
        made = leaf(word, analyzers)
        if made is None:
            return None
        leaves.append(made)
    if len(leaves) == 1:
        return leaves[0]
    if len(set(words)) < len(words):
        # One object for what is typed several times, as ranking counts on.
        once = dict(zip(words, leaves, strict=True))
        leaves = [once[word] for word in words]
    if joined == "OR":
        return AnyOf(tuple(leaves))
    if text[0] == "+" and default_operator == "or":
        return Clauses(tuple(leaves), (), ())
    return AllOf(tuple(leaves))


_kept_plan: Final = lru_cache(maxsize=MAX_PLANS)(_made)


def _phrase(text: str, words: list[str], analyzers: tuple[Analyzer, ...]) -> Plan | None:
    places: list[tuple[str, ...]] = []
    for word in words:
        terms = _terms(word, analyzers)
        if terms is None:
            return None
        places.append(terms)
    if len(places) == 1:
        return WordLeaf(text, TEXT_FIELDS, places[0])
    return PhraseLeaf(text, TEXT_FIELDS, tuple(places))


def _leaf(word: str, analyzers: tuple[Analyzer, ...]) -> WordLeaf | None:
    terms = _terms(word, analyzers)
    # TO joins two dates in brackets: the word is written with a backslash.
    if terms is None:
        return None
    return WordLeaf("\\TO" if word == "TO" else word, TEXT_FIELDS, terms)


_kept_leaf: Final = lru_cache(maxsize=MAX_LEAVES)(_leaf)


def _terms(word: str, analyzers: tuple[Analyzer, ...]) -> tuple[str, ...] | None:
    """Return the terms under which the analyzers have a word, each once."""
    found: dict[str, None] = {}
    for analyzer in analyzers:
        term = analyzer.only_term(word)
        if term is None:
            return None
        found[term] = None
    return tuple(found)
