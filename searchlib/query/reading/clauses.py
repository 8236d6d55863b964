"""Nodes of a list: what signs and operators make of the operands between them."""

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
    """Return the node of a list: each item, and whether an OR stands before it."""
    if not items:
        return None
    if len(items) == 1:
        return unsigned(items[0][0])
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
    """Return an item outside a list of clauses: there "-" is a negation."""
    if item.modifier != "-":
        return item.node
    if isinstance(item.node, tree.Not):
        return item.node.child
    return tree.Not(item.node, start=item.node.start, end=item.node.end)


def combine(kind: type[tree.And | tree.Or], parts: list[tree.Node]) -> tree.Node:
    """Return a node of ``kind`` over ``parts``, from the first to the last of them."""
    return kind(tuple(parts), start=parts[0].start, end=parts[-1].end)


def side_by_side(parts: list[tree.Node], *, joins_by_and: bool) -> tree.Node:
    """Return the node of ``parts`` as if they had been typed with nothing between them."""
    if len(parts) == 1:
        return parts[0]
    return combine(tree.And if joins_by_and else tree.Or, parts)


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
