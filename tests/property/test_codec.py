"""The codec's grammars: all that is encoded comes back, and damage raises ValueError or nothing."""

from __future__ import annotations

from datetime import date, time, timedelta, timezone
from itertools import accumulate, islice

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from whoosh import formats

from searchlib.files.varints import read_varint, signed, write_signed, write_varint
from searchlib.whoosh.codec.payloads import decoder_for, encode_payloads
from searchlib.whoosh.codec.posting_lists import PostingList, encode_postings
from searchlib.whoosh.codec.term_dictionary import TermEntry
from searchlib.whoosh.codec.values import decode_value, encode_value
from tests.helpers.outcomes import unless_refused
from tests.helpers.term_dictionaries import opened, written

pytestmark = pytest.mark.kernels

unsigned = st.integers(0, (1 << 32) - 1)
weights = st.one_of(
    st.integers(0, 300).map(float), st.floats(allow_nan=False), st.sampled_from([1.0, 2.0**32])
)
gaps = st.one_of(st.integers(1, 3), st.integers(1, 300), st.integers(1, 1 << 20))


@st.composite
def posting_rows(draw: st.DrawFn) -> list[tuple[int, float, int, bytes]]:
    """Draw few postings, repeated until they fill some blocks, each document greater."""
    drawn = draw(
        st.lists(st.tuples(gaps, weights, unsigned, st.binary(max_size=9)), min_size=1, max_size=20)
    )
    rows = drawn * draw(st.integers(1, 300 // len(drawn)))
    docs = accumulate(gap for gap, *_ in rows)
    return [(doc - 1, *row[1:]) for doc, row in zip(docs, rows, strict=True)]


def list_of(data: bytes, rows: list[tuple[int, float, int, bytes]]) -> PostingList:
    docs, weights_, lengths, _ = zip(*rows, strict=True)
    return PostingList(memoryview(data), len(rows), docs[-1], max(weights_), min(lengths))


def rows_of(postings: PostingList) -> list[tuple[int, float, bytes]]:
    blocks = [postings.block(number) for number in range(postings.num_blocks)]
    return [
        row
        for block in blocks
        for row in zip(block.docs, block.weights, block.payloads, strict=True)
    ]


@given(posting_rows(), st.booleans())
def test_posting_lists_come_back_within_their_bounds(rows, foreign):
    postings = list_of(encode_postings(*zip(*rows, strict=True), foreign=foreign), rows)
    assert rows_of(postings) == [(doc, weight, payload) for doc, weight, _, payload in rows]
    for number in range(postings.num_blocks):
        part = rows[128 * number : 128 * number + 128]
        assert postings.block(number).foreign is foreign
        assert postings.last_docs[number] == part[-1][0]
        assert postings.max_weights[number] == max(row[1] for row in part)
        assert postings.min_lengths[number] == min(row[2] for row in part)


edits = st.lists(
    st.tuples(
        st.integers(0, 1 << 16), st.sampled_from(["set", "cut", "insert"]), st.binary(max_size=4)
    ),
    min_size=1,
    max_size=4,
)


def damaged(data: bytes, edits_: list[tuple[int, str, bytes]]) -> bytes:
    for place, kind, more in edits_:
        at = place % (len(data) + 1)
        behind = {"set": data[at + len(more) :], "cut": b"", "insert": data[at:]}[kind]
        data = data[:at] + more + behind
    return data


@given(posting_rows(), edits)
@example([(0, 1.0, 0, b""), (1, 1.0, 0, b"")], [(0, "set", b"\4\0\0\xff"), (4, "set", b"\xff" * 4)])
def test_damaged_posting_lists_are_refused_or_are_other_lists(rows, edits_):
    data = damaged(encode_postings(*zip(*rows, strict=True)), edits_)
    found = unless_refused(lambda: rows_of(list_of(data, rows)))
    assert found is None or len(found) == len(rows)
    if found:
        docs = [doc for doc, *_ in found]
        assert docs == sorted(set(docs))
        assert docs[-1] == rows[-1][0] or len(rows) > 128


@given(st.binary(max_size=200), st.integers(1, 1000), unsigned)
def test_any_bytes_are_refused_or_are_a_list(data, count, max_doc):
    found = unless_refused(lambda: rows_of(PostingList(memoryview(data), count, max_doc, 1.0, 1)))
    assert found is None or len(found) == count


terms = st.one_of(
    st.lists(st.binary(max_size=12), unique=True, max_size=60),
    st.lists(st.text("ab", max_size=8).map(str.encode), unique=True, max_size=100),
).map(sorted)
infos = st.lists(
    st.tuples(unsigned, weights, weights, *[unsigned] * 4, st.integers(0, 1 << 40)), min_size=1
)


@st.composite
def dictionaries(draw: st.DrawFn) -> list[tuple[bytes, TermEntry]]:
    found = []
    drawn = draw(infos)
    end = draw(st.integers(0, 1 << 40))
    for number, term in enumerate(draw(terms)):
        df, weight, max_weight, length, more_length, doc, more_doc, size = drawn[
            number % len(drawn)
        ]
        bounds = length, length + more_length, doc, doc + more_doc
        found.append((term, TermEntry(df, weight, max_weight, *bounds, end, end + size)))
        end += size
    return found


@given(dictionaries(), st.lists(st.binary(max_size=4), max_size=10))
def test_dictionaries_come_back_from_any_place(items, others):
    dictionary = opened(*written(items))
    known = dict(items)
    assert list(dictionary.items()) == items
    for term in [
        *known,
        *others,
        *(term + b"\0" for term in known),
        *(term[:-1] for term in known),
    ]:
        assert dictionary.find(term) == known.get(term)
    for first in others:
        assert list(dictionary.items(first)) == [item for item in items if item[0] >= first]


@given(dictionaries(), edits, st.booleans(), st.binary(max_size=4))
@example([(b"a", TermEntry(1, 1.0, 1.0, 0, 0, 0, 0, 0, 9))], [(1, "cut", b"")], False, b"b")
def test_damaged_dictionaries_are_refused_or_are_other_dictionaries(items, edits_, in_blocks, term):
    data, blocks = written(items)
    if in_blocks:
        blocks = damaged(blocks, edits_)
    else:
        data = damaged(data, edits_)
    # A term takes nine bytes at least, and every block may begin anywhere.
    limit = (len(data) // 9 + 1) * (len(blocks) // 4 + 1)
    found = unless_refused(lambda: list(islice(opened(data, blocks).items(), limit + 1)))
    assert found is None or len(found) <= limit
    for looked_for in [term, *dict(items)]:
        entry = unless_refused(lambda: opened(data, blocks).find(looked_for))  # noqa: B023
        assert entry is None or entry.start <= entry.end


hashable = st.recursive(
    st.one_of(
        *(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.binary()),
        *(st.text(st.characters()), st.dates(), st.timedeltas(), st.decimals(allow_nan=False)),
        st.times(),
        st.datetimes(
            # Python itself loses an offset of less than a second.
            timezones=st.none()
            | st.integers(-80_000, 80_000).map(lambda seconds: timezone(timedelta(seconds=seconds)))
        ),
    ),
    lambda inner: st.lists(inner, max_size=4).map(tuple) | st.frozensets(inner, max_size=4),
    max_leaves=6,
)
values = st.recursive(
    hashable,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=4).map(tuple),
        st.sets(hashable, max_size=4),
        st.dictionaries(hashable, inner, max_size=4),
    ),
    max_leaves=12,
)


@given(values)
@example([1, [1.0, [True]], (0, -0.0)])
def test_values_come_back_with_their_types(value):
    found = decode_value(encode_value(value))
    assert found == value
    assert shape(found) == shape(value)


def shape(value: object) -> object:
    """Give the types in a value."""
    inner: list[object] = []
    if isinstance(value, dict):
        inner = [*map(shape, value), *map(shape, value.values())]
    elif isinstance(value, list | tuple):
        inner = [*map(shape, value)]
    elif isinstance(value, set | frozenset):
        inner = sorted(map(shape, value), key=repr)
    return type(value), inner


@given(values, edits)
@example([date.min, time.min], [(0, "set", b"X")])
def test_damaged_values_are_refused_or_are_other_values(value, edits_):
    data = damaged(encode_value(value), edits_)
    try:
        found = decode_value(data)
    except ValueError:
        return
    encode_value(found)  # whatever it is, it is of the types that can be stored


@given(st.integers(0, (1 << 64) - 1), st.integers(-(1 << 63), (1 << 63) - 1), st.binary(max_size=3))
def test_numbers_come_back_wherever_they_stand(number, other, before):
    out = bytearray(before)
    write_varint(number, out)
    write_signed(other, out)
    found, at = read_varint(bytes(out), len(before))
    folded, end = read_varint(bytes(out), at)
    assert (found, signed(folded), end) == (number, other, len(out))


places = st.integers(0, 1 << 40)
boosts = st.floats(-1e9, 1e9)
ROWS = {
    formats.Positions: places,
    formats.Characters: st.tuples(places, places, places),
    formats.PositionBoosts: st.tuples(places, boosts),
    formats.CharacterBoosts: st.tuples(places, places, places, boosts),
}


@pytest.mark.parametrize("kind", ROWS)
@given(data=st.data())
def test_payloads_come_back_and_damage_is_refused_or_gives_others(kind, data):
    format_ = kind()
    encoded = format_.encode(data.draw(st.lists(ROWS[kind], max_size=8)))
    value = encoded[0] if isinstance(encoded, tuple) else encoded
    [payload], foreign = encode_payloads(format_, [value])
    decoder = decoder_for(format_, foreign=foreign)
    assert not foreign
    assert decoder.value(payload) == value
    other = damaged(payload, data.draw(edits))
    found = unless_refused(lambda: decoder.value(other))
    assert found is None or isinstance(found, bytes)
    mangled = damaged(value, data.draw(edits))
    kept, foreign = encode_payloads(format_, [mangled])
    assert decoder_for(format_, foreign=foreign).value(kept[0]) == mangled
