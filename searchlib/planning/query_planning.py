"""Turn the text of a query into its plan. All queries go through plan_query()."""

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
    """Return the plan of ``text`` for one index, and a diagnostic for each part not understood.

    ``base`` is the analyzer of the index. The options are those of query.parse(). With ``strict``,
    the first problem that changes the meaning of the query raises QueryError. A plain query of
    cached words costs 3 µs. Any other query costs parsing it and planning the tree.
    """
    # Only languages of live articles. Terms of deleted articles disappear at the next merge, so
    # stems of their languages would make results depend on merges.
    languages = facts.values_in_use("language")
    analyzers = tuple(query_analyzers(base, languages)) if languages else (base,)
    if syntax == "searchlib":
        plan = plain_plan(text, default_operator or DEFAULT_OPERATORS[syntax], analyzers)
        if plan is not None:
            return plan, ()
    # Imported here because it takes 15 ms, and plain queries do not need it.
    with importing:
        from searchlib.planning.planner import make_plan  # noqa: PLC0415
        from searchlib.query.parser import parse  # noqa: PLC0415

    parsed = parse(text, syntax=syntax, default_operator=default_operator, strict=strict, now=now)
    plan, planning_diagnostics = make_plan(parsed.tree, facts, analyzers)
    return plan, (*parsed.diagnostics, *planning_diagnostics)
