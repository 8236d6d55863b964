"""The plan of a query for one index: the words are analyzed, and the patterns expanded.

The leaves of a plan name terms, words and values to look up. A plan does not depend on the syntax
of the query, and has no scores.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from searchlib.article import TEXT_FIELDS, TextField

__all__ = [
    "AllOf",
    "AnyOf",
    "AnySpans",
    "Boosted",
    "Clauses",
    "DateLeaf",
    "Everything",
    "ExactSpans",
    "Except",
    "FilteredSpans",
    "KeyLeaf",
    "Leaf",
    "LengthLeaf",
    "NearSpans",
    "Nothing",
    "Pattern",
    "PatternLeaf",
    "PhraseLeaf",
    "Plan",
    "SlopSpans",
    "Spans",
    "SpansLeaf",
    "TextLeaf",
    "WordLeaf",
    "num_names",
]


@dataclass(frozen=True, slots=True)
class WordLeaf:
    """Documents with any of the terms or words in any of the fields, scored as one word.

    ``terms`` are stems. ``words`` are folded surface forms, for example those of a wildcard.
    """

    label: str
    fields: tuple[TextField, ...]
    terms: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    def __hash__(self) -> int:
        # Not the words: there may be thousands, and the label identifies them.
        return hash((self.label, self.terms))


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern for words. ``text`` is folded.

    ``edits`` is the maximum number of edits of the kind "fuzzy": 1 or 2.
    """

    kind: Literal["wildcard", "regex", "fuzzy"]
    text: str
    edits: int = 0


@dataclass(frozen=True, slots=True)
class PatternLeaf:
    """A WordLeaf whose words are those of ``pattern``, for an engine that expands patterns itself.

    A plan has one only if IndexFacts.words_matching() has returned None.
    """

    label: str
    fields: tuple[TextField, ...]
    pattern: Pattern


@dataclass(frozen=True, slots=True)
class PhraseLeaf:
    """Documents with adjacent terms. ``terms`` holds the alternatives for each word."""

    label: str
    fields: tuple[TextField, ...]
    terms: tuple[tuple[str, ...], ...]

    def __hash__(self) -> int:
        return hash(self.label)  # a string keeps its hash


# Spans are occurrences: of a word, or from the first to the last of several words.


@dataclass(frozen=True, slots=True)
class SlopSpans:
    """The shortest spans that contain the words of a phrase.

    ``terms`` holds the alternatives for each word. In the order of the phrase, up to ``slop`` other
    words may be between them; in another order two fewer.
    """

    fields: tuple[TextField, ...]
    terms: tuple[tuple[str, ...], ...]
    slop: int


@dataclass(frozen=True, slots=True)
class ExactSpans:
    """Adjacent words with an exact spelling.

    ``letters`` holds the spelling of each word in the text, with an elision before it such as
    French l'. ``before[i]`` is the number of characters of the elision of word i.
    """

    fields: tuple[TextField, ...]
    words: tuple[str, ...]
    letters: tuple[str, ...]
    before: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AnySpans:
    """The spans of all parts."""

    parts: tuple[Spans, ...]


@dataclass(frozen=True, slots=True)
class NearSpans:
    """The spans of either side that are near a span of the other side.

    If ``negated``, the spans of the left side that are not near a span of the right side.
    ``within`` is a number of words, "s" for the same sentence or "p" for the same paragraph.
    """

    left: Spans
    right: Spans
    within: int | Literal["s", "p"]
    ordered: bool
    negated: bool


@dataclass(frozen=True, slots=True)
class FilteredSpans:
    """The spans of a part that pass a filter.

    ``filter`` is the name of the filter's class in query/tree/nodes.py. ``count`` is its number, or
    0. ranking/spans.py defines the filters.
    """

    part: Spans
    filter: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class SpansLeaf:
    """Documents with at least one of the spans."""

    label: str
    spans: Spans

    def __hash__(self) -> int:
        return hash(self.label)  # a string keeps its hash


@dataclass(frozen=True, slots=True)
class LengthLeaf:
    """Documents of ``least`` to ``most`` words in ``fields`` together. None means no limit."""

    label: str
    least: int | None
    most: int | None
    fields: tuple[TextField, ...] = TEXT_FIELDS


@dataclass(frozen=True, slots=True)
class Boosted:
    """The documents of ``leaf``, whose idf is multiplied by ``factor``."""

    leaf: WordLeaf | PatternLeaf | PhraseLeaf | SpansLeaf | KeyLeaf | DateLeaf | LengthLeaf
    factor: float


@dataclass(frozen=True, slots=True)
class KeyLeaf:
    """Documents with any of the folded ``values`` in a metadata field."""

    label: str
    field: str
    values: tuple[str, ...]

    def __hash__(self) -> int:
        return hash(self.label)  # a string keeps its hash


@dataclass(frozen=True, slots=True)
class DateLeaf:
    """Documents published from ``since_us`` on and before ``until_us`` (microseconds, UTC)."""

    label: str
    since_us: int | None
    until_us: int | None


@dataclass(frozen=True, slots=True)
class Everything:
    """Every document, with the score 0."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """No document."""


@dataclass(frozen=True, slots=True)
class AllOf:
    """Documents that all parts match; the scores are added."""

    parts: tuple[Plan, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Documents that at least one part matches; the scores are added."""

    parts: tuple[Plan, ...]


@dataclass(frozen=True, slots=True)
class Except:
    """Documents that ``part`` does not match, with the score 0."""

    part: Plan


@dataclass(frozen=True, slots=True)
class Clauses:
    """Documents that match all ``required`` parts and no ``prohibited`` part.

    If there are no required parts, at least one ``optional`` part must match. The scores of
    required and optional parts are added.
    """

    required: tuple[Plan, ...]
    optional: tuple[Plan, ...]
    prohibited: tuple[Plan, ...]


Spans: TypeAlias = (
    WordLeaf
    | PatternLeaf
    | PhraseLeaf
    | SlopSpans
    | ExactSpans
    | AnySpans
    | NearSpans
    | FilteredSpans
)
TextLeaf: TypeAlias = WordLeaf | PhraseLeaf | SpansLeaf
Leaf: TypeAlias = TextLeaf | PatternLeaf | KeyLeaf | DateLeaf | LengthLeaf | Boosted
Plan: TypeAlias = Leaf | Everything | Nothing | AllOf | AnyOf | Except | Clauses


def num_names(part: Plan | Spans) -> int:  # noqa: C901  # a case for each part
    """Return the number of terms, words and values in a plan: thousands if it has patterns."""
    match part:
        case WordLeaf(_, _, terms, words):
            return len(terms) + len(words)
        case PhraseLeaf(_, _, slots) | SlopSpans(_, slots, _):
            return sum(map(len, slots))
        case ExactSpans(_, words):
            return len(words)
        case KeyLeaf(_, _, values):
            return len(values)
        case SpansLeaf(_, spans):
            return num_names(spans)
        case NearSpans(left, right):
            return num_names(left) + num_names(right)
        case Boosted(inner) | Except(inner) | FilteredSpans(inner):
            return num_names(inner)
        case AllOf(parts) | AnyOf(parts):
            return sum(map(num_names, parts))
        case AnySpans(several):
            return sum(map(num_names, several))
        case Clauses(required, optional, prohibited):
            return sum(map(num_names, (*required, *optional, *prohibited)))
        case _:
            return 0
