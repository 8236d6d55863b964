"""Writes a tree as the text of a query."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from searchlib.article import TEXT_FIELDS, TextField
from searchlib.query.lookalikes import lookalike
from searchlib.query.operators import OPERATORS, operator
from searchlib.query.tree import nodes
from searchlib.query.tree.nodes import Node

__all__ = ["to_query"]

_SPECIAL: Final = re.compile(r'([\\"“”„«»()*?:+\-!&|~^=/\s])')
_FORMATS: Final = {getattr(nodes, row.node): row.printed.format for row in OPERATORS if row.node}
_IN_FIELD: Final = operator("").printed.format
_JOIN_CHILDREN: Final = {
    kind: f" {operator(kind.__name__).joins[0]} ".join for kind in (nodes.And, nodes.Or)
}


def _not_a_word() -> re.Pattern[str]:
    """Return a pattern of the words that the parser may read as something else."""
    in_capitals = [
        "TO",  # between dates
        *(join for row in OPERATORS for join in row.joins if join.isalpha()),
        *(word for row in OPERATORS for word in row.words),
    ]
    in_any_case = [
        *(word for row in OPERATORS for word in row.words_in_any_case),
        *(word for row in OPERATORS for word in row.comparisons),
    ]
    return re.compile(
        rf"{'|'.join(in_capitals)}|(?i:{'|'.join(in_any_case)})|[\[{{<>].*", re.DOTALL
    )


_NOT_A_WORD: Final = _not_a_word()
_NEAR_NAMES: Final = {
    # The printer uses the first ordered and the first unordered name in the table.
    each.ordered: each.name
    for each in reversed(operator("Near").connectives)
}


def to_query(node: Node) -> str:  # noqa: C901, PLR0912  # a case for each kind of attributes
    """Return a query that parses to a tree equal to ``node``, unless ``node`` is nested too deep.

    >>> to_query(nodes.And((nodes.Word("horses"), nodes.Not(nodes.Phrase("white horses")))))
    '(horses AND NOT "white horses")'
    """
    written = _FORMATS[type(node)]
    match node:
        case nodes.Word(text, fields) | nodes.Prefix(text, fields):
            return _in_fields(fields, written(text=_escaped(text)))
        case nodes.Phrase(text, fields, slop):
            slop_text = f"~{slop}" if slop else ""
            return _in_fields(fields, written(text=_quoted(text), slop=slop_text))
        case nodes.Verbatim(text, fields):
            return _in_fields(fields, written(text=_quoted(text)))
        case nodes.Wildcard(pattern, fields):
            return _in_fields(fields, written(pattern=_escaped_wildcard(pattern)))
        case nodes.Regex(pattern, fields):
            return _in_fields(fields, written(pattern=pattern.replace("/", "\\/")))
        case nodes.Fuzzy(text, edits, fields):
            return _in_fields(fields, written(text=_escaped(text), edits=edits))
        case nodes.Near(left, right, within, ordered, negated):
            first = to_query(left)
            # Rows group from the left, so the left side needs no parentheses. They would count as
            # nesting, and a long row would be too deep to parse.
            return written(
                left=first[1:-1] if isinstance(left, nodes.Near) else first,
                negation="not " if negated else "",
                name=_NEAR_NAMES[ordered],
                within=within,
                right=to_query(right),
            )
        case nodes.SpanFilter(child):
            count = node.count if isinstance(node, nodes.CountedFilter) else 0
            return written(child=_grouped(child, to_query(child)), count=count)
        case nodes.Boost(child, factor):
            return written(child=_grouped(child, to_query(child)), factor=_decimal(factor))
        case nodes.Length(least, most):
            return written(least="" if least is None else least, most="" if most is None else most)
        case nodes.Metadata(name, value, is_prefix):
            text = f"{_escaped(value)}*" if is_prefix else f'"{_quoted(value)}"'
            return written(field=name, value=text)
        case nodes.DateRange(since, until):
            return written(
                since=since.isoformat() if since else "*",
                until=until.isoformat() if until else "*",
            )
        case nodes.And(children) | nodes.Or(children):
            return written(children=_JOIN_CHILDREN[type(node)](map(to_query, children)))
        case nodes.Not(child):
            return written(child=to_query(child))
        case nodes.Require(required, optional, prohibited):
            signs = ["+"] * len(required) + [""] * len(optional) + ["-"] * len(prohibited)
            below = (*required, *optional, *prohibited)
            return written(children=" ".join(map(_clause, signs, below, map(to_query, below))))
        case _:
            return written()


def _decimal(number: float) -> str:
    # All digits, without an exponent, which the parser does not read.
    return f"{Decimal(repr(number)).normalize():f}"


def _clause(sign: str, node: Node, text: str) -> str:
    # Without parentheses, NOT in a list prohibits.
    return sign + (f"({text})" if isinstance(node, nodes.Not) else text)


def _grouped(node: Node, text: str) -> str:
    return (
        text
        if text.startswith("(")
        and isinstance(node, nodes.And | nodes.Or | nodes.Near | nodes.Require)
        else f"({text})"
    )


def _in_fields(fields: tuple[TextField, ...], text: str) -> str:
    return text if fields == TEXT_FIELDS else _IN_FIELD(field=fields[0], part=text)


def _escaped(text: str) -> str:
    escaped = text if text.isalnum() else _SPECIAL.sub(r"\\\1", text)
    is_special = _NOT_A_WORD.fullmatch(text) or (escaped == text and lookalike(text))
    return f"\\{escaped}" if is_special and escaped[0] != "\\" else escaped


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _escaped_wildcard(pattern: str) -> str:
    parts = re.split("([*?])", pattern)
    escaped = "".join(part if part in ("*", "?") else _escaped(part) for part in parts)
    # The parser drops a full stop at the end as punctuation, so it is escaped.
    return f"{escaped[:-1]}\\{escaped[-1]}" if escaped[-1:] in (".", ",", ";") else escaped
