"""The kernels that merge segments, as built and as plain Python, against the obvious way."""

from __future__ import annotations

import random
from array import array
from bisect import bisect_left
from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchlib.files.varints import write_varint
from tests.helpers.kernels import both
from tests.helpers.outcomes import outcome
from tests.property.posting_lists import DROPPED, seeds, tokens, written

pytestmark = pytest.mark.kernels

streams = st.builds(
    tokens,
    seeds,
    st.sampled_from((1, 2, 65, 200)),
    st.sampled_from(((1.0, 0.9, 0.1, 0.01), (0.5,))),
    st.sampled_from((40, 2**32)),
)

names = st.binary(max_size=3)
# Words have no zeros, and are few, so that several tables have one.
words = st.lists(st.sampled_from((1, 97, 98, 255)), min_size=1, max_size=3).map(bytes)


def cut(joined: bytes, ends) -> list[bytes]:
    return [joined[start:end] for start, end in pairwise([0, *ends])]


@both
@given(
    tables=st.lists(st.dictionaries(names, st.integers(0, 2**64 - 1), max_size=9), max_size=4),
    seed=seeds,
)
def test_interleaved_is_a_merge_of_all_tables(load, tables, seed):
    chance = random.Random(seed)
    interleaved = load("table_merging").interleaved
    rest = [sorted(table.items()) for table in tables]
    found = []
    while any(rest):
        # Some of each table, behind some that was taken before.
        parts = [own[: chance.randint(1, 4)] for own in rest]
        more = bytes(len(part) < len(own) for part, own in zip(parts, rest, strict=True))
        before = [chance.randint(0, 2) for _ in parts]
        held = [[(b"", 0)] * old + part for old, part in zip(before, parts, strict=True)]
        taken = array("Q", before)
        columns = [array("Q", [number for part in held for _, number in part]) for _ in range(2)]
        joined, ends, having, from_tables, *numbers = interleaved(
            b"".join(key for part in held for key, _ in part),
            array("Q", [end for part in held for end in accumulate(len(key) for key, _ in part)]),
            *columns,
            array("Q", map(len, held)),
            array("Q", [sum(len(key) for key, _ in part) for part in held]),
            taken,
            more,
        )
        assert numbers[0] == numbers[1]
        entries = iter(zip(from_tables, numbers[0], strict=True))
        for key, count in zip(cut(joined, ends), having, strict=True):
            found += [(key, *next(entries)) for _ in range(count)]
        assert next(entries, None) is None
        counts = [new - old for new, old in zip(taken, before, strict=True)]
        assert sum(counts) == sum(having) > 0
        assert any(
            not left or count == len(part)
            for left, count, part in zip(more, counts, parts, strict=True)
        )
        rest = [own[count:] for own, count in zip(rest, counts, strict=True)]
    assert found == sorted(
        (key, table, number) for table, own in enumerate(tables) for key, number in own.items()
    )


lists_of_words = st.lists(st.sets(words, max_size=4).map(sorted), max_size=5)


@both
@given(lists=lists_of_words, gaps=st.lists(st.integers(1, 2**40), min_size=5, max_size=5))
def test_list_words_are_those_of_each_list(load, lists, gaps):
    starts = array("Q", list(accumulate(gaps))[: len(lists)])
    entries = sorted(
        (word, start, form)
        for start, own in zip(starts, lists, strict=True)
        for form, word in enumerate(own)
    )
    # The second list of a word has a zero and a number behind it.
    keys = [
        word + (b"\0%c" % number if (number := at - bisect_left(entries, (word,))) else b"")
        for at, (word, _, _) in enumerate(entries)
    ]
    columns = [array("Q", [entry[i] for entry in entries]) for i in (1, 2)]
    ends = array("Q", accumulate(map(len, keys)))
    found = load("table_merging").list_words(b"".join(keys), ends, *columns, starts)
    flat = [word for own in lists for word in own]
    assert found == (b"".join(flat), array("I", map(len, flat)), array("I", map(len, lists)))


