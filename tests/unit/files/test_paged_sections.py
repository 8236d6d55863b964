"""Sections that are read, and checked, a page at a time."""

from __future__ import annotations

import pytest

from searchlib.errors import CorruptIndexError
from tests.helpers.containers import opened, written

pytestmark = pytest.mark.kernels

PAGE = 1 << 16


LONG = bytes(range(251)) * 1000  # 3.8 pages


@pytest.mark.parametrize("piece", [len(LONG), PAGE, 100, 65_537])
def test_a_paged_section_is_read_across_page_borders(piece):
    pieces = [LONG[at : at + piece] for at in range(0, len(LONG), piece)]
    pages = opened(written({}, {"p": pieces})).paged("p")
    assert pages.size == len(LONG)
    places = [0, 1, PAGE - 1, PAGE, PAGE + 1, 2 * PAGE, 3 * PAGE, len(LONG) - 1, len(LONG)]
    for number, start in enumerate(places):
        for end in places[number:]:
            assert pages.get(start, end) == LONG[start:end]


@pytest.mark.parametrize("size", [0, 1, PAGE - 1, PAGE, PAGE + 1, 2 * PAGE])
def test_a_paged_section_of_any_size_has_a_checksum_a_page(size):
    container = opened(written({}, {"p": [LONG[:size]]}))
    assert container.paged("p").get(0, size) == LONG[:size]
    assert len(container.section("p#")) == 4 * -(-size // PAGE)


@pytest.mark.parametrize("places", [(-1, 0), (2, 1), (0, 7), (7, 7), (1 << 70, 1 << 71)])
def test_what_is_not_in_a_paged_section_is_damage(places):
    pages = opened(written({}, {"p": [b"paged", b"!"]})).paged("p")
    with pytest.raises(CorruptIndexError, match="which has 6"):
        pages.get(*places)


def test_a_damaged_page_leaves_the_others_readable():
    data = bytearray(written({}, {"p": [LONG]}))
    data[16 + PAGE + 5] ^= 16
    pages = opened(bytes(data)).paged("p")
    assert pages.get(0, PAGE) == LONG[:PAGE]
    assert pages.get(2 * PAGE, len(LONG)) == LONG[2 * PAGE :]
    for start, end in [
        (PAGE, PAGE + 1),
        (PAGE - 1, PAGE + 1),
        (0, len(LONG)),
        (2 * PAGE - 1, 2 * PAGE),
    ]:
        with pytest.raises(CorruptIndexError, match="page of its section 'p'") as caught:
            pages.get(start, end)
        assert caught.value.offset == 16 + PAGE
    with pytest.raises(CorruptIndexError):
        pages.check()
