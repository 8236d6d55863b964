"""Expand the patterns that an engine has left in a plan to words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from searchlib.planning.plan import (
    AnySpans,
    FilteredSpans,
    NearSpans,
    PatternLeaf,
    Spans,
    SpansLeaf,
    TextLeaf,
    WordLeaf,
)

__all__ = ["spelled_out"]

_Words: TypeAlias = Callable[[PatternLeaf], tuple[str, ...]]


def spelled_out(leaf: TextLeaf | PatternLeaf, words: _Words) -> TextLeaf:
    """Return ``leaf`` with each pattern replaced by a WordLeaf of the words from ``words``."""
    match leaf:
        case PatternLeaf():
            return _word_leaf(leaf, words)
        case SpansLeaf(_, spans):
            return replace(leaf, spans=_spans(spans, words))
        case _:
            return leaf


def _word_leaf(leaf: PatternLeaf, words: _Words) -> WordLeaf:
    return WordLeaf(leaf.label, leaf.fields, words=words(leaf))


def _spans(spans: Spans, words: _Words) -> Spans:
    match spans:
        case PatternLeaf():
            return _word_leaf(spans, words)
        case AnySpans(parts):
            return AnySpans(tuple([_spans(part, words) for part in parts]))
        case NearSpans(left, right):
            return replace(spans, left=_spans(left, words), right=_spans(right, words))
        case FilteredSpans(part):
            return replace(spans, part=_spans(part, words))
        case _:
            return spans
