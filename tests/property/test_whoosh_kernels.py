"""What Whoosh's postings are written with, as built and as plain Python, against the obvious way."""

from __future__ import annotations

import struct
from array import array
from itertools import accumulate, chain, pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from whoosh import formats

from searchlib.files.varints import write_signed, write_varint
from searchlib.whoosh.codec.payloads import decoder_for, encode_payloads, join_payloads
from searchlib.whoosh.codec.posting_lists import PostingList
from tests.helpers.kernels import both, built, plain

pytestmark = pytest.mark.kernels

FORMATS = {0: formats.Frequency(), 1: formats.Positions(), 3: formats.Characters()}

small = st.integers(-300, 300) | st.integers(65530, 65540) | st.integers(0, 2**32)
rows_of = {
    1: st.lists(small, max_size=20)
    | st.lists(small, min_size=1, max_size=3).map(lambda x: x * 400),
    3: st.lists(st.tuples(small, small, small), max_size=20)
    | st.lists(st.tuples(small, small, small), min_size=2, max_size=2).map(lambda x: x * 300),
}


def encoded(load, values: list[bytes], width: int) -> list[bytes] | None:
    sizes = array("I", [0]) * len(values)
    ends = array("I", accumulate(map(len, values)))
    data = load("pickled").payloads(b"".join(values), ends, width, sizes)
    if data is None:
        return None
    return [data[a:b] for a, b in pairwise(accumulate(sizes, initial=0))]


def payload_of(rows: list, width: int) -> bytes:
    """Give what payloads.py says of positions, or of positions with characters."""
    out = bytearray()
    position = end = 0
    for row in rows:
        if width == 1:
            write_signed(row - position, out)
            position = row
        else:
            for number in (row[0] - position, row[1] - end, row[2] - row[1]):
                write_signed(number, out)
            position, end = row[0], row[2]
    return bytes(out)


def fits(rows: list, width: int) -> bool:
    flat = rows if width == 1 else [(row[0], row[1], row[2]) for row in rows]
    position = end = 0
    for row in flat:
        if width == 1:
            numbers = [row - position]
            position = row
        else:
            numbers = [row[0] - position, row[1] - end, row[2] - row[1]]
            position, end = row[0], row[2]
        if not all(-(2**31) <= number < 2**31 for number in numbers):
            return False
    return len(rows) <= 1000


@both
@given(
    st.sampled_from((1, 3)).flatmap(
        lambda w: st.tuples(st.just(w), st.lists(rows_of[w], max_size=4))
    )
)
@example((1, [[]]))
@example((3, [[(n, n, n) for n in range(257)]]))
@example((1, [[*range(1000)]]))
@example((1, [[*range(1001)]]))
def test_positions_become_payloads_and_come_back(load, asked):
    width, lists = asked
    format_ = FORMATS[width]
    values = [format_.encode(rows) for rows in lists]
    found = encoded(load, values, width)
    expected = [payload_of(rows, width) for rows in lists]
    if all(fits(rows, width) for rows in lists):
        assert found == expected
        assert [load("pickled").value(payload, width) for payload in expected] == values
    else:
        assert found is None
    # What the kernel does not know is written as if there were none.
    data, sizes, foreign = join_payloads(format_, values)
    assert not foreign
    assert data == b"".join(expected)
    assert list(sizes) == list(map(len, expected))
    decoder = decoder_for(format_, foreign=False)
    assert [decoder.value(payload) for payload in expected] == values


@both
@given(st.lists(st.integers(0, 2**32 - 1) | st.integers(0, 300)))
def test_frequencies_become_payloads(load, numbers):
    values = [struct.pack("!I", number) for number in numbers]
    expected = []
    for number in numbers:
        out = bytearray()
        write_varint(number, out)
        expected.append(bytes(out))
    assert encoded(load, values, 0) == expected
    assert encoded(load, [*values, b"\0\0\1"], 0) is None


