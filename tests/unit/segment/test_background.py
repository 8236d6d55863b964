"""Calls beside their caller."""

from __future__ import annotations

import threading

import pytest

from searchlib.segment.background import BackgroundCall, run_both

pytestmark = pytest.mark.kernels


def fail() -> int:
    raise KeyboardInterrupt("x")


def test_a_call_gives_its_result_as_often_as_it_is_asked():
    call = BackgroundCall(lambda: threading.get_ident())
    assert call.get() == call.get() != threading.get_ident()


def test_a_call_raises_for_the_caller_what_it_raised():
    call = BackgroundCall(fail)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt, match="x"):
            call.get()


def test_the_caller_goes_on_meanwhile():
    may_end = threading.Event()
    call = BackgroundCall(lambda: may_end.wait(60))
    may_end.set()
    assert call.get()


@pytest.mark.parametrize("beside", [False, True])
def test_both_results_come_in_the_order_of_the_calls(beside):
    here = threading.get_ident()
    first, second = run_both(threading.get_ident, threading.get_ident, in_parallel=beside)
    assert first == here
    assert (second != here) == beside


@pytest.mark.parametrize("beside", [False, True])
def test_an_error_of_either_call_is_raised(beside):
    for calls in ((fail, int), (int, fail)):
        with pytest.raises(KeyboardInterrupt):
            run_both(*calls, in_parallel=beside)
