"""From the text of a query to its plan: the one way in which any query is read."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from searchlib.analysis import Analyzer, query_analyzers
from searchlib.forks import importing
from searchlib.planning.index_facts import IndexFacts
from searchlib.planning.plain_planning import plain_plan
from searchlib.planning.plan import Plan
from searchlib.query.syntaxes import DEFAULT_OPERATORS, DefaultOperator, Syntax

if TYPE_CHECKING:
    from searchlib.query import Diagnostic

__all__ = ["plan_query"]


def plan_query(
    text: str,
    facts: IndexFacts,
    base: Analyzer,
    *,
    default_operator: DefaultOperator | None = None,
    strict: bool = False,
    now: datetime | None = None,
    syntax: Syntax = "searchlib",
) -> tuple[Plan, tuple[Diagnostic, ...]]:
    """Return the plan of ``text`` for one index, and what of it could not be used.

    ``base`` is the analyzer of the index. The options are those of query.parse(): with ``strict``
    the first thing that changes what is searched for raises QueryError. Costs 3 µs for a plain
    query of words that were looked for before; else parsing it and planning the tree.
    """
    # Of a language whose articles were all deleted no stem may count: when its terms go is a matter
    # of merging.
    languages = facts.values_in_use("language")
    analyzers = tuple(query_analyzers(base, languages)) if languages else (base,)
    if syntax == "searchlib":
        plan = plain_plan(text, default_operator or DEFAULT_OPERATORS[syntax], analyzers)
        if plan is not None:
            return plan, ()
    # They take 15 ms to import, which plain queries do without.
    with importing:
        from searchlib.planning.planner import make_plan  # noqa: PLC0415
        from searchlib.query.parser import parse  # noqa: PLC0415

    parsed = parse(text, syntax=syntax, default_operator=default_operator, strict=strict, now=now)
    plan, more = make_plan(parsed.tree, facts, analyzers)
    return plan, (*parsed.diagnostics, *more)
