"""What signs and operators make of the parts between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from searchlib.query import tree

__all__ = ["Modifier", "Unary", "clauses", "is_everything", "over", "plain"]

Modifier = Literal["", "+", "-"]


@dataclass(frozen=True, slots=True)
class Unary:
    """A part of a query with the sign before it."""

    modifier: Modifier
    node: tree.Node


def clauses(items: list[tuple[Unary, bool]], *, joins_by_and: bool) -> tree.Node | None:
    """Return the node of a list: each item, and whether an OR stands before it."""
    if not items:
        return None
    if len(items) == 1:
        return plain(items[0][0])
    required: list[tree.Node] = []
    optional: list[tree.Node] = []
    prohibited: list[tree.Node] = []
    for place, (item, after_or) in enumerate(items):
        before_or = place + 1 < len(items) and items[place + 1][1]
        if item.modifier == "+":
            required.append(item.node)
        elif item.modifier == "-" and not (after_or or before_or or joins_by_and):
            prohibited.append(item.node)
        else:
            optional.append(plain(item))
    if not required and not prohibited:
        return over(tree.Or, optional)
    parts = [item.node for item, _ in items]
    return tree.Require(
        tuple(required),
        tuple(optional),
        tuple(prohibited),
        start=parts[0].start,
        end=parts[-1].end,
    )


def plain(item: Unary) -> tree.Node:
    """Return an item outside a list of clauses: there "-" is a negation."""
    if item.modifier != "-":
        return item.node
    if isinstance(item.node, tree.Not):
        return item.node.child
    return tree.Not(item.node, start=item.node.start, end=item.node.end)


def over(kind: type[tree.And | tree.Or], parts: list[tree.Node]) -> tree.Node:
    """Return a node of ``kind`` over ``parts``, from the first to the last of them."""
    return kind(tuple(parts), start=parts[0].start, end=parts[-1].end)


def is_everything(node: tree.Node) -> bool:
    """Tell whether ``node`` is every article as it is written: a star, also beside others.

    >>> is_everything(tree.Or((tree.Word("a"), tree.Everything())))
    True
    """
    match node:
        case tree.Everything():
            return True
        case tree.Boost(child):
            return is_everything(child)
        case tree.Or(children):
            return any(map(is_everything, children))
        case tree.And(children):
            return all(map(is_everything, children))
        case _:
            return False
