"""What the tree of a query is made of: words, phrases, fields and operators."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from searchlib.article import TEXT_FIELDS, TextField

__all__ = [
    "And",
    "AtLeast",
    "Boost",
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
    "Verbatim",
    "Wildcard",
    "Word",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spanned:
    """``start`` and ``end`` are the node's place in the query; they do not make nodes differ."""

    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)

    def __str__(self) -> str:
        from searchlib.query.tree.printing import to_query  # noqa: PLC0415  # which knows the nodes

        return to_query(self)  # type: ignore[arg-type]  # it is one of them


@dataclass(frozen=True, slots=True)
class Word(_Spanned):
    """A word as it was typed, to be found in any of ``fields``: in one of them, or in all three."""

    text: str
    fields: tuple[TextField, ...] = TEXT_FIELDS


@dataclass(frozen=True, slots=True)
class Phrase(_Spanned):
    """Words that stand side by side, with up to ``slop`` others between them altogether.

    In another order than this one they count as two words further apart.
    """

    text: str
    fields: tuple[TextField, ...] = TEXT_FIELDS
    slop: int = 0


@dataclass(frozen=True, slots=True)
class Verbatim(_Spanned):
    """A word, or words side by side, in these very letters: case, accents, no other endings."""

    text: str
    fields: tuple[TextField, ...] = TEXT_FIELDS


@dataclass(frozen=True, slots=True)
class Prefix(_Spanned):
    """The beginning of a word, without its star."""

    text: str
    fields: tuple[TextField, ...] = TEXT_FIELDS


@dataclass(frozen=True, slots=True)
class Wildcard(_Spanned):
    """A word with ``*`` and ``?`` in it."""

    pattern: str
    fields: tuple[TextField, ...] = TEXT_FIELDS


@dataclass(frozen=True, slots=True)
class Regex(_Spanned):
    """A whole word that a regular expression (query/regex.py) matches, without its slashes."""

    pattern: str
    fields: tuple[TextField, ...] = TEXT_FIELDS


@dataclass(frozen=True, slots=True)
class Fuzzy(_Spanned):
    """A word, or one that up to ``edits`` (1 or 2) changes make of it.

    A change is a letter more, a letter less, another letter, or two neighbours exchanged.
    """

    text: str
    edits: int
    fields: tuple[TextField, ...] = TEXT_FIELDS


@dataclass(frozen=True, slots=True)
class Near(_Spanned):
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
class First(_Spanned):
    """The child, where it stands among the first ``count`` words of its field."""

    child: Node
    count: int


@dataclass(frozen=True, slots=True)
class Lead(_Spanned):
    """The child, where it stands in the headline or the first paragraph of the body."""

    child: Node


@dataclass(frozen=True, slots=True)
class AtLeast(_Spanned):
    """The child, where it occurs ``count`` times at least in the fields it is looked for in."""

    child: Node
    count: int


@dataclass(frozen=True, slots=True)
class Boost(_Spanned):
    """The child, with ``factor`` times its score."""

    child: Node
    factor: float


@dataclass(frozen=True, slots=True)
class Length(_Spanned):
    """Articles of so many words, headline, body and caption together; None is no limit."""

    least: int | None
    most: int | None


@dataclass(frozen=True, slots=True)
class Metadata(_Spanned):
    """A metadata field with this value, or a value that begins so."""

    field: str
    value: str
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class DateRange(_Spanned):
    """Published from ``since`` on and before ``until``; None is no limit."""

    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Everything(_Spanned):
    """Every article."""


@dataclass(frozen=True, slots=True)
class Nothing(_Spanned):
    """No article: what is left of a query without anything to search for."""


@dataclass(frozen=True, slots=True)
class And(_Spanned):
    """All of the children."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or(_Spanned):
    """At least one of the children."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not(_Spanned):
    """Every article but those of the child."""

    child: Node


@dataclass(frozen=True, slots=True)
class Require(_Spanned):
    """All ``required``, no ``prohibited``; at least one ``optional`` if nothing is required."""

    required: tuple[Node, ...] = ()
    optional: tuple[Node, ...] = ()
    prohibited: tuple[Node, ...] = ()


Node: TypeAlias = (
    Word
    | Phrase
    | Verbatim
    | Prefix
    | Wildcard
    | Regex
    | Fuzzy
    | Near
    | First
    | Lead
    | AtLeast
    | Boost
    | Length
    | Metadata
    | DateRange
    | Everything
    | Nothing
    | And
    | Or
    | Not
    | Require
)
