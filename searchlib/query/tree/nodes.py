"""The nodes of a query's tree: words, phrases, fields and operators."""

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
    """A part of a query, from ``start`` to ``end`` in its text. The span is not compared by ==."""

    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)

    def __str__(self) -> str:
        from searchlib.query.tree.printing import to_query  # noqa: PLC0415  # it imports this module

        return to_query(self)


@dataclass(frozen=True, slots=True)
class Word(Node):
    """A word as it was typed, in any of ``fields``: one text field, or all three."""

    text: str
    fields: tuple[TextField, ...] = TEXT_FIELDS


@dataclass(frozen=True, slots=True)
class Phrase(Node):
    """Words side by side and in order, with at most ``slop`` other words between them in total.

    Two words in the opposite order count as two words further apart.
    """

    text: str
    fields: tuple[TextField, ...] = TEXT_FIELDS
    slop: int = 0


@dataclass(frozen=True, slots=True)
class Verbatim(Node):
    """A word, or words side by side, exactly as spelled: with case and accents, not stemmed."""

    text: str
    fields: tuple[TextField, ...] = TEXT_FIELDS


@dataclass(frozen=True, slots=True)
class Prefix(Node):
    """All words that begin with ``text``, which has no star."""

    text: str
    fields: tuple[TextField, ...] = TEXT_FIELDS


@dataclass(frozen=True, slots=True)
class Wildcard(Node):
    """All words that match a pattern with ``*`` and ``?``."""

    pattern: str
    fields: tuple[TextField, ...] = TEXT_FIELDS


@dataclass(frozen=True, slots=True)
class Regex(Node):
    """All words that a regular expression (query/regex.py) matches as a whole.

    ``pattern`` has no slashes around it.
    """

    pattern: str
    fields: tuple[TextField, ...] = TEXT_FIELDS


@dataclass(frozen=True, slots=True)
class Fuzzy(Node):
    """All words that differ from ``text`` by at most ``edits`` (1 or 2) changes.

    A change inserts, deletes or replaces a letter, or swaps two neighbouring ones.
    """

    text: str
    edits: int
    fields: tuple[TextField, ...] = TEXT_FIELDS


@dataclass(frozen=True, slots=True)
class Near(Node):
    """Both sides near each other in one field. Both sides must have spans.

    ``within`` is the distance in words (neighbours are 1 apart), or "s" or "p" for the same
    sentence or paragraph. If ``ordered``, the left side must come first. If ``negated``, the node
    matches the left side where no right side is that near.
    """

    left: Node
    right: Node
    within: int | Literal["s", "p"]
    ordered: bool = False
    negated: bool = False


@dataclass(frozen=True, slots=True)
class SpanFilter(Node):
    """Some of the spans of the child, which ranking selects (ranking/spans.py)."""

    child: Node


@dataclass(frozen=True, slots=True)
class Lead(SpanFilter):
    """The spans of the child in the headline or in the first paragraph of the body."""


@dataclass(frozen=True, slots=True)
class CountedFilter(SpanFilter):
    """Some of the spans of the child, selected with the number in the operator."""

    count: int


@dataclass(frozen=True, slots=True)
class First(CountedFilter):
    """The spans of the child among the first ``count`` words of their field."""


@dataclass(frozen=True, slots=True)
class AtLeast(CountedFilter):
    """The child, if it occurs at least ``count`` times in the fields that it is searched in."""


@dataclass(frozen=True, slots=True)
class Boost(Node):
    """The child, with its score multiplied by ``factor``."""

    child: Node
    factor: float


@dataclass(frozen=True, slots=True)
class Length(Node):
    """Articles of ``least`` to ``most`` words in headline, body and caption; None is no limit."""

    least: int | None
    most: int | None


@dataclass(frozen=True, slots=True)
class Metadata(Node):
    """Articles with this value in a metadata field or, if ``prefix``, a value that begins so."""

    field: str
    value: str
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class DateRange(Node):
    """Articles published from ``since`` (inclusive) to ``until`` (exclusive); None is no limit."""

    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Everything(Node):
    """Every article."""


@dataclass(frozen=True, slots=True)
class Nothing(Node):
    """No article: the node of a query that has nothing to search for."""


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
    """Every article that does not match the child."""

    child: Node


@dataclass(frozen=True, slots=True)
class Require(Node):
    """All of ``required`` and none of ``prohibited``.

    If nothing is required, at least one of ``optional``.
    """

    required: tuple[Node, ...] = ()
    optional: tuple[Node, ...] = ()
    prohibited: tuple[Node, ...] = ()
