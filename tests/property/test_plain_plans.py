"""A plain query has the plan that the parser and the planner make of it, at a tenth of the cost."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from searchlib.analysis import get_analyzer
from searchlib.planning import query_planning
from searchlib.planning.plain_planning import plain_plan
from searchlib.planning.plan import AnyOf
from searchlib.planning.planner import make_plan
from searchlib.query.parser import parse
from tests.reference.facts import NoWords

WORDS = ("horses", "horse", "TO", "to", "w5", "Oil", "2022", "wc", "near", "running", "x" * 70)
ANALYZERS = (
    ("english",), ("plain",), ("exact",), ("english", "french"), ("german", "english", "russian")
)  # fmt: skip

words = st.sampled_from(WORDS) | st.from_regex("[A-Za-z0-9]{1,4}", fullmatch=True)
rows = st.lists(words, min_size=1, max_size=5)
queries = st.one_of(
    rows.map(" ".join),
    rows.map(" AND ".join),
    rows.map(" OR ".join),
    rows.map(lambda row: f'"{" ".join(row)}"'),
    rows.map(lambda row: " ".join(f"+{word}" for word in row)),
)


@given(queries, st.sampled_from(("or", "and")), st.sampled_from(ANALYZERS))
@example("TO", "or", ("english",))
@example('"TO"', "or", ("english",))
@example("+a +b", "and", ("english",))
@example("+a +a", "or", ("english",))
@example("oil oil price", "and", ("english", "french"))
def test_it_is_the_plan_of_the_tree(text, operator, names):
    analyzers = tuple(get_analyzer(name) for name in names)
    found = plain_plan(text, operator, analyzers)
    if found is None:
        return
    tree = parse(text, default_operator=operator).tree
    expected, diagnostics = make_plan(tree, NoWords(), analyzers)
    assert found == expected
    assert diagnostics == ()


def test_what_is_typed_twice_is_one_object():
    for word in ("oil", "x" * 700):
        plan = plain_plan(f"{word} {word}", "or", (get_analyzer("english"),))
        assert isinstance(plan, AnyOf)
        assert plan.parts[0] is plan.parts[1]


def test_plain_queries_need_no_parser(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "searchlib.query.parser", None)
    for text in ("oil", "oil price", "+oil +price", '"oil price"', "oil AND price"):
        _, diagnostics = query_planning.plan_query(text, NoWords(), get_analyzer("english"))
        assert diagnostics == ()
