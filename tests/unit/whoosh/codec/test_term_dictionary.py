"""Term dictionaries: terms in order, found one by one and walked from any place."""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence

import pytest

from searchlib.whoosh.codec.term_dictionary import DictionaryWriter, TermEntry
from tests.helpers.outcomes import unless_refused
from tests.helpers.term_dictionaries import opened, written

pytestmark = pytest.mark.kernels


def entries(terms: Sequence[bytes]) -> list[tuple[bytes, TermEntry]]:
    found = []
    start = 0
    for number, term in enumerate(terms):
        weight = number + 2.0 if number % 3 else number + 0.25
        end = start + (number * 77) % 300
        entry = TermEntry(number + 1, weight, 2.0, number, 2 * number, 5, 5 + number, start, end)
        found.append((term, entry))
        start = end
    return found


LISTS = {
    "nothing": [],
    "the empty term": [b""],
    "one": [b"a"],
    "prefixes of each other": [b"a" * size for size in range(50)],
    "a block": [b"%02d" % number for number in range(16)],
    "a block and one": [b"%02d" % number for number in range(17)],
    "many": [b"%05d" % number for number in range(0, 2000, 2)],
    "every byte": [bytes([number]) for number in range(256)],
    "long": sorted([b"x" * 200 + b"%d" % number for number in range(40)] + [b"y" * 20_000]),
}
lists = pytest.mark.parametrize("terms", LISTS.values(), ids=LISTS)


@lists
def test_every_term_is_found(terms):
    dictionary = opened(*written(entries(terms)))
    for term, entry in entries(terms):
        assert dictionary.find(term) == entry


@lists
def test_no_other_term_is_found(terms):
    dictionary = opened(*written(entries(terms)))
    known = set(terms)
    near = (
        {term + b"\0" for term in terms} | {term[:-1] for term in terms} | {b"", b"zz", b"\xff" * 9}
    )
    near |= {term[:-1] + bytes([term[-1] ^ 1]) for term in terms if term}
    for term in near - known:
        assert dictionary.find(term) is None


@lists
def test_the_terms_are_walked_in_order_from_any_place(terms):
    items = entries(terms)
    dictionary = opened(*written(items))
    assert list(dictionary.items()) == items
    for first in [*terms[::7], b"", b"00500", b"00501", b"aaa\0", b"x", b"\xff\xff"]:
        assert list(dictionary.items(first)) == [item for item in items if item[0] >= first]


def test_two_walks_and_a_look_up_do_not_disturb_each_other():
    items = entries(LISTS["many"])
    dictionary = opened(*written(items))
    one, other = dictionary.items(), dictionary.items(b"01")
    mixed = [(next(one), next(other), dictionary.find(b"00100")) for _ in range(40)]
    assert [each[0] for each in mixed] == items[:40]
    assert [each[1] for each in mixed] == items[500:540]
    assert {each[2] for each in mixed} == {items[50][1]}


@pytest.mark.parametrize(
    "weights",
    [
        (0.0, 0.0),
        (3.0, 2.0),
        (0.5, 0.25),
        (2.0**53, 1.0),
        (2.0**53 - 1, 1.0),
        (-1.0, -2.0),
        (1e300, math.inf),
    ],
)
def test_weights_of_every_kind_come_back(weights):
    entry = TermEntry(2, *weights, 0, 0, 0, 0, 0, 9)
    dictionary = opened(*written([(b"a", entry), (b"b", entry._replace(start=9, end=9))]))
    assert dictionary.find(b"a") == entry
    assert dictionary.find(b"b") == entry._replace(start=9, end=9)


def test_a_weight_that_is_not_a_number_comes_back():
    entry = TermEntry(2, math.nan, math.inf, 0, 0, 0, 0, 0, 9)
    found = opened(*written([(b"a", entry)])).find(b"a")
    assert found is not None
    assert math.isnan(found.weight)
    assert found[2:] == entry[2:]


def test_large_numbers_come_back():
    top = (1 << 32) - 1
    entry = TermEntry(top, 1.0, 1.0, 0, top, 0, top, 1 << 40, 1 << 41)
    dictionary = opened(*written([(b"a", entry)]))
    assert dictionary.find(b"a") == entry
    assert dict(dictionary.items()) == {b"a": entry}


def test_the_bytes_are_those_of_the_grammar():
    first = TermEntry(2, 3.0, 2.0, 4, 6, 1, 9, 300, 310)
    second = TermEntry(1, 0.5, 0.5, 4, 4, 1, 1, 310, 314)
    data, blocks = written([(b"car", first), (b"cat", second)])
    assert data == (
        b"\xac\2"
        b"\0\3car\2\0\3\2\4\2\1\x08\x0a"
        b"\2\1t\1\1" + struct.pack("<dd", 0.5, 0.5) + b"\4\0\1\0\4"
    )
    assert blocks == bytes(4)


def test_terms_that_do_not_increase_are_refused():
    writer = DictionaryWriter()
    entry = entries([b""])[0][1]
    writer.add(b"b", entry)
    for term in (b"b", b"a", b""):
        with pytest.raises(ValueError, match="comes after"):
            writer.add(term, entry)
    writer.add(b"b\0", entry)
    assert opened(*writer.finish()).find(b"b\0") == entry


@pytest.mark.parametrize("name", ["one", "a block and one", "prefixes of each other"])
def test_a_dictionary_that_is_cut_off_has_no_terms_behind_the_cut(name):
    items = entries(LISTS[name])
    data, blocks = written(items)
    for size in range(len(data)):
        dictionary = opened(data[:size], blocks)
        found = unless_refused(lambda: list(dictionary.items()))  # noqa: B023  # called at once
        assert found is None or found == items[: len(found)] != items
        assert unless_refused(lambda: dictionary.find(items[-1][0])) is None  # noqa: B023


@pytest.mark.parametrize(
    "offsets", [(0, 0), (1 << 31, 1), (5, 2), (0, (1 << 32) - 1), ((1 << 32) - 1, (1 << 32) - 1)]
)
def test_offsets_of_blocks_that_were_never_written_are_refused(offsets):
    data, _ = written(entries(LISTS["a block and one"]))
    dictionary = opened(data, struct.pack("<II", *offsets))
    with pytest.raises(ValueError, match=r"damaged|cut off"):
        list(dictionary.items())


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_half_an_offset_is_refused(size):
    with pytest.raises(ValueError, match="multiple"):
        opened(b"", bytes(size))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0",
        b"\0\1\0" + bytes(8),
        b"\0\0\x7fa" + bytes(8),
        b"\0\0\1a\1",
        b"\0\0\1a\1\1" + bytes(15),
        b"\0\0\1a\1\0" + b"\xff" * 20,
        b"\xff" * 30,
    ],
    ids="empty start shared length entry floats numbers varint".split(),
)
def test_bytes_that_are_no_dictionary_are_refused(data):
    dictionary = opened(data, bytes(4))
    with pytest.raises(ValueError, match=r"damaged|cut off"):
        list(dictionary.items())
    with pytest.raises(ValueError, match=r"damaged|cut off"):
        dictionary.find(b"z")
