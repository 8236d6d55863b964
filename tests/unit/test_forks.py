"""What is renewed in a forked child."""

from __future__ import annotations

import gc
import os

import pytest

from searchlib.forks import cached_property, importing, renew_in_children
from tests.helpers.processes import in_child

FORKS = pytest.mark.skipif(not hasattr(os, "fork"), reason="the system does not fork")


class Owner:
    def __init__(self, error: Exception | None = None) -> None:
        self.renewed = 0
        self._error = error
        renew_in_children(self)

    def _renew_in_child(self) -> None:
        self.renewed += 1
        if self._error:
            raise self._error


@FORKS
def test_all_that_live_are_renewed_in_the_child_only():
    owners = [Owner() for _ in range(3)]
    dead = Owner()
    renewals = dead.__dict__
    del dead
    gc.collect()

    def child() -> None:
        assert [owner.renewed for owner in owners] == [1, 1, 1]
        assert renewals["renewed"] == 0

    assert in_child(child) == 0
    assert [owner.renewed for owner in owners] == [0, 0, 0]


@FORKS
def test_an_error_of_one_keeps_no_other_from_it(capfd):
    owners = [Owner(), Owner(ValueError("of the second")), Owner()]

    def child() -> None:
        assert [owner.renewed for owner in owners] == [1, 1, 1]

    assert in_child(child) == 0
    assert "of the second" in capfd.readouterr().err


@FORKS
def test_no_import_is_under_way_in_a_child():
    def child() -> None:
        assert importing.acquire(blocking=False)

    with importing:
        assert in_child(child) == 0
    assert importing.acquire(blocking=False)
    importing.release()


def test_a_cached_property_is_computed_once_and_can_be_deleted():
    class Counted:
        calls = 0

        @cached_property
        def value(self) -> int:
            self.calls += 1
            return self.calls

    counted = Counted()
    assert (counted.value, counted.value) == (1, 1)
    del counted.value
    assert counted.value == 2
    assert isinstance(Counted.value, cached_property)