@both
@given(
    terms=st.lists(
        st.lists(st.sets(words, max_size=4).map(sorted) | st.none(), min_size=3, max_size=3)
    )
)
def test_united_words_are_those_of_all_tables(load, terms):
    terms = [term for term in terms if any(own is not None for own in term)]
    there = [(i, own) for term in terms for i, own in enumerate(term) if own is not None]
    by_table = [[own for i, own in there if i == table] for table in range(3)]
    flat = [word for table in by_table for own in table for word in own]
    united, sizes, num_forms, list_forms, new_forms = load("table_merging").united_words(
        array("I", [sum(own is not None for own in term) for term in terms]),
        array("I", [i for i, _ in there]),
        array("Q", map(len, by_table)),
        array("I", [len(own) for table in by_table for own in table]),
        array("I", map(len, flat)),
        b"".join(flat),
    )
    all_words = [sorted({word for own in term if own for word in own}) for term in terms]
    assert united == b"".join(word for own in all_words for word in own)
    assert list(sizes) == [len(word) for own in all_words for word in own]
    assert list(num_forms) == [len(own) for own in all_words]
    assert list(list_forms) == [len(own) for _, own in there]
    assert list(new_forms) == [
        own.index(word)
        for own, term in zip(all_words, terms, strict=True)
        for words in term
        for word in words or ()
    ]


