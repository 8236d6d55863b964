"""The diagnostics of a query, as the parser collects them."""

from __future__ import annotations

import pytest

from searchlib.errors import QuerySyntaxError, UnknownFieldError
from searchlib.query.collector import Collector, refuse

QUERY = "horses AND"


@pytest.fixture
def collector() -> Collector:
    return Collector(QUERY)


def test_diagnostics_come_in_the_order_of_the_text(collector):
    collector.note(7, 10, "c", "")
    collector.warn(0, 6, "b", "")
    collector.add("error", 0, 2, "a", "", "horse")
    found = collector.in_order()
    assert [(each.message, each.severity) for each in found] == [
        *(("a", "error"), ("b", "warning"), ("c", "info"))
    ]
    assert [each.suggestion for each in found] == ["horse", None, None]


@pytest.mark.parametrize(
    ("start", "end", "span"),
    [(7, 99, (7, 10)), (99, 99, (10, 10)), (10, 10, (10, 10)), (0, 3, (0, 3))],
)
def test_no_span_goes_beyond_the_query(collector, start, end, span):
    collector.warn(start, end, "", "")
    (found,) = collector.in_order()
    assert (found.start, found.end) == span


def test_notes_refuse_nothing(collector):
    collector.note(0, 6, "a", "")
    refuse(QUERY, collector.in_order(), collector.unknown_fields)


def test_the_first_that_is_more_than_a_note_refuses(collector):
    collector.note(0, 1, "a note", "")
    collector.warn(9, 10, "a later one", "")
    collector.add("warning", 7, 10, "'AND' joins nothing", "it is left out", "OR")
    with pytest.raises(QuerySyntaxError, match="did you mean 'OR'") as caught:
        refuse(QUERY, collector.in_order(), collector.unknown_fields)
    assert (caught.value.query, caught.value.start, caught.value.end) == (QUERY, 7, 10)


def test_a_name_of_no_field_has_an_error_of_its_own(collector):
    collector.unknown_fields[7] = "captoin"
    collector.add("error", 7, 10, "there is no field 'captoin'", "", "caption")
    with pytest.raises(UnknownFieldError, match="did you mean 'caption'") as caught:
        refuse(QUERY, collector.in_order(), collector.unknown_fields)
    assert caught.value.field == "captoin"
    assert "caption" in caught.value.known
