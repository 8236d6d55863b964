"""A tree written out as a query again."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from searchlib.article import TEXT_FIELDS, TextField
from searchlib.query.lookalikes import slip_of
from searchlib.query.tree.nodes import (
    And,
    AtLeast,
    Boost,
    DateRange,
    Everything,
    First,
    Fuzzy,
    Lead,
    Length,
    Metadata,
    Near,
    Node,
    Not,
    Nothing,
    Or,
    Phrase,
    Prefix,
    Regex,
    Require,
    Verbatim,
    Wildcard,
    Word,
)

__all__ = ["to_query"]

_SPECIAL: Final = re.compile(r'([\\"“”„«»()*?:+\-!&|~^=/\s])')
# What the parser would take for an operator.
_NO_WORD: Final = re.compile(
    r"AND|OR|NOT|SAME|ADJ|TO"
    r"|(?i:(?:atleast|near|adj)[0-9]+|wc[<>=].*|(?:date|published)[<>].*)|[\[{<>].*",
    re.DOTALL,
)


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
            return f"first{count}:{_grouped(child, to_query(child))}"
        case Lead(child):
            return f"hlp:{_grouped(child, to_query(child))}"
        case AtLeast(child, count):
            return f"atleast{count} {_grouped(child, to_query(child))}"
        case Boost(child, factor):
            return f"{_grouped(child, to_query(child))}^{_decimal(factor)}"
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
            signs = ["+"] * len(required) + [""] * len(optional) + ["-"] * len(prohibited)
            nodes = (*required, *optional, *prohibited)
            return f"({' '.join(map(_clause, signs, nodes, map(to_query, nodes)))})"


def _decimal(number: float) -> str:
    # All digits of it, and never an exponent.
    return f"{Decimal(repr(number)).normalize():f}"


def _clause(sign: str, node: Node, text: str) -> str:
    # Bare, NOT would prohibit.
    return sign + (f"({text})" if isinstance(node, Not) else text)


def _grouped(node: Node, text: str) -> str:
    return (
        text
        if text.startswith("(") and isinstance(node, And | Or | Near | Require)
        else f"({text})"
    )


def _in_fields(fields: tuple[TextField, ...], text: str) -> str:
    return text if fields == TEXT_FIELDS else f"{fields[0]}:{text}"


def _escaped(text: str) -> str:
    escaped = text if text.isalnum() else _SPECIAL.sub(r"\\\1", text)
    is_none = _NO_WORD.fullmatch(text) or (escaped == text and slip_of(text))
    return f"\\{escaped}" if is_none and escaped[0] != "\\" else escaped


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
