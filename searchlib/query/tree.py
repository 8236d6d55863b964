"""The query as it was typed: a tree of words, phrases, fields and operators."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal, TypeAlias

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
    "children",
    "leaves",
    "to_query",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spanned:
    """``start`` and ``end`` are the node's place in the query; they do not make nodes differ."""

    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return to_query(self)  # type: ignore[arg-type]  # it is one of the nodes


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
    """A whole word that a regular expression matches (query/patterns.py), without its slashes."""

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

_SPECIAL: Final = re.compile(r'([\\"“”„«»()*?:+\-!&|~^=/\s])')
# What the parser would take for an operator.
_NO_WORD: Final = re.compile(
    r"AND|OR|NOT|SAME|ADJ|(?i:(?:atleast|near|adj)[0-9]+|wc[<>=].*)", re.DOTALL
)


def children(node: Node) -> tuple[Node, ...]:
    """Give the nodes right below ``node``, left to right."""
    match node:
        case And(below) | Or(below):
            return below
        case Require(required, optional, prohibited):
            return (*required, *optional, *prohibited)
        case Near(left, right):
            return (left, right)
        case Not(child) | Boost(child) | First(child) | Lead(child) | AtLeast(child):
            return (child,)
        case _:
            return ()


def leaves(node: Node) -> Iterator[Node]:
    """Give the words, phrases and other leaves that an article may match, left to right.

    What stands under a Not or is prohibited is not among them. The parser bounds the depth.
    """
    match node:
        case And(children) | Or(children):
            for child in children:
                yield from leaves(child)
        case Require(required, optional, _):
            for child in (*required, *optional):
                yield from leaves(child)
        case Boost(child):
            yield from leaves(child)
        case Not() | Everything() | Nothing():
            pass
        case _:
            yield node


def to_query(node: Node) -> str:  # noqa: C901, PLR0912  # a case for each node
    """Write ``node`` as a query that parses to an equal tree, unless it is nested too deep for one.

    >>> to_query(And((Word("horses"), Not(Phrase("white horses", ("caption",))))))
    '(horses AND NOT caption:"white horses")'
    """
    match node:
        case Word(text, fields):
            return _in_fields(fields, _escaped(text))
        case Phrase(text, fields, slop):
            return _in_fields(fields, _quoted(text) + (f"~{slop}" if slop else ""))
        case Verbatim(text, fields):
            return _in_fields(fields, "=" + _quoted(text))
        case Prefix(text, fields):
            return _in_fields(fields, _escaped(text) + "*")
        case Wildcard(pattern, fields):
            parts = re.split("([*?])", pattern)
            escaped = "".join(p if p in ("*", "?") else _escaped(p) for p in parts)
            # What ends a sentence is none of the word.
            ended = f"{escaped[:-1]}\\{escaped[-1]}" if escaped[-1:] in (".", ",", ";") else escaped
            return _in_fields(fields, ended)
        case Regex(pattern, fields):
            return _in_fields(fields, f"/{pattern.replace('/', chr(92) + '/')}/")
        case Fuzzy(text, edits, fields):
            return _in_fields(fields, f"{_escaped(text)}~{edits}")
        case Near(left, right, within, ordered, negated):
            operator = f"{'not ' if negated else ''}{'pre' if ordered else 'w'}/{within}"
            first = to_query(left)
            # A row is read from the left: without parentheses it may be as long as it was.
            first = first[1:-1] if isinstance(left, Near) else first
            return f"({first} {operator} {to_query(right)})"
        case First(child, count):
            return f"first{count}:{_grouped(child)}"
        case Lead(child):
            return f"hlp:{_grouped(child)}"
        case AtLeast(child, count):
            return f"atleast{count} {_grouped(child)}"
        case Boost(child, factor):
            return f"{_grouped(child)}^{_decimal(factor)}"
        case Length(least, most):
            return f"wc:{'' if least is None else least}..{'' if most is None else most}"
        case Metadata(name, value, is_prefix):
            return f"{name}:{_escaped(value)}*" if is_prefix else f"{name}:{_quoted(value)}"
        case DateRange(since, until):
            first = since.isoformat() if since else "*"
            return f"date:[{first} TO {until.isoformat() if until else '*'}}}"
        case Everything():
            return "*"
        case Nothing():
            return "()"
        case And(children):
            return f"({' AND '.join(map(to_query, children))})"
        case Or(children):
            return f"({' OR '.join(map(to_query, children))})"
        case Not(child):
            return f"NOT {to_query(child)}"
        case Require(required, optional, prohibited):
            parts = [f"+{_clause(child)}" for child in required]
            parts += [_clause(child) for child in optional]
            parts += [f"-{_clause(child)}" for child in prohibited]
            return f"({' '.join(parts)})"


def _decimal(number: float) -> str:
    # All digits of it, and never an exponent.
    return f"{Decimal(repr(number)).normalize():f}"


def _clause(node: Node) -> str:
    # Bare, NOT would prohibit.
    return f"({to_query(node)})" if isinstance(node, Not) else to_query(node)


def _grouped(node: Node) -> str:
    text = to_query(node)
    return (
        text
        if text.startswith("(") and isinstance(node, And | Or | Near | Require)
        else f"({text})"
    )


def _in_fields(fields: tuple[TextField, ...], text: str) -> str:
    return text if fields == TEXT_FIELDS else f"{fields[0]}:{text}"


def _escaped(text: str) -> str:
    escaped = text if text.isalnum() else _SPECIAL.sub(r"\\\1", text)
    return f"\\{escaped}" if _NO_WORD.fullmatch(text) else escaped


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
