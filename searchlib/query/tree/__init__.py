"""The tree of a query: its words, phrases, fields and operators, as they were typed.

Import the nodes from here: ``from searchlib.query import tree``, ``tree.Word``.
"""

from __future__ import annotations

from searchlib.query.tree import nodes
from searchlib.query.tree.nodes import *  # noqa: F403  # nodes.py has their list
from searchlib.query.tree.printing import to_query
from searchlib.query.tree.walking import children, leaves

__all__ = ["children", "leaves", "to_query"]
__all__ += nodes.__all__
