"""The plans of plain queries, which are words or one phrase, without a tree in between.

Most queries are plain. Their plans depend on the analyzers only: a new word costs 2 µs, a known
one a tenth of that. The parser and the planner, which take 15 ms to import, make the
same plans.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final

from searchlib.analysis import Analyzer
from searchlib.article import TEXT_FIELDS
from searchlib.planning.plan import AllOf, AnyOf, Clauses, PhraseLeaf, Plan, WordLeaf
from searchlib.query.plain import plain_words

__all__ = ["plain_plan"]

_MOST_LEAVES: Final = 4096
"""Maximum number of words whose leaves are kept, of up to 64 letters each: 1.5 MB."""

_MOST_LETTERS: Final = 64


def plain_plan(text: str, default_operator: str, analyzers: Sequence[Analyzer]) -> Plan | None:
    """Return the plan of a plain query; None for any other, which has to be parsed.

    It is the plan that make_plan makes of the tree. None also where an analyzer has more than one
    term for a word.
    """
    found = plain_words(text, default_operator)
    if found is None:
        return None
    joined, words = found
    alternatives: list[tuple[str, ...]] = []
    for word in words:
        terms = _terms(word, analyzers)
        if terms is None:
            return None
        alternatives.append(terms)
    if joined == "PHRASE":
        if len(words) > 1:
            return PhraseLeaf(text, TEXT_FIELDS, tuple(alternatives))
        return _new_leaf(text, alternatives[0])
    if len(words) == 1:
        return _leaf(words[0], alternatives[0])
    leaves = tuple(map(_leaf, words, alternatives))
    if len(set(words)) < len(words):
        # One object for what is typed several times, as ranking counts on.
        once = dict(zip(words, leaves, strict=True))
        leaves = tuple(map(once.__getitem__, words))
    if text[0] == "+" and default_operator == "or":
        return Clauses(leaves, (), ())
    return AllOf(leaves) if joined == "AND" else AnyOf(leaves)


def _terms(word: str, analyzers: Sequence[Analyzer]) -> tuple[str, ...] | None:
    """Return the terms under which the analyzers have a word, each once."""
    if len(analyzers) == 1:
        term = analyzers[0].only_term(word)
        return None if term is None else (term,)
    found: dict[str, None] = {}
    for analyzer in analyzers:
        term = analyzer.only_term(word)
        if term is None:
            return None
        found[term] = None
    return tuple(found)


def _new_leaf(word: str, terms: tuple[str, ...]) -> WordLeaf:
    # TO alone stands between dates.
    return WordLeaf("\\TO" if word == "TO" else word, TEXT_FIELDS, terms)


_kept_leaf: Final = lru_cache(maxsize=_MOST_LEAVES)(_new_leaf)


def _leaf(word: str, terms: tuple[str, ...]) -> WordLeaf:
    make: Callable[[str, tuple[str, ...]], WordLeaf]
    make = _kept_leaf if len(word) <= _MOST_LETTERS else _new_leaf
    return make(word, terms)
