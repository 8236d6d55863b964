"""Builds the node of a list from its operands and the signs and operators between them."""

from __future__ import annotations

from typing import Literal, NamedTuple

from searchlib.query import tree

__all__ = ["Modifier", "Unary", "clauses", "combine", "is_everything", "side_by_side", "unsigned"]

Modifier = Literal["", "+", "-"]


class Unary(NamedTuple):
    """An operand with the sign before it."""

    modifier: Modifier
    node: tree.Node


def clauses(items: list[tuple[Unary, bool]], *, joins_by_and: bool) -> tree.Node | None:
    """Return the node of a list, or None for an empty one.

    Each of ``items`` has an operand, and whether OR stands before it.
    """
    if not items:
        return None
    if len(items) == 1:
        return unsigned(items[0][0])
    required: list[tree.Node] = []
    optional: list[tree.Node] = []
    prohibited: list[tree.Node] = []
    for index, (item, after_or) in enumerate(items):
        before_or = index + 1 < len(items) and items[index + 1][1]
        if item.modifier == "+":
            required.append(item.node)
        elif item.modifier == "-" and not (after_or or before_or or joins_by_and):
            prohibited.append(item.node)
        else:
            optional.append(unsigned(item))
    if not required and not prohibited:
        return combine(tree.Or, optional)
    parts = [item.node for item, _ in items]
    return tree.Require(
        tuple(required),
        tuple(optional),
        tuple(prohibited),
        start=parts[0].start,
        end=parts[-1].end,
    )


def unsigned(item: Unary) -> tree.Node:
    """Return the node of an item that is not a clause of a list; "-" becomes a Not."""
    if item.modifier != "-":
        return item.node
    if isinstance(item.node, tree.Not):
        return item.node.child
    return tree.Not(item.node, start=item.node.start, end=item.node.end)


def combine(kind: type[tree.And | tree.Or], parts: list[tree.Node]) -> tree.Node:
    """Return a node of ``kind`` with the children ``parts``; its span covers all of them."""
    return kind(tuple(parts), start=parts[0].start, end=parts[-1].end)


def side_by_side(parts: list[tree.Node], *, joins_by_and: bool) -> tree.Node:
    """Return the node of ``parts`` that stand side by side, joined by the default operator."""
    if len(parts) == 1:
        return parts[0]
    return combine(tree.And if joins_by_and else tree.Or, parts)


def is_everything(node: tree.Node) -> bool:
    """Return whether ``node`` matches every article by its form: a star, or an OR with a star.

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
