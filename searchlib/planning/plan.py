"""What a query asks of one index: its words analyzed, its prefixes spelled out.

The leaves of a plan name terms that the index has or may have; nothing in it depends on how the
query was typed, and nothing in it scores.
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
    """Documents with any of these in any of the fields; all together count as one word.

    ``terms`` are stems, ``words`` are whole words as they were written (of a prefix or wildcard).
    """

    label: str
    fields: tuple[TextField, ...]
    terms: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    def __hash__(self) -> int:
        # Without the words, of which there may be thousands: the label says what they match.
        return hash((self.label, self.terms))


@dataclass(frozen=True, slots=True)
class Pattern:
    """What words are looked for: those that ``text``, which is folded, stands for.

    ``edits`` is how many mistakes a word of the kind "fuzzy" may have: 1 or 2.
    """

    kind: Literal["wildcard", "regex", "fuzzy"]
    text: str
    edits: int = 0


@dataclass(frozen=True, slots=True)
class PatternLeaf:
    """A WordLeaf whose words are those of ``pattern``, for an engine that spells out patterns.

    It is in a plan only where IndexFacts.words_matching() said so.
    """

    label: str
    fields: tuple[TextField, ...]
    pattern: Pattern


@dataclass(frozen=True, slots=True)
class PhraseLeaf:
    """Documents where the terms stand side by side; each place has its alternatives."""

    label: str
    fields: tuple[TextField, ...]
    terms: tuple[tuple[str, ...], ...]

    def __hash__(self) -> int:
        return hash(self.label)  # a string keeps its hash


# Spans are occurrences: of a word, or from the first to the last of several words.


@dataclass(frozen=True, slots=True)
class SlopSpans:
    """The shortest stretches with the words of a phrase; each place has its alternatives.

    In order with up to ``slop`` other words between them, in another order with two fewer.
    """

    fields: tuple[TextField, ...]
    terms: tuple[tuple[str, ...], ...]
    slop: int


@dataclass(frozen=True, slots=True)
class ExactSpans:
    """Words side by side that are spelled so: ``letters`` are what stands in the text.

    So many of them as ``before`` says stand before the word: l' is no word of French.
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
    """The spans of either side that have one of the other side near them.

    Or those of the left that have none of the right, if ``negated``. ``within`` counts words; "s"
    and "p" mean the same sentence and the same paragraph.
    """

    left: Spans
    right: Spans
    within: int | Literal["s", "p"]
    ordered: bool
    negated: bool


@dataclass(frozen=True, slots=True)
class FilteredSpans:
    """Those spans of a part that a filter keeps.

    ``filter`` is the name of the filter's class in query/tree/nodes.py, and ``count`` the number
    that it takes, or 0. ranking/spans.py says what each keeps.
    """

    part: Spans
    filter: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class SpansLeaf:
    """Documents with one of these spans."""

    label: str
    spans: Spans

    def __hash__(self) -> int:
        return hash(self.label)  # a string keeps its hash


@dataclass(frozen=True, slots=True)
class LengthLeaf:
    """Documents of ``least`` to ``most`` words, in these fields together; None is no limit."""

    label: str
    least: int | None
    most: int | None
    fields: tuple[TextField, ...] = TEXT_FIELDS


@dataclass(frozen=True, slots=True)
class Boosted:
    """The documents of ``leaf``, with ``factor`` times their idf."""

    leaf: WordLeaf | PatternLeaf | PhraseLeaf | SpansLeaf | KeyLeaf | DateLeaf | LengthLeaf
    factor: float


@dataclass(frozen=True, slots=True)
class KeyLeaf:
    """Documents with any of these folded values in a metadata field."""

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
    """Documents that one of the parts matches at least; the scores are added."""

    parts: tuple[Plan, ...]


@dataclass(frozen=True, slots=True)
class Except:
    """Documents that ``part`` does not match, with the score 0."""

    part: Plan


@dataclass(frozen=True, slots=True)
class Clauses:
    """Documents that match all ``required`` (if none, one ``optional``), and no ``prohibited``.

    The scores of what is required and of what optional parts match are added.
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
    """Return how many terms, words and values a plan names: thousands, where it has patterns."""
    match part:
        case WordLeaf(_, _, terms, words):
            return len(terms) + len(words)
        case PhraseLeaf(_, _, places) | SlopSpans(_, places, _):
            return sum(map(len, places))
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