@both
@given(
    st.sampled_from((1, 3)).flatmap(lambda w: st.tuples(st.just(w), rows_of[w])),
    st.randoms(use_true_random=False),
    st.integers(0, 3),
)
def test_values_that_are_damaged_are_not_known_or_stay_what_they_are(load, asked, chance, kind):
    width, rows = asked
    value = bytearray(FORMATS[width].encode(rows))
    place = chance.randrange(len(value))
    if kind == 0:
        value[place] = chance.randrange(256)
    elif kind == 1:
        del value[place:]
    elif kind == 2:
        del value[place]
    else:
        value.insert(place, chance.randrange(256))
    damaged = bytes(value)
    found = encoded(load, [damaged], width)
    # The slow way says of the same bytes whether the format has written them.
    payloads, foreign = encode_payloads(FORMATS[width], [damaged])
    if found is not None:
        assert not foreign
        assert found == list(payloads)
        assert load("pickled").value(found[0], width) == damaged
    data, _, is_foreign = join_payloads(FORMATS[width], [damaged])
    assert (data, is_foreign) == (b"".join(payloads), foreign)


@both
@given(st.binary(max_size=40), st.sampled_from((1, 3)))
def test_any_bytes_are_read_as_the_slow_way_reads_them(load, payload, width):
    value = load("pickled").value(payload, width)
    if value is None:
        return
    rows = decoder_for(FORMATS[width], foreign=False)._rows(payload)
    assert value == FORMATS[width].encode([row[0] for row in rows] if width == 1 else rows)


@both
@given(st.sampled_from((1, 3)).flatmap(lambda w: st.tuples(st.just(w), rows_of[w])))
def test_positions_are_read_without_the_rest(load, asked):
    width, rows = asked
    payload = payload_of(rows, width)
    positions = rows if width == 1 else [row[0] for row in rows]
    found = load("pickled").positions(payload, width)
    # Differences of more than 32 bits are read in another way.
    assert found == positions or (found is None and not fits(rows, width))
    if payload:
        assert load("pickled").positions(payload[:-1] + b"\x80", width) is None
        if width == 3:
            assert load("pickled").positions(payload + b"\0", width) is None


@both
@given(st.binary(max_size=40), st.sampled_from((1, 3)))
def test_positions_of_any_bytes_are_those_of_the_slow_way(load, payload, width):
    found = load("pickled").positions(payload, width)
    if found is not None:
        rows = decoder_for(FORMATS[width], foreign=False)._rows(payload)
        assert found == [row[0] for row in rows]


@both
@given(st.lists(st.integers(0, 2**62 - 1) | st.integers(0, 300), max_size=9), st.binary(max_size=3))
def test_numbers_are_read_until_one_is_damaged(load, some, before):
    data = bytearray(before)
    for number in some:
        write_varint(number, data)
    numbers_of = load("terms").numbers
    assert numbers_of(bytes(data), len(before), len(some)) == (some, len(data))
    assert numbers_of(bytes(data), len(before), len(some) + 2) == (some, len(data))
    for damaged in (b"\x80", b"\xff" * 20 + b"\0"):
        found = numbers_of(bytes(data) + damaged, len(before), len(some) + 1)
        assert found == (some, len(data))
    assert numbers_of(bytes(data), -1, 1) == ([], -1)
    assert numbers_of(bytes(data), len(data) + 1, 1) == ([], len(data) + 1)


def test_sizes_that_do_not_fit_are_refused():
    for load in (built, plain):
        payloads = load("pickled").payloads
        assert payloads(b"\0\0\0\1", array("I", [4]), 0, array("I")) is None
        assert payloads(b"\0\0\0\1", array("I", [5]), 0, array("I", [0])) is None
        assert payloads(b"\0\0\0\1", array("I", [0]), 0, array("I", [0])) is None


def width_of(number: int) -> int:
    return 1 if number < 1 << 8 else 2 if number < 1 << 16 else 4


def number_bytes(numbers, width: int) -> bytes:
    return b"".join(number.to_bytes(width, "little") for number in numbers)


def block_of(before, docs, weights, payloads, *, foreign) -> bytes:
    gaps = [doc - previous - 1 for previous, doc in pairwise(chain((before,), docs))]
    sizes = list(map(len, payloads))
    if all(weight == 1.0 for weight in weights):
        kind, written = 0, b""
    elif all(weight.is_integer() and 0 <= weight < 2**32 for weight in weights):
        kind = width_of(int(max(weights)))
        written = number_bytes(map(int, weights), kind)
    else:
        kind, written = 8, struct.pack(f"<{len(weights)}d", *weights)
    width, size_width = width_of(max(gaps)), width_of(max(sizes)) if any(sizes) else 0
    out = bytes((width, kind, size_width | 128 * foreign)) + number_bytes(gaps, width) + written
    return out + number_bytes(sizes, size_width) + b"".join(payloads) if size_width else out


