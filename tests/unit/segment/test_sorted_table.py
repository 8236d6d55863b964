"""Sorted tables: what was written is found, and damage is refused or gives another table."""

from __future__ import annotations

import functools
import io
import random
from array import array
from collections.abc import Iterable
from itertools import accumulate

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from searchlib.files.container import Container, little_endian
from searchlib.files.container_writing import ContainerWriter
from searchlib.segment.sorted_table import Entries, SortedTable, write_table
from tests.helpers.kernels import both, built, plain
from tests.helpers.outcomes import outcome
from tests.helpers.sorted_tables import encoded

pytestmark = pytest.mark.kernels

KIND = b"TEST"


def container(sections: dict[str, bytes]) -> Container:
    file = io.BytesIO()
    writer = ContainerWriter(file, KIND)
    for name, data in sections.items():
        writer.section(name, [data])
    writer.finish()
    return Container(file.getvalue(), KIND, path="/index", name="a.test")


byte_strings = st.one_of(
    st.binary(max_size=4),
    st.text(st.sampled_from("ab\x00\x7f\x80é"), max_size=9).map(str.encode),
    st.integers(0, 999).map(lambda number: b"key%03d" % number),
    st.integers(0, 20).map(lambda length: b"x" * 10 * length),
)
values = st.sampled_from((0, 1, 127, 128, 2**40, 2**56, 2**63 - 1)) | st.integers(0, 300)
tables = st.dictionaries(byte_strings, st.tuples(values, values), max_size=80).map(
    lambda table: dict(sorted(table.items()))
)


def test_a_table_is_written_as_documented():
    data, blocks = encoded(built, [b"horse", b"horses"], [7, 9], [0, 1])
    assert data == bytes.fromhex("00 05 68 6F 72 73 65 07 00   05 01 73 09 01")
    assert blocks == array("I", [0])


@both
@given(table=tables, asked=st.lists(byte_strings, max_size=8))
@example(table={}, asked=[b"", b"a"])
@example(table={b"": (1, 2)}, asked=[b"a"])
def test_keys_are_found_where_they_are(load, table, asked):
    keys = list(table)
    columns = [[numbers[i] for numbers in table.values()] for i in (0, 1)]
    data, blocks = encoded(load, keys, *columns)
    assert (data, blocks) == encoded(plain, keys, *columns)
    assert len(blocks) == (len(keys) + 15) // 16
    for key in (*keys, *asked, *(key[:-1] for key in keys), *(key + b"\0" for key in keys)):
        first, second, block = load("sorted_keys").find(data, blocks, key)
        assert (first, second) == table.get(key, (-1, -1))
        assert block == max(sum(start <= key for start in keys[::16]) - 1, 0)
    for most in (16, 48, 1000):
        at, decoded = 0, []
        while at < len(data):
            joined, ends, *numbers, at = load("sorted_keys").decode(data, at, most)
            assert 0 < len(ends) <= most
            cut = [joined[start:end] for start, end in zip([0, *ends], ends, strict=False)]
            decoded += zip(cut, zip(*numbers, strict=True), strict=True)
        assert decoded == list(table.items())
    assert load("sorted_keys").decode(data, len(data), 16)[1] == array("Q")


@given(table=tables, starts=st.lists(byte_strings, max_size=4))
@example(table={}, starts=[b"a"])
def test_entries_are_the_table_from_a_key_on(table, starts):
    file = io.BytesIO()
    writer = ContainerWriter(file, KIND)
    columns = [array("Q", [numbers[i] for numbers in table.values()]) for i in (0, 1)]
    ends = array("Q", accumulate(map(len, table)))
    write_table(writer, "t", Entries(b"".join(table), ends, *columns).cut())
    writer.finish()
    read = SortedTable(Container(file.getvalue(), KIND, path="/index", name="a.test"), "t")
    assert list(read.entries()) == [(key, *numbers) for key, numbers in table.items()]
    for start in (*starts, *table):
        assert list(read.entries(start)) == [
            (key, *numbers) for key, numbers in table.items() if key >= start
        ]
        assert read.find(start) == table.get(start)


