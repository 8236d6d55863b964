"""What the tree of a query is made of: words, phrases, fields and operators."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from searchlib.article import TEXT_FIELDS, TextField

__all__ = [
    "And",
    "AtLeast",
    "Boost",
    "CountedFilter",
    "DateRange",
    "Everything",
    "First",
    "Fuzzy",
    "Lead",
    "Length",
    "Metadata",
    "Near",
    "Node",
    "Not",
    "Nothing",
    "Or",
    "Phrase",
    "Prefix",
    "Regex",
    "Require",
    "SpanFilter",
    "Verbatim",
    "Wildcard",
    "Word",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A part of a query. ``start`` and ``end``, its span there, do not make nodes differ."""

    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)

    def __str__(self) -> str:
        from searchlib.query.tree.printing import to_query  # noqa: PLC0415  # which knows the nodes

        return to_query(self)


@dataclass(frozen=True, slots=True)
class Word(Node):
    """A word as it was typed, to be found in any of ``fields``: in one of them, or in all three."""

    text: str
    fields: tuple[TextField, ...] = TEXT_FIELDS


@dataclass(frozen=True, slots=True)
class Phrase(Node):
    """Words that stand side by side, with up to ``slop`` others between them altogether.

    In another order than this one they count as two words further apart.
    """

    text: str
    fields: tuple[TextField, ...] = TEXT_FIELDS
    slop: int = 0


@dataclass(frozen=True, slots=True)
class Verbatim(Node):
    """A word, or words side by side, in these very letters: case, accents, no other endings."""

    text: str
    fields: tuple[TextField, ...] = TEXT_FIELDS


@dataclass(frozen=True, slots=True)
class Prefix(Node):
    """The beginning of a word, without its star."""

    text: str
    fields: tuple[TextField, ...] = TEXT_FIELDS


@dataclass(frozen=True, slots=True)
class Wildcard(Node):
    """A word with ``*`` and ``?`` in it."""

    pattern: str
    fields: tuple[TextField, ...] = TEXT_FIELDS


@dataclass(frozen=True, slots=True)
class Regex(Node):
    """A whole word that a regular expression (query/regex.py) matches, without its slashes."""

    pattern: str
    fields: tuple[TextField, ...] = TEXT_FIELDS


@dataclass(frozen=True, slots=True)
class Fuzzy(Node):
    """A word, or one that up to ``edits`` (1 or 2) changes make of it.

    A change is a letter more, a letter less, another letter, or two neighbours exchanged.
    """

    text: str
    edits: int
    fields: tuple[TextField, ...] = TEXT_FIELDS


@dataclass(frozen=True, slots=True)
class Near(Node):
    """Both sides at places that are near each other, in one field; sides are what has places.

    ``within`` counts words: neighbours are within 1. "s" and "p" are one sentence, one paragraph.
    ``ordered``: the left side first. ``negated``: the left side, where no right side is so near.
    """

    left: Node
    right: Node
    within: int | Literal["s", "p"]
    ordered: bool = False
    negated: bool = False


@dataclass(frozen=True, slots=True)
class SpanFilter(Node):
    """Some of the spans of the child. Ranking says which (ranking/spans.py)."""

    child: Node


@dataclass(frozen=True, slots=True)
class Lead(SpanFilter):
    """The child, where it stands in the headline or the first paragraph of the body."""


@dataclass(frozen=True, slots=True)
class CountedFilter(SpanFilter):
    """Some of the spans of the child, by a number that is typed with the operator."""

    count: int


@dataclass(frozen=True, slots=True)
class First(CountedFilter):
    """The child, where it stands among the first ``count`` words of its field."""


@dataclass(frozen=True, slots=True)
class AtLeast(CountedFilter):
    """The child, where it occurs ``count`` times at least in the fields it is looked for in."""


@dataclass(frozen=True, slots=True)
class Boost(Node):
    """The child, with ``factor`` times its score."""

    child: Node
    factor: float


@dataclass(frozen=True, slots=True)
class Length(Node):
    """Articles of so many words, headline, body and caption together; None is no limit."""

    least: int | None
    most: int | None


@dataclass(frozen=True, slots=True)
class Metadata(Node):
    """A metadata field with this value, or a value that begins so."""

    field: str
    value: str
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class DateRange(Node):
    """Published from ``since`` on and before ``until``; None is no limit."""

    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Everything(Node):
    """Every article."""


@dataclass(frozen=True, slots=True)
class Nothing(Node):
    """No article: what is left of a query without anything to search for."""


@dataclass(frozen=True, slots=True)
class And(Node):
    """All of the children."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or(Node):
    """At least one of the children."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not(Node):
    """Every article but those of the child."""

    child: Node


@dataclass(frozen=True, slots=True)
class Require(Node):
    """All ``required``, no ``prohibited``; at least one ``optional`` if nothing is required."""

    required: tuple[Node, ...] = ()
    optional: tuple[Node, ...] = ()
    prohibited: tuple[Node, ...] = ()