def list_of(docs, weights, lengths, payloads, *, foreign) -> bytes:
    skips = blocks = b""
    before = -1
    for at in range(0, len(docs), 128):
        part = slice(at, at + 128)
        blocks += block_of(before, docs[part], weights[part], payloads[part], foreign=foreign)
        before = docs[part][-1]
        most, least = max(weights[part]), min(lengths[part])
        skips += struct.pack("<IIdI", before, len(blocks), most, least)
    return skips + blocks if len(docs) > 128 else blocks


weights = st.sampled_from((1.0, 1.0, 1.0, 2.0, 300.0, 70000.0, 0.5, 2.0**32, -1.0, float("inf")))


@both
@given(
    st.integers(1, 400),
    st.sampled_from((1, 2, 300, 100_000, 10_000_000)),
    st.lists(weights, min_size=1, max_size=3),
    st.sampled_from((0, 1, 300, 70_000)),
    st.booleans(),
    st.randoms(use_true_random=False),
)
def test_posting_lists_are_those_of_the_obvious_way(
    load, count, step, some, most_bytes, foreign, chance
):
    docs = list(accumulate(chance.randint(1, step) for _ in range(count)))
    chosen = [chance.choice(some) for _ in docs]
    lengths = [chance.randint(0, 2**32 - 1) for _ in docs]
    payloads = [bytes(chance.randint(0, 3)) for _ in docs]
    payloads[0] = bytes(most_bytes)
    sizes = array("I", map(len, payloads))
    numbers = array("d", chosen)
    arguments = numbers, struct.pack(f"<{count}d", *chosen), array("I", lengths), b"".join(payloads)
    encode = load("posting_blocks").encode
    data = encode(array("I", docs), *arguments, sizes, foreign)
    assert data == list_of(docs, chosen, lengths, payloads, foreign=foreign)
    found = PostingList(memoryview(data), count, docs[-1], max(chosen), min(lengths))
    blocks = [found.block(number) for number in range(found.num_blocks)]
    assert [doc for block in blocks for doc in block.docs] == docs
    assert [payload for block in blocks for payload in block.payloads] == payloads
    if count > 1:
        docs[chance.randrange(1, count)] = docs[0]
        assert encode(array("I", docs), *arguments, sizes, foreign) is None
    assert encode(array("I", [1]), *arguments, sizes, foreign) is None or count == 1
    sizes[0] += 1
    assert encode(array("I", range(count)), *arguments, sizes, foreign) is None


terms = st.binary(max_size=20)
numbers = st.integers(0, 300) | st.integers(0, 2**53)


@both
@given(terms, terms, st.lists(numbers, min_size=8, max_size=8), st.booleans())
@example(b"", b"", [2**53] * 8, False)
def test_terms_are_those_of_the_obvious_way(load, previous, term, asked, whole):
    df, weight, max_weight, min_length, more_length, min_doc, more_doc, size = asked
    floats = b"" if whole else struct.pack("<dd", weight + 0.5, max_weight)
    shared = 0
    while shared < min(len(previous), len(term)) and previous[shared] == term[shared]:
        shared += 1
    out = bytearray()
    for number in (shared, len(term) - shared):
        write_varint(number, out)
    out += term[shared:]
    write_varint(df, out)
    out += bytes((not whole,)) + floats
    for number in (weight, max_weight) if whole else ():
        write_varint(number, out)
    for number in (min_length, more_length, min_doc, more_doc, size):
        write_varint(number, out)
    lengths = min_length, min_length + more_length
    docs = min_doc, min_doc + more_doc
    found = load("term_entries").encode(
        previous, term, df, weight, max_weight, *lengths, *docs, size, floats
    )
    assert found == bytes(out)


@both
@pytest.mark.parametrize("width", [-(1 << 63), -1, 0, 2, 4, (1 << 63) - 1])
def test_another_width_is_refused(load, width):
    kernel = load("pickled")
    for payload in (b"", b"\x01", b"\xff\xff\x07\x03"):
        with pytest.raises(ValueError, match="one or three"):
            kernel.value(payload, width)
        with pytest.raises(ValueError, match="one or three"):
            kernel.positions(payload, width)
    if width:
        with pytest.raises(ValueError, match="one or three"):
            kernel.payloads(b"\x80\x02K\x01.", array("I", [5]), width, array("I", [0]))
