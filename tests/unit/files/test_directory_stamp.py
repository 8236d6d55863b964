"""When a reader may take the state of a directory for the last one, without a look at its files."""

from __future__ import annotations

import pytest

from searchlib.files.directory_stamp import Stamp, is_settled, stamp_of

pytestmark = pytest.mark.kernels

SECOND = 1_000_000_000
NOW = 1_800_000_000 * SECOND + 123_456_789
MS = 1_000_000


def stamp(modified: int, changed: int | None = None) -> Stamp:
    return Stamp(modified, modified if changed is None else changed, inode=1, device=2)


@pytest.mark.parametrize(
    ("ago_ns", "settled"), [(0, False), (9 * MS, False), (19 * MS, False), (21 * MS, True)]
)
def test_a_change_of_this_moment_may_be_followed_by_one_of_the_same_time(ago_ns, settled) -> None:
    assert is_settled(stamp(NOW - ago_ns), NOW) is settled


@pytest.mark.parametrize(("seconds", "settled"), [(0, False), (2, False), (4, True)])
def test_whole_seconds_may_be_all_that_a_file_system_has(seconds, settled) -> None:
    whole = NOW // SECOND * SECOND
    assert is_settled(stamp(whole - seconds * SECOND), NOW) is settled
    # One of the two times is enough: both are of one file system. The later one counts.
    assert not is_settled(stamp(whole - seconds * SECOND, NOW - SECOND), NOW)
    assert is_settled(stamp(whole - 9 * SECOND, NOW - 5 * SECOND), NOW)


def test_the_later_of_the_two_times_counts() -> None:
    assert not is_settled(stamp(NOW - SECOND, NOW - MS), NOW)
    assert not is_settled(stamp(NOW - MS, NOW - SECOND), NOW)


def test_a_time_of_the_future_proves_nothing() -> None:
    assert not is_settled(stamp(NOW + SECOND), NOW)
    assert not is_settled(stamp(NOW - SECOND, NOW + 3600 * SECOND), NOW)


def test_no_directory_has_no_stamp(tmp_path) -> None:
    assert stamp_of("") is None
    assert stamp_of(str(tmp_path / "none")) is None
    assert not is_settled(None, NOW)
    assert stamp_of(str(tmp_path)) == stamp_of(str(tmp_path))