@both
@pytest.mark.parametrize(
    ("keys", "ends"),
    [
        (b"ba", (1, 2)),
        (b"aa", (1, 2)),
        (b"aba", (2, 3)),
        (b"", (0, 0)),
        (b"a", (1, 1)),
        (b"ab", (2, 1)),
        (b"ab", (1, 3)),
        (b"a", (2**64 - 1,)),
        (b"ab" * 20, (*range(1, 3), 2)),
    ],
)
def test_keys_that_do_not_increase_are_refused(load, keys, ends):
    numbers = array("Q", bytes(8 * len(ends)))
    with pytest.raises(ValueError, match="increase"):
        load("sorted_keys").encode(keys, array("Q", ends), numbers, numbers)


@both
def test_the_first_key_of_a_block_is_compared_too(load):
    keys = [b"%02d" % number for number in range(16)]
    for last in (b"15", b"14", b"1"):
        with pytest.raises(ValueError, match="increase"):
            encoded(load, [*keys, last], range(17), range(17))


@both
@pytest.mark.parametrize(("firsts", "seconds"), [(0, 1), (1, 0), (2, 1)])
def test_there_are_as_many_values_as_keys(load, firsts, seconds):
    with pytest.raises(ValueError, match="as many"):
        encoded(load, [b"a"], range(firsts), range(seconds))


@both
@pytest.mark.parametrize("place", [0, 1])
def test_numbers_that_cannot_be_found_again_are_refused(load, place):
    numbers = [[1], [1]]
    numbers[place] = [2**63]
    with pytest.raises(ValueError, match="63 bits"):
        encoded(load, [b"a"], *numbers)


@functools.cache
def table_of_50() -> tuple[list[bytes], bytes, array]:
    keys = sorted({b"w%d" % (number**3) for number in range(50)})
    data, blocks = encoded(built, keys, range(0, 50_000, 1000), range(50))
    return keys, bytes(data), blocks


def compare(data: bytes, blocks: array, keys: Iterable[bytes]) -> None:
    """Look for keys with both versions, and read it all; there are values or ValueError."""
    for key in keys:
        outcomes = [
            outcome(functools.partial(load("sorted_keys").find, data, blocks, key))
            for load in (built, plain)
        ]
        assert outcomes[0] == outcomes[1]
        if not isinstance(outcomes[0], str):
            assert 0 <= outcomes[0][2] < max(len(blocks), 1)
            assert outcomes[0][0] >= 0 or outcomes[0][:2] == (-1, -1)
    for start in (-1, 0, 7, *blocks):
        decoded = [
            outcome(functools.partial(load("sorted_keys").decode, data, start, 20))
            for load in (built, plain)
        ]
        assert decoded[0] == decoded[1]
    table = SortedTable(container({"t": data, "t.blocks": little_endian(blocks)}), "t")
    for start in (b"", b"w2", b"zz"):
        found = outcome(lambda start=start: list(table.entries(start)))
        assert isinstance(found, str) or all(key >= start for key, _, _ in found)


def test_tables_that_are_cut_off_are_refused_or_others():
    keys, data, blocks = table_of_50()
    for size in range(len(data)):
        compare(data[:size], blocks, keys[::7])
    for count in range(len(blocks)):
        compare(data, blocks[:count], keys[::7])


@given(seed=st.integers(0, 2**32 - 1))
def test_a_damaged_table_is_refused_or_another_one(seed):
    keys, data, blocks = table_of_50()
    chance = random.Random(seed)
    for _ in range(15):
        damaged, moved = bytearray(data), array("I", blocks)
        for _ in range(chance.randint(1, 3)):
            kind = chance.randrange(4)
            place = chance.randrange(len(damaged))
            if kind == 0:
                damaged[place] ^= 1 << chance.randrange(8)
            elif kind == 1:
                damaged[place : place + 9] = chance.choice((b"\xff", b"\x80")) * chance.randint(
                    1, 9
                )
            elif kind == 2:
                damaged[place] = chance.randrange(256)
            else:
                moved[chance.randrange(len(moved))] = chance.choice(
                    (0, place, len(damaged), 2**32 - 1)
                )
        compare(bytes(damaged), moved, (b"", b"zzz", *chance.sample(keys, 4)))


@given(data=st.binary(max_size=60), blocks=st.lists(st.integers(0, 70), max_size=4))
def test_garbage_is_refused_or_a_table(data, blocks):
    compare(data, array("I", blocks), (b"", data[2:4], b"zz"))