@both
@given(stream=streams, seed=seeds)
def test_occurrences_are_moved(load, stream, seed):
    chance = random.Random(seed)
    got = written(load, stream, 6)
    docs = array(
        "I", [chance.choice((DROPPED, chance.randint(0, 9999))) for _ in range(stream.num_docs)]
    )
    for term, expected in enumerate(stream.expected):
        if not expected:
            continue
        rows, _ = load("lists").parse(got.data, got.words, got.starts[term], stream.num_docs, 6)
        count = max(form for _, _, form in expected) + 1
        if count > 1000:
            continue
        new_forms = array("I", [chance.getrandbits(32) for _ in range(count + 3)])
        columns = [array("I", bytes(4 * (len(expected) + 2))) for _ in range(3)]
        move = load("list_rows").move_occurrences
        end = move(got.words, rows, docs, new_forms, 2, count, *columns, 1)
        assert list(zip(*(column[1:end] for column in columns), strict=True)) == [
            (3 * docs[span // 3] + span % 3, position, new_forms[2 + form])
            for span, position, form in expected
            if docs[span // 3] != DROPPED
        ]
        for bad in (
            (got.words, rows, array("I", range(len(docs))), new_forms, 2, count, *columns, 4),
            (got.words, rows, docs, new_forms, 2, count, *columns, len(expected) + 3),
            (got.words, rows, docs[: expected[-1][0] // 3], new_forms, 2, count, *columns, 0),
            (got.words, rows, docs, new_forms, 5, count, *columns, 0),
            (got.words, rows, docs, new_forms, -1, count, *columns, 0),
            (got.words, rows, docs, new_forms, 2, count, columns[0], columns[1], columns[2][1:], 0),
            (got.words, rows, array("I", [1 << 31]) * len(docs), new_forms, 2, count, *columns, 0),
            (got.words[:1], rows, docs, new_forms, 2, count, *columns, 0),
        ):
            with pytest.raises(ValueError, match=r"damaged|fit together"):
                move(*bad)


@both
@given(
    stream=streams,
    column=st.integers(0, 18),
    value=st.integers(-(2**63), 2**63 - 1) | st.integers(-3, 99),
)
def test_no_row_leads_out_of_the_lists(load, stream, column, value):
    got = written(load, stream, 6)
    docs, forms = array("I", range(stream.num_docs)), array("I", range(64))
    for start in got.starts:
        rows = outcome(
            lambda at=start: load("lists").parse(got.data, got.words, at, stream.num_docs, 6)[0]
        )
        if isinstance(rows, str):
            continue
        rows[column] = value
        columns = [array("I", bytes(4096)) for _ in range(3)]
        outcome(
            lambda rows=rows, columns=columns: load("list_rows").move_occurrences(
                got.words, rows, docs, forms, 0, len(forms), *columns, 0
            )
        )


@both
@given(docs=st.sets(st.integers(0, 70_000), min_size=1, max_size=9).map(sorted), seed=seeds)
def test_moved_docs_are_those_that_are_kept(load, docs, seed):
    chance = random.Random(seed)
    numbers = array("I", [DROPPED]) * 70_001
    for doc in docs:
        numbers[doc] = chance.choice((DROPPED, chance.getrandbits(31)))
    data = bytearray(b"\xff")
    for doc, before in zip(docs, [-1, *docs], strict=False):
        write_varint(doc - before - 1, data)
    start = docs[0] if len(docs) == 1 else 1
    moved = load("table_merging").moved_docs
    found = moved(bytes(data), start, len(docs), numbers)
    assert list(found) == [numbers[doc] for doc in docs if numbers[doc] != DROPPED]
    for bad in (
        (bytes(data), start, len(docs), numbers[: docs[-1]]),
        (bytes(data), start, 0, numbers),
        (bytes(data), -1, len(docs), numbers),
        (bytes(data[:1]), 1 << 40, len(docs), numbers),
        (b"\xff" * 20, 0, 2, numbers),
        (bytes(data), start, 1 << 60, numbers),
    ):
        with pytest.raises(ValueError, match="not there"):
            moved(*bad)


def longs(*numbers: int) -> array:
    return array("Q", numbers)


def ints(*numbers: int) -> array:
    return array("I", numbers)


@both
@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        ("interleaved", (b"a", longs(1), longs(1), longs(), longs(1), longs(1), longs(0), b"\0")),
        ("interleaved", (b"a", longs(1), longs(1), longs(1), longs(2), longs(1), longs(0), b"\0")),
        ("interleaved", (b"a", longs(1), longs(1), longs(1), longs(1), longs(2), longs(0), b"\0")),
        ("interleaved", (b"a", longs(2), longs(1), longs(1), longs(1), longs(1), longs(0), b"\0")),
        ("interleaved", (b"a", longs(1), longs(1), longs(1), longs(1), longs(1), longs(2), b"\0")),
        ("interleaved", (b"a", longs(1), longs(1), longs(1), longs(1), longs(1), longs(0), b"")),
        ("interleaved", (b"a", longs(1, 0), *[longs(1, 1)] * 2, longs(2), longs(1), longs(0), b"\0")),
        ("interleaved", (b"a", longs(1), longs(1), longs(1), longs(2**64 - 1), longs(1), longs(0), b"\0")),
        ("list_words", (b"a", longs(1), longs(7), longs(), longs(7))),
        ("list_words", (b"a", longs(1), longs(6), longs(0), longs(7))),
        ("list_words", (b"a", longs(1), longs(7), longs(1), longs(7))),
        ("list_words", (b"a", longs(2), longs(7), longs(0), longs(7))),
        ("list_words", (b"ab", longs(2, 1), longs(7, 7), longs(0, 1), longs(7))),
        ("list_words", (b"ab", longs(1, 2), longs(7, 7), longs(0, 0), longs(7))),
        ("list_words", (b"ab", longs(1, 2), longs(7, 7), longs(0, 2**63), longs(7))),
        ("united_words", (ints(1), ints(0), longs(1), ints(), ints(1), b"a")),
        ("united_words", (ints(1), ints(0), longs(2), ints(1), ints(1), b"a")),
        ("united_words", (ints(1), ints(1), longs(1), ints(1), ints(1), b"a")),
        ("united_words", (ints(2), ints(0), longs(1), ints(1), ints(1), b"a")),
        ("united_words", (ints(), ints(0), longs(1), ints(1), ints(1), b"a")),
        ("united_words", (ints(1), ints(0), longs(1), ints(2), ints(1), b"a")),
        ("united_words", (ints(1), ints(0), longs(1), ints(1), ints(2), b"a")),
        ("united_words", (ints(1, 1), ints(0, 0), longs(1, 1), ints(1, 1), ints(1, 1), b"aa")),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(load, function, arguments):
    with pytest.raises(ValueError, match=r"fit together|not those of its lists"):
        getattr(load("table_merging"), function)(*arguments)
