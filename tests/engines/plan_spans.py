"""Where the spans of a plan stand in one article: by brute force, with the definitions of spans.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from searchlib.analysis import exact_letters
from searchlib.article import TextField
from searchlib.planning.plan import (
    AnySpans,
    ExactSpans,
    FilteredSpans,
    NearSpans,
    PhraseLeaf,
    SlopSpans,
    Spans,
    WordLeaf,
)
from tests.reference import spans as reference
from tests.reference.spans import Place, Text, Wanted, has_term, leads, near, stretches, union

__all__ = ["find_spans"]


def find_spans(spans: Spans, article: Mapping[TextField, Text]) -> reference.Places:
    """Give the spans of each field where there are any. Patterns are spelled out before."""
    found = {field: _in_field(spans, field, article) for field in article}
    return {field: here for field, here in found.items() if here}


def _in_field(spans: Spans, field: TextField, article: Mapping[TextField, Text]) -> reference.Spans:
    text = article[field]
    match spans:
        case AnySpans(parts):
            return union(_in_field(part, field, article) for part in parts)
        case NearSpans(left, right, within, ordered, negated):
            sides = _in_field(left, field, article), _in_field(right, field, article)
            return near(text, *sides, within, ordered=ordered, negated=negated)
        case FilteredSpans(part, "First", count):
            return {s: m for s, m in _in_field(part, field, article).items() if s[1] < count}
        case FilteredSpans(part, "Lead"):
            inner = _in_field(part, field, article)
            return {s: marks for s, marks in inner.items() if leads(s, field, text)}
        case FilteredSpans(part, "AtLeast", least):
            every = find_spans(part, article)
            return every.get(field, {}) if sum(map(len, every.values())) >= least else {}
        case _:
            return _simple(spans, text) if field in spans.fields else {}


def _simple(spans: WordLeaf | PhraseLeaf | SlopSpans | ExactSpans, text: Text) -> reference.Spans:
    match spans:
        case WordLeaf(_, _, terms, words):
            return stretches(text.tokens, [_is_one_of(terms, words)], 0)
        case PhraseLeaf(_, _, places):
            return stretches(text.tokens, [has_term(frozenset(place)) for place in places], 0)
        case SlopSpans(_, places, slop):
            return stretches(text.tokens, [has_term(frozenset(place)) for place in places], slop)
        case ExactSpans(_, words, letters, before):
            wanted = [
                _is_spelled(*each, text.text) for each in zip(words, letters, before, strict=True)
            ]
            return stretches(text.tokens, wanted, 0)


def _is_one_of(terms: Sequence[str], words: Sequence[str]) -> Wanted:
    return lambda token: token.term in terms or token.word in words


def _is_spelled(word: str, letters: str, before: int, text: str) -> Wanted:
    def wanted(token: Place) -> bool:
        start = token.start_char - before
        return (
            token.word == word
            and start >= 0
            and exact_letters(text[start : token.start_char]) + token.letters == letters
        )

    return wanted
