"""Make snippets: the passages of an article that show best why it was found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from searchlib.article import TextField
from searchlib.snippets.choosing import WORTH_REPEATING, PassageChoice
from searchlib.snippets.cutting import Span, TextLayout
from searchlib.snippets.marking import marks_within
from searchlib.snippets.matching import Finder, Highlight, Match, Patterns, patterns_by_field
from searchlib.snippets.snippet import Snippet

__all__ = ["make_snippets", "snippets_of"]

MAX_CHARS: Final = 240
_FIELDS_BY_CHOICE: Final[tuple[tuple[TextField, ...], ...]] = (("body", "caption"), ("headline",))


def make_snippets(
    texts: Mapping[TextField, str],
    highlights: Iterable[Highlight],
    finder: Finder,
    *,
    limit: int = 2,
    max_chars: int = MAX_CHARS,
) -> tuple[Snippet, ...]:
    """Give up to ``limit`` passages of an article, the best first.

    A passage is a sentence, or neighbouring sentences of a paragraph where together they show
    more, in at most ``max_chars`` characters; a longer sentence is cut between words. Passages of
    one field neither overlap nor say the same. The headline is used only where neither body nor
    caption holds anything. Where nothing does, the beginning of the body (or else of the caption
    or headline) is given without marks; of an article without text, nothing.

    Costs one search of each field that has highlights, and time linear in its length. Raises
    ValueError for ``max_chars`` below 1.
    """
    return snippets_of(texts, patterns_by_field(highlights), finder, limit, max_chars)


def snippets_of(
    texts: Mapping[TextField, str],
    patterns: Mapping[TextField, Patterns],
    finder: Finder,
    limit: int = 2,
    max_chars: int = MAX_CHARS,
) -> tuple[Snippet, ...]:
    """Give the snippets of make_snippets for highlights that are ready to be found."""
    if max_chars < 1:
        raise ValueError(f"max_chars is {max_chars}; a passage has at least one character")
    if limit < 1:
        return ()
    for names in _FIELDS_BY_CHOICE:
        fields = [
            field
            for name in names
            if (field := _searched_field(name, texts, patterns, finder, max_chars))
        ]
        if fields:
            return tuple(_best_snippets(fields, limit))
    for name in ("body", "caption", "headline"):
        layout = TextLayout(texts.get(name, ""))
        if layout.has_ink:
            return (_snippet(name, layout, layout.lead(max_chars), ()),)
    return ()


@dataclass(frozen=True, slots=True)
class _Field:
    """A field in which something was found."""

    name: TextField
    layout: TextLayout
    matches: Sequence[Match]
    choice: PassageChoice


def _best_snippets(fields: Sequence[_Field], limit: int) -> Iterator[Snippet]:
    least_weight = 0.0
    said: set[tuple[TextField, str]] = set()
    for _ in range(limit):
        offers = [(field, best) for field in fields if (best := field.choice.best(least_weight))]
        if not offers:
            return
        field, candidate = max(offers, key=lambda offer: offer[1].rank)
        least_weight = least_weight or WORTH_REPEATING * field.choice.weight(candidate.found)
        span = field.choice.take(candidate)
        snippet = _snippet(field.name, field.layout, span, field.matches)
        # In a sentence that says the same again and again, a passage may come out as one before.
        if (snippet.field, snippet.text) not in said:
            said.add((snippet.field, snippet.text))
            yield snippet


def _searched_field(
    name: TextField,
    texts: Mapping[TextField, str],
    patterns: Mapping[TextField, Patterns],
    finder: Finder,
    max_chars: int,
) -> _Field | None:
    """Give the field with its matches, or None where it has none."""
    text = texts.get(name, "")
    wanted = patterns.get(name)
    matches = wanted.find_in(text, finder) if text and wanted else []
    if not wanted or not matches:
        return None
    layout = TextLayout(text)
    return _Field(name, layout, matches, PassageChoice(layout, matches, wanted.weights, max_chars))


def _snippet(name: TextField, layout: TextLayout, span: Span, matches: Iterable[Match]) -> Snippet:
    return Snippet(
        name,
        layout.text[span.start : span.end],
        span.start,
        span.end,
        marks_within(matches, *span, layout.graphemes),
        starts_inside=layout.has_ink_before(span.start),
        ends_inside=layout.has_ink_after(span.end),
    )
