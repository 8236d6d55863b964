"""What a commit knows of a segment."""

from __future__ import annotations

import pytest

from searchlib.segment.entry import SegmentEntry, segment_file

pytestmark = pytest.mark.kernels


def test_the_live_documents_are_those_that_are_not_deleted():
    assert SegmentEntry("a", 5).live == 5
    assert SegmentEntry("a", 5, (0, 4)).live == 3
    assert SegmentEntry("a", 2, (0, 1)).live == 0


def test_the_file_of_a_segment():
    assert segment_file("MAIN_abc") == "MAIN_abc.articles"
