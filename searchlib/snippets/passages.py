"""Make snippets: the passages of an article that show best why it was found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from searchlib.article import TextField
from searchlib.snippets.choosing import WORTH_REPEATING, FieldPassages
from searchlib.snippets.cutting import Span, TextLayout
from searchlib.snippets.marking import marks_within
from searchlib.snippets.matching import (
    Finder,
    Matches,
    SearchedTexts,
    Sought,
    patterns_by_field,
    spans_of,
)
from searchlib.snippets.snippet import Snippet

__all__ = ["first_text", "make_snippets", "snippets_of"]

MAX_CHARS: Final = 240
_FIELDS_BY_CHOICE: Final[tuple[tuple[TextField, ...], ...]] = (("body", "caption"), ("headline",))


def make_snippets(
    texts: Mapping[TextField, str],
    sought: Sequence[Sought],
    finder: Finder,
    *,
    limit: int = 2,
    max_chars: int = MAX_CHARS,
) -> tuple[Snippet, ...]:
    """Return up to ``limit`` passages of an article, the best first.

    A passage is a sentence, or neighbouring sentences of a paragraph where together they show
    more, in at most ``max_chars`` characters; a longer sentence is cut between words. Passages of
    one field neither overlap nor say the same. The headline is used only where neither body nor
    caption holds anything. Where nothing does, the beginning of the body (or else of the caption
    or headline) is given without marks; of an article without text, nothing.

    Costs one search of each field in which something is sought, and time linear in its length.
    Raises ValueError for ``max_chars`` below 1.
    """
    searched = SearchedTexts(texts, patterns_by_field(sought), finder)
    return snippets_of(searched, limit, max_chars)


def snippets_of(
    searched: SearchedTexts, limit: int = 2, max_chars: int = MAX_CHARS
) -> tuple[Snippet, ...]:
    """Return the snippets of make_snippets for what is ready to be found."""
    if max_chars < 1:
        raise ValueError(f"max_chars is {max_chars}; a passage has at least one character")
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
    """Return how an article begins in which nothing was found."""
    names: tuple[TextField, ...] = ("body", "caption", "headline")
    for name in names:
        layout = TextLayout(texts.get(name, ""))
        if layout.has_ink:
            return name, layout, layout.lead(max_chars)
    return None


def _fields_to_choose_from(searched: SearchedTexts, max_chars: int) -> list[FieldPassages]:
    """Return the fields in which something was found, of those that are to be chosen from."""
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
    least_weight = 0.0
    said: set[tuple[TextField, str]] = set()
    for _ in range(limit):
        offer = _best_offer(fields, least_weight)
        if not offer:
            return
        least_weight = least_weight or WORTH_REPEATING * offer.weight
        span = offer.take()
        snippet = _snippet(offer.name, offer.layout, span, offer.matches)
        # In a sentence that says the same again and again, a passage may come out as one before.
        if (snippet.field, snippet.text) not in said:
            said.add((snippet.field, snippet.text))
            yield snippet


def _best_offer(fields: Sequence[FieldPassages], least_weight: float) -> FieldPassages | None:
    """Return the field that has the best passage."""
    offer = None
    best = (0, 0)
    for field in fields:
        rank = field.best(least_weight)
        if rank and (offer is None or rank > best):
            offer, best = field, rank
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
