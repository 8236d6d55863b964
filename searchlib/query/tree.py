"""The query as it was typed: a tree of words, phrases, fields and operators."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeAlias

from searchlib.article import TEXT_FIELDS, TextField

__all__ = [
    "And",
    "DateRange",
    "Everything",
    "Metadata",
    "Node",
    "Not",
    "Nothing",
    "Or",
    "Phrase",
    "Prefix",
    "Require",
    "Wildcard",
    "Word",
    "leaves",
    "to_query",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spanned:
    """``start`` and ``end`` are the node's place in the query; they do not make nodes differ."""

    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Word(_Spanned):
    """A word as it was typed, to be found in any of ``fields``: in one of them, or in all three."""

    text: str
    fields: tuple[TextField, ...] = TEXT_FIELDS


@dataclass(frozen=True, slots=True)
class Phrase(_Spanned):
    """Words that stand side by side."""

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
    | Prefix
    | Wildcard
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
_NO_WORD: Final = re.compile(r"AND|OR|NOT|(?i:atleast|wc).*", re.DOTALL)


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
        case Not() | Everything() | Nothing():
            pass
        case _:
            yield node


def to_query(node: Node) -> str:  # noqa: C901  # a case for each node
    """Write ``node`` as a query that parses to an equal tree, unless it is nested too deep for one.

    >>> to_query(And((Word("horses"), Not(Phrase("white horses", ("caption",))))))
    '(horses AND NOT caption:"white horses")'
    """
    match node:
        case Word(text, fields):
            return _in_fields(fields, _escaped(text))
        case Phrase(text, fields):
            return _in_fields(fields, _quoted(text))
        case Prefix(text, fields):
            return _in_fields(fields, _escaped(text) + "*")
        case Wildcard(pattern, fields):
            parts = re.split("([*?])", pattern)
            return _in_fields(fields, "".join(p if p in ("*", "?") else _escaped(p) for p in parts))
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


def _clause(node: Node) -> str:
    # Bare, NOT would prohibit.
    return f"({to_query(node)})" if isinstance(node, Not) else to_query(node)


def _in_fields(fields: tuple[TextField, ...], text: str) -> str:
    return text if fields == TEXT_FIELDS else f"{fields[0]}:{text}"


def _escaped(text: str) -> str:
    escaped = text if text.isalnum() else _SPECIAL.sub(r"\\\1", text)
    return f"\\{escaped}" if _NO_WORD.fullmatch(text) else escaped


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
