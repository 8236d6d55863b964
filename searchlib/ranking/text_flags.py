"""Which spans are what only the text says: in one sentence or paragraph, in the lead, spelled so.

Of each field that is asked about the text is read, once, and cut into those words that the spans
are made of; the rest is a kernel's (kernels/ranking/text_flags.py). 9 µs for an article of
700 characters, of which unpacking it takes 4 and finding the words 3.
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
    """What finds tokens in a text; see analysis/matching_tokens.py."""

    def places(self, text: str, wanted: Wanted) -> array[int]:
        """Return start, end, position and kind of each token of ``text`` that is wanted."""
        ...

    def places_in(self, data: bytes, wanted: Wanted) -> array[int]:
        """Return the same for a text in UTF-8."""
        ...


class Texts(Protocol):
    """Where the texts of places come from."""

    def text(self, field: int) -> tuple[bytes, Finder]:
        """Return the text of a field (a place without its position) and what finds its tokens."""
        ...


Columns: TypeAlias = "tuple[array[int], array[int]]"
"""Spans: the places of their first and last words (kernels/ranking/spans.py)."""


def together_flags(
    left: Columns,
    right: Columns,
    within: Literal["s", "p"],
    wanted: Wanted,
    texts: Texts,
    *,
    ordered: bool,
) -> tuple[bytearray, bytearray]:
    """Return 1 for each span, of either side, that has one of the other in its sentence beside it.

    Or in its paragraph; what reaches over two of them is in none. If ``ordered``, those of the
    right have to come after. ``wanted`` are the words that the spans are made of.
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
    """Return 1 for each span in a headline, or in the first paragraph of a body."""
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
                bound = field | rows[-2]  # the position of the last one
        bounds.append(bound)
    return kernel.up_to(*found, bounds)


def _beginning(data: bytes, end: int) -> bytes:
    """Return the first ``end`` characters of a text in UTF-8."""
    if data.isascii():
        return data[:end]
    return data.decode("utf-8", "surrogatepass")[:end].encode("utf-8", "surrogatepass")


def spelled_flags(firsts: array[int], spans: ExactSpans, texts: Texts) -> bytearray:
    """Return 1 for each span whose words are spelled as ``spans`` say, by their first places."""
    wanted = _wanted_words(spans.words)
    words = list(zip(spans.words, spans.letters, spans.before, strict=True))
    numbers = {word: number for number, word in enumerate(dict.fromkeys(words))}
    kinds = array("I", [wanted.words[word] for word, _, _ in numbers])
    spellings = [_encoded(letters) for _, letters, _ in numbers]
    befores = array("I", [before for _, _, before in numbers])
    flags = bytearray(len(firsts))
    places = array("I", map(numbers.__getitem__, words))
    spelled = kernel.SpelledSpans(firsts, spellings, befores, kinds, places, _seen, flags)
    while (field := spelled.next_field()) >= 0:
        data, finder = texts.text(field)
        # Of ASCII all is seen, so most texts that lack a spelling need not be cut into words.
        if data.isascii() and not all(map(data.__contains__, spellings)):
            spelled.mark(data, _NO_ROWS)
        else:
            spelled.mark(data, finder.places_in(data, wanted))
    return flags


@lru_cache(maxsize=64)
def _wanted_words(words: tuple[str, ...]) -> Wanted:
    return Wanted({}, {word: kind for kind, word in enumerate(dict.fromkeys(words))})


@lru_cache(maxsize=4096)
def _seen(token: bytes) -> bytes:
    """Return what a reader sees of a token, in UTF-8."""
    return _encoded(exact_letters(token.decode("utf-8", "surrogatepass")))


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
