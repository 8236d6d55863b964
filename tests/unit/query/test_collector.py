"""The diagnostics of a query, as the parser collects them."""

from __future__ import annotations

import pytest

from searchlib.errors import QuerySyntaxError, UnknownFieldError
from searchlib.query.collector import Remarks

QUERY = "horses AND"


@pytest.fixture
def remarks() -> Remarks:
    return Remarks(QUERY)


def test_diagnostics_come_in_the_order_of_the_text(remarks):
    remarks.note(7, 10, "c", "")
    remarks.warn(0, 6, "b", "")
    remarks.add("error", 0, 2, "a", "", "horse")
    found = remarks.in_order()
    assert [(each.message, each.severity) for each in found] == [
        *(("a", "error"), ("b", "warning"), ("c", "info"))
    ]
    assert [each.suggestion for each in found] == ["horse", None, None]


@pytest.mark.parametrize(
    ("start", "end", "span"),
    [(7, 99, (7, 10)), (99, 99, (10, 10)), (10, 10, (10, 10)), (0, 3, (0, 3))],
)
def test_no_span_goes_beyond_the_query(remarks, start, end, span):
    remarks.warn(start, end, "", "")
    (found,) = remarks.in_order()
    assert (found.start, found.end) == span


def test_notes_refuse_nothing(remarks):
    remarks.note(0, 6, "a", "")
    remarks.refuse(QUERY)


def test_the_first_that_is_more_than_a_note_refuses(remarks):
    remarks.note(0, 1, "a note", "")
    remarks.warn(9, 10, "a later one", "")
    remarks.add("warning", 7, 10, "'AND' joins nothing", "it is left out", "OR")
    with pytest.raises(QuerySyntaxError, match="did you mean 'OR'") as caught:
        remarks.refuse(QUERY)
    assert (caught.value.query, caught.value.start, caught.value.end) == (QUERY, 7, 10)


def test_a_name_of_no_field_has_an_error_of_its_own(remarks):
    remarks.unknown_fields[7] = "captoin"
    remarks.add("error", 7, 10, "there is no field 'captoin'", "", "caption")
    with pytest.raises(UnknownFieldError, match="did you mean 'caption'") as caught:
        remarks.refuse(QUERY)
    assert caught.value.field == "captoin"
    assert "caption" in caught.value.known
