"""Which characters of a text to mark."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from searchlib.article import TextField
from searchlib.snippets.graphemes import Graphemes
from searchlib.snippets.matching import (
    Finder,
    SearchedTexts,
    Sought,
    patterns_by_field,
    spans_of,
)

__all__ = ["mark_text", "marks_of", "marks_within"]


def mark_text(
    text: str, field: TextField, sought: Sequence[Sought], finder: Finder
) -> tuple[tuple[int, int], ...]:
    """Return the half-open offsets of what to mark in the whole of a field, sorted and disjoint.

    A phrase is one mark. Marks that overlap or touch are one, and a mark never ends inside a
    character, also where a token does.
    """
    return marks_of(SearchedTexts({field: text}, patterns_by_field(sought), finder), field)


def marks_of(searched: SearchedTexts, field: TextField) -> tuple[tuple[int, int], ...]:
    """Return the marks of mark_text for what is ready to be found."""
    found = searched.matches(field)
    if found is None:
        return ()
    text = searched.texts[field]
    return marks_within(spans_of(found), 0, len(text), Graphemes(text))


def marks_within(
    spans: Iterable[tuple[int, int]], start: int, end: int, graphemes: Graphemes
) -> tuple[tuple[int, int], ...]:
    """Return the marks of matches in the passage from ``start`` to ``end``, counted from its start.

    A match that reaches out of the passage is marked only where there is no whole one, that is
    where it is longer than the passage.
    """
    whole: list[tuple[int, int]] = []
    partial: list[tuple[int, int]] = []
    for match_start, match_end in spans:
        if match_start >= end:
            break
        if match_end > start:
            inside = match_start >= start and match_end <= end
            first = graphemes.floor(max(match_start, start))
            last = graphemes.ceil(min(match_end, end))
            (whole if inside else partial).append((max(first, start), min(last, end)))
    return tuple((first - start, last - start) for first, last in _merged(whole or partial))


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif start < end:
            merged.append((start, end))
    return merged
