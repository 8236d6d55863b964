"""Filter spans by their text: in one sentence or paragraph, in the lead, spelled exactly.

Each field is read once, and the words of the spans are found in it. A kernel does the rest
(kernels/ranking/text_flags.py). An article of 700 characters takes 9 µs: 4 µs for unpacking it, and
3 µs for finding the words.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from functools import lru_cache
from typing import Final, Literal, Protocol, TypeAlias

from searchlib.analysis import exact_letters
from searchlib.analysis.matching_tokens import Wanted
from searchlib.analysis.plain_forms import form_of
from searchlib.analysis.sentences import RULES
from searchlib.article import TEXT_FIELDS
from searchlib.kernels.ranking import text_flags as kernel
from searchlib.planning.plan import ExactSpans

__all__ = ["Finder", "Texts", "lead_flags", "spelled_flags", "together_flags"]

_FIELD_BITS: Final = 30
_POSITIONS: Final = (1 << _FIELD_BITS) - 1
_HEADLINE: Final = TEXT_FIELDS.index("headline")
_BODY: Final = TEXT_FIELDS.index("body")
_NO_ROWS: Final = array("q")


class Finder(Protocol):
    """Finds tokens in a text; see analysis/matching_tokens.py."""

    def places(self, text: str, wanted: Wanted) -> array[int]:
        """Return start, end, position and kind of each wanted token of ``text``."""
        ...

    def places_in(self, data: bytes, wanted: Wanted) -> array[int]:
        """Return the same for a text in UTF-8."""
        ...


class Texts(Protocol):
    """The source of the texts of occurrences."""

    def text(self, field: int) -> tuple[bytes, Finder]:
        """Return the text of a field (an occurrence without its position) and its token finder."""
        ...


Columns: TypeAlias = "tuple[array[int], array[int]]"
"""Spans: the occurrences of their first and last words (kernels/ranking/spans.py)."""


def together_flags(
    left: Columns,
    right: Columns,
    within: Literal["s", "p"],
    wanted: Wanted,
    texts: Texts,
    *,
    ordered: bool,
) -> tuple[bytearray, bytearray]:
    """Return flags of the spans of both sides: 1 if one of the other side is in the same sentence.

    For ``within`` "p", in the same paragraph. A span that crosses a boundary is in no sentence or
    paragraph. If ``ordered``, the span of the right side must come after the span of the left side.
    ``wanted`` are the words of the spans.
    """
    flags = bytearray(len(left[0])), bytearray(len(right[0]))
    starts_of: Callable[[bytes], array[int]]
    starts_of = RULES.starts if within == "s" else RULES.paragraph_starts
    pairs = kernel.TogetherSpans(*left, *right, ordered, *flags)
    while (field := pairs.next_field()) >= 0:
        data, finder = texts.text(field)
        starts = starts_of(form_of(data))
        pairs.mark(finder.places_in(data, wanted) if len(starts) > 1 else _NO_ROWS, starts)
    return flags


def lead_flags(found: Columns, wanted: Wanted, texts: Texts) -> bytearray:
    """Return flags: 1 for each span in a headline or in the first paragraph of a body."""
    bounds = array("Q")
    for field in kernel.fields_of(found[0]):
        bound = 0
        if field >> _FIELD_BITS & 3 == _HEADLINE:
            bound = field | _POSITIONS
        elif field >> _FIELD_BITS & 3 == _BODY:
            data, finder = texts.text(field)
            form = form_of(data)
            end = RULES.lead_end(form)
            if end == len(form):
                bound = field | _POSITIONS
            elif rows := finder.places_in(_beginning(data, end), wanted):
                bound = field | rows[-2]  # the position of the last token
        bounds.append(bound)
    return kernel.up_to(*found, bounds)


def _beginning(data: bytes, end: int) -> bytes:
    """Return the first ``end`` characters of a text in UTF-8."""
    if data.isascii():
        return data[:end]
    return data.decode("utf-8", "surrogatepass")[:end].encode("utf-8", "surrogatepass")


def spelled_flags(firsts: array[int], spans: ExactSpans, texts: Texts) -> bytearray:
    """Return flags: 1 for each span whose words are spelled exactly as in ``spans``.

    ``firsts`` holds the occurrences of the first words of the spans.
    """
    wanted = _wanted_words(spans.words)
    words = list(zip(spans.words, spans.letters, spans.before, strict=True))
    numbers = {word: number for number, word in enumerate(dict.fromkeys(words))}
    kinds = array("I", [wanted.words[word] for word, _, _ in numbers])
    spellings = [_encoded(letters) for _, letters, _ in numbers]
    befores = array("I", [before for _, _, before in numbers])
    flags = bytearray(len(firsts))
    spelling_of = array("I", map(numbers.__getitem__, words))
    spelled = kernel.SpelledSpans(firsts, spellings, befores, kinds, spelling_of, _visible, flags)
    while (field := spelled.next_field()) >= 0:
        data, finder = texts.text(field)
        # In ASCII text every letter is visible. So if it lacks a spelling, skip its words.
        if data.isascii() and not all(map(data.__contains__, spellings)):
            spelled.mark(data, _NO_ROWS)
        else:
            spelled.mark(data, finder.places_in(data, wanted))
    return flags


@lru_cache(maxsize=64)
def _wanted_words(words: tuple[str, ...]) -> Wanted:
    return Wanted({}, {word: kind for kind, word in enumerate(dict.fromkeys(words))})


@lru_cache(maxsize=4096)
def _visible(token: bytes) -> bytes:
    """Return the visible letters of a token, in UTF-8."""
    return _encoded(exact_letters(token.decode("utf-8", "surrogatepass")))


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
