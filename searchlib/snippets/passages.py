"""Make snippets: choose the passages of an article that best show why it was found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Final

from searchlib.schema import TEXT_FIELDS, TITLE_FIELD, TextField
from searchlib.snippets.choosing import WORTH_REPEATING, FieldPassages
from searchlib.snippets.cutting import Span, TextLayout
from searchlib.snippets.marking import marks_within
from searchlib.snippets.matching import (
    Finder,
    Highlight,
    Matches,
    SearchedTexts,
    patterns_by_field,
    spans_of,
)
from searchlib.snippets.snippet import Snippet

__all__ = ["first_text", "make_snippets", "snippets_of"]

MAX_CHARS: Final = 240
"""Maximum length of a passage, unless the caller asks for another."""

_FIELDS_BY_CHOICE: Final[tuple[tuple[TextField, ...], ...]] = (
    tuple(field for field in TEXT_FIELDS if field != TITLE_FIELD),
    (TITLE_FIELD,),
)
"""The fields to choose passages from. The second group is used if the first has no match."""


def make_snippets(
    texts: Mapping[TextField, str],
    highlights: Sequence[Highlight],
    finder: Finder,
    *,
    limit: int = 2,
    max_chars: int = MAX_CHARS,
) -> tuple[Snippet, ...]:
    """Return up to ``limit`` passages of an article, the best first.

    A passage is a sentence, or several neighbouring sentences of a paragraph if they show more
    together. It has at most ``max_chars`` characters; a longer sentence is cut between words. Two
    passages of one field do not overlap and do not have the same text.

    The headline is used only if body and caption have no match. If no field has a match, the result
    is the beginning of the body without marks, or of the caption or headline if there is no body.
    If the article has no text, the result is empty.

    Each field that has highlights is searched once, in time linear in its length. Raises ValueError
    for ``max_chars`` below 1.
    """
    searched = SearchedTexts(texts, patterns_by_field(highlights), finder)
    return snippets_of(searched, limit, max_chars)


def snippets_of(
    searched: SearchedTexts, limit: int = 2, max_chars: int = MAX_CHARS
) -> tuple[Snippet, ...]:
    """Return the snippets of make_snippets for texts whose patterns are built already."""
    if max_chars < 1:
        raise ValueError(f"max_chars is {max_chars}; it must be 1 or more")
    if limit < 1:
        return ()
    fields = _fields_to_choose_from(searched, max_chars)
    if fields:
        return tuple(_best_snippets(fields, limit))
    lead = _lead(searched.texts, max_chars)
    return (_snippet(*lead, None),) if lead else ()


def first_text(searched: SearchedTexts, max_chars: int = MAX_CHARS) -> str:
    """Return the text of the first snippet; empty if there is none."""
    fields = _fields_to_choose_from(searched, max_chars)
    if fields:
        offer = _best_offer(fields, 0.0)
        if not offer:
            return ""
        layout, span = offer.layout, offer.take()
    else:
        lead = _lead(searched.texts, max_chars)
        if not lead:
            return ""
        _, layout, span = lead
    return layout.text[span[0] : span[1]]


def _lead(
    texts: Mapping[TextField, str], max_chars: int
) -> tuple[TextField, TextLayout, Span] | None:
    """Return the beginning of an article without matches; None if it has no text."""
    for name in chain(*_FIELDS_BY_CHOICE):
        layout = TextLayout(texts.get(name, ""))
        if layout.has_ink:
            return name, layout, layout.lead(max_chars)
    return None


def _fields_to_choose_from(searched: SearchedTexts, max_chars: int) -> list[FieldPassages]:
    """Return the passages of body and caption if these have matches, else of the headline."""
    for names in _FIELDS_BY_CHOICE:
        fields: list[FieldPassages] = []
        for name in names:
            matches = searched.matches(name)
            if matches and matches[0]:
                layout = TextLayout(searched.texts[name])
                weights = searched.patterns[name].weights
                fields.append(FieldPassages(name, layout, matches, weights, max_chars))
        if fields:
            return fields
    return []


def _best_snippets(fields: Sequence[FieldPassages], limit: int) -> Iterator[Snippet]:
    min_weight = 0.0
    shown: set[tuple[TextField, str]] = set()
    for _ in range(limit):
        offer = _best_offer(fields, min_weight)
        if not offer:
            return
        min_weight = min_weight or WORTH_REPEATING * offer.weight
        span = offer.take()
        snippet = _snippet(offer.name, offer.layout, span, offer.matches)
        # A long sentence that repeats itself can have two passages with the same text.
        if (snippet.field, snippet.text) not in shown:
            shown.add((snippet.field, snippet.text))
            yield snippet


def _best_offer(fields: Sequence[FieldPassages], min_weight: float) -> FieldPassages | None:
    """Return the field with the best passage; None if no passage is left."""
    offer = None
    best_rank = (0, 0)
    for field in fields:
        rank = field.best(min_weight)
        if rank and (offer is None or rank > best_rank):
            offer, best_rank = field, rank
    return offer


def _snippet(name: TextField, layout: TextLayout, span: Span, matches: Matches | None) -> Snippet:
    start, end = span
    return Snippet(
        name,
        layout.text[start:end],
        start,
        end,
        marks_within(spans_of(matches), start, end, layout.graphemes) if matches else (),
        starts_inside=layout.has_ink_before(start),
        ends_inside=layout.has_ink_after(end),
    )
