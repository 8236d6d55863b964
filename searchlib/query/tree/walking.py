"""Walks a tree: the children and the leaves of a node."""

from __future__ import annotations

from collections.abc import Iterator

from searchlib.query.tree.nodes import (
    And,
    Boost,
    Everything,
    Near,
    Node,
    Not,
    Nothing,
    Or,
    Require,
    SpanFilter,
)

__all__ = ["children", "leaves"]


def children(node: Node) -> tuple[Node, ...]:
    """Return the children of ``node``, left to right; leaves have none."""
    match node:
        case And(below) | Or(below):
            return below
        case Require(required, optional, prohibited):
            return (*required, *optional, *prohibited)
        case Near(left, right):
            return (left, right)
        case Not(child) | Boost(child) | SpanFilter(child):
            return (child,)
        case _:
            return ()


def leaves(node: Node) -> Iterator[Node]:
    """Yield the words, phrases and other leaves that an article may match, left to right.

    A Near and a SpanFilter count as leaves. Nodes under a Not and prohibited ones are left out. The
    recursion is as deep as the tree, which the parser bounds.
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
