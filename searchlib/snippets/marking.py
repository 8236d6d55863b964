"""Find the spans of a text to mark."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from searchlib.article import TextField
from searchlib.snippets.graphemes import Graphemes
from searchlib.snippets.matching import (
    Finder,
    Highlight,
    SearchedTexts,
    patterns_by_field,
    spans_of,
)

__all__ = ["mark_text", "marks_of", "marks_within"]


def mark_text(
    text: str, field: TextField, highlights: Sequence[Highlight], finder: Finder
) -> tuple[tuple[int, int], ...]:
    """Return the marks of a whole field as half-open offsets, sorted and disjoint.

    A phrase is one mark. Marks that overlap or touch are merged. If a token begins or ends inside a
    character, its mark is widened to the whole character.
    """
    return marks_of(SearchedTexts({field: text}, patterns_by_field(highlights), finder), field)


def marks_of(searched: SearchedTexts, field: TextField) -> tuple[tuple[int, int], ...]:
    """Return the marks of mark_text for texts whose patterns are built already."""
    matches = searched.matches(field)
    if matches is None:
        return ()
    text = searched.texts[field]
    return marks_within(spans_of(matches), 0, len(text), Graphemes(text))


def marks_within(
    spans: Iterable[tuple[int, int]], start: int, end: int, graphemes: Graphemes
) -> tuple[tuple[int, int], ...]:
    """Return the marks in the passage from ``start`` to ``end``, as offsets from its start.

    ``spans`` are the matches of the field, sorted. A match that the passage cuts is marked only if
    the passage has no whole match: then the match is longer than the passage.
    """
    whole_matches: list[tuple[int, int]] = []
    cut_matches: list[tuple[int, int]] = []
    for match_start, match_end in spans:
        if match_start >= end:
            break
        if match_end > start:
            is_whole = match_start >= start and match_end <= end
            first = graphemes.floor(max(match_start, start))
            last = graphemes.ceil(min(match_end, end))
            matches = whole_matches if is_whole else cut_matches
            matches.append((max(first, start), min(last, end)))
    merged = _merged(whole_matches or cut_matches)
    return tuple((first - start, last - start) for first, last in merged)


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif start < end:
            merged.append((start, end))
    return merged