@both
def test_long_keys_are_decoded_some_at_a_time(load):
    keys = [b"%03d" % number + b"x" * 50_000 for number in range(100)]
    data, blocks = encoded(load, keys, range(100), range(100))
    _, ends, firsts, _, at = load("sorted_keys").decode(data, 0, 1000)
    assert len(ends) == 32
    assert list(firsts) == list(range(32))
    assert at == blocks[2]


def test_blocks_that_are_no_whole_number_are_refused():
    with pytest.raises(ValueError, match="cut off"):
        SortedTable(container({"t": b"\0\0\0\0", "t.blocks": b"\0\0\0"}), "t")


# Terms and words, numbered

few_names = st.text(st.sampled_from("ab\x01é"), max_size=9).map(str.encode)


@both
@given(
    pairs=st.sets(st.tuples(few_names, few_names), max_size=60).map(list),
    more=st.integers(0, 3),
    seed=st.integers(0, 2**32 - 1),
)
def test_pairs_are_numbered_in_order(load, pairs, more, seed):
    limit = len(pairs) + more
    numbers = random.Random(seed).sample(range(limit), len(pairs))
    names = b"".join(b"%b\0%b\0" % pair for pair in pairs)
    got = load("term_order").number_pairs(names, array("I", numbers), limit)
    terms = sorted({term for term, _ in pairs})
    words = {term: sorted(word for own, word in pairs if own == term) for term in terms}
    in_order = [word for term in terms for word in words[term]]
    assert got[:5] == (
        b"".join(terms),
        array("I", map(len, terms)),
        b"".join(in_order),
        array("I", map(len, in_order)),
        array("I", [len(words[term]) for term in terms]),
    )
    term_of, form_of = got[5:]
    assert len(term_of) == len(form_of) == limit
    for number, (term, word) in zip(numbers, pairs, strict=True):
        assert (terms[term_of[number]], words[term][form_of[number]]) == (term, word)


@both
@given(words=st.lists(st.lists(few_names, max_size=4), max_size=20))
def test_words_are_keys_with_what_they_are_of(load, words):
    starts = [100 * term for term in range(len(words))]
    flat = [
        (word, start, form)
        for start, own in zip(starts, words, strict=True)
        for form, word in enumerate(own)
    ]
    keys, ends, *columns = load("term_order").word_keys(
        b"".join(word for word, _, _ in flat),
        array("I", [len(word) for word, _, _ in flat]),
        array("I", map(len, words)),
        array("Q", starts),
    )
    copies: dict[bytes, int] = {}
    expected = []
    for word, start, form in sorted(flat, key=lambda entry: entry[0]):
        copy = copies[word] = copies.get(word, -1) + 1
        expected.append((word + (bytes((0, copy)) if copy else b""), start, form))
    cut = [keys[start:end] for start, end in zip([0, *ends], ends, strict=False)]
    assert list(zip(cut, *columns, strict=True)) == expected
    load("sorted_keys").encode(keys, ends, *columns)  # they strictly increase


@both
@pytest.mark.parametrize(
    ("names", "numbers", "limit"),
    [
        (b"a\0b", [0], 1),
        (b"a\0", [0], 1),
        (b"a\0b\0c\0", [0], 1),
        (b"a\0b\0c\0d\0", [0], 1),
        (b"", [0], 1),
        (b"a\0b\0", [], 1),
        (b"a\0b\0", [1], 1),
        (b"a\0b\0", [0], -1),
    ],
)
def test_names_that_do_not_fit_are_refused(load, names, numbers, limit):
    with pytest.raises(ValueError, match="fit together"):
        load("term_order").number_pairs(names, array("I", numbers), limit)


@both
@pytest.mark.parametrize(
    ("words", "sizes", "num_forms", "starts"),
    [
        (b"ab", [1], [1], [0]),
        (b"a", [2], [1], [0]),
        (b"a", [1], [2], [0]),
        (b"a", [1], [0], [0]),
        (b"a", [1], [1], []),
        (b"a", [1], [], [0]),
        (b"a" * 257, [1] * 257, [1] * 257, [0] * 257),
    ],
)
def test_words_that_do_not_fit_are_refused(load, words, sizes, num_forms, starts):
    with pytest.raises(ValueError, match="fit together"):
        load("term_order").word_keys(
            words, array("I", sizes), array("I", num_forms), array("Q", starts)
        )
