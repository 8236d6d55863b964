"""Many words looked up at once and their occurrences added up, against one after another."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from itertools import accumulate

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.kernels import both, built, plain
from tests.property.posting_lists import outcome, padded, seeds, small, tokens, written

words = st.text("abé", min_size=1, max_size=5).map(str.encode) | st.integers(0, 99).map(
    lambda number: b"word%02d" % number
)


def table(entries):
    """Encode a table of words, the second of a word with a zero and a number behind it."""
    ordered = sorted(entries)
    keys = [
        word + (b"\0%c" % number if (number := at - bisect_left(ordered, (word,))) else b"")
        for at, (word, _) in enumerate(ordered)
    ]
    return built("sorted_keys").encode(
        b"".join(keys),
        array("Q", accumulate(map(len, keys))),
        array("Q", [1000 + value for _, value in ordered]),
        array("Q", [value for _, value in ordered]),
    )


def find(load, data, blocks, keys, room):
    ends = array("Q", accumulate(map(len, keys)))
    return load("word_lists").find(data, blocks, b"".join(keys), ends, room)


@both
@given(
    entries=st.sets(st.tuples(words, st.integers(0, 300)), max_size=80),
    asked=st.sets(words, max_size=30),
    room=st.integers(0, 20),
)
@example(entries={(b"a", number) for number in range(40)}, asked={b"a"}, room=50)
@example(entries={(b"a", 1), (b"ab", 2), (b"b", 3)}, asked={b"a", b"aa", b"b"}, room=0)
def test_words_are_found_with_all_their_entries(load, entries, asked, room):
    data, blocks = table(entries)
    expected = [value for word, value in sorted(entries) if word in asked]
    count, firsts, seconds = find(load, data, blocks, sorted(asked), room)
    assert count == len(expected)
    assert list(seconds) == expected[:room]
    assert list(firsts) == [1000 + value for value in expected[:room]]
    everything = sorted({word for word, _ in entries})
    assert find(load, data, blocks, everything, 100)[0] == len(entries)


@given(
    entries=st.sets(st.tuples(words, st.integers(0, 300)), max_size=40),
    asked=st.lists(words, max_size=9),
    changes=st.lists(st.tuples(st.integers(0), st.integers(0, 255)), min_size=1, max_size=4),
    block=st.none() | st.tuples(st.integers(0), st.integers(0, 2**32 - 1) | st.integers(0, 99)),
    cut=st.none() | st.integers(0),
)
def test_a_damaged_table_is_refused_or_another(entries, asked, changes, block, cut):
    data, blocks = table(entries)
    for at, byte in changes if data else ():
        data[at % len(data)] = byte
    if block and blocks:
        blocks[block[0] % len(blocks)] = block[1]
    if cut is not None:
        del data[cut % (len(data) + 1) :]
    left, right = (
        outcome(lambda load=load: find(load, data, blocks, asked, 9)) for load in (built, plain)
    )
    assert left == right


@both
@pytest.mark.parametrize(
    ("ends", "room"), [((2, 1), 9), ((4,), 9), ((2**64 - 1,), 9), ((1,), -1), ((1, 0, 2), 9)]
)
def test_ends_that_are_none_are_refused(load, ends, room):
    data, blocks = table({(b"abc", 1)})
    with pytest.raises(ValueError, match="damaged"):
        load("word_lists").find(data, blocks, b"abc", array("Q", ends), room)


def counted(expected, wanted, mask):
    """Give how often each document has a wanted form in the fields of ``mask``."""
    counts = Counter(
        span // 3
        for span, _, form in expected
        if mask >> span % 3 & 1 and (wanted is None or form in wanted)
    )
    return sorted(counts.items())


@both
@given(
    seed=seeds,
    num_docs=st.sampled_from((1, 40, 200, 3000)),
    share=st.sampled_from((0.9, 0.1, 0.005)),
    wanted=st.none() | st.sets(st.integers(0, 4), min_size=1),
    mask=st.integers(0, 7),
)
def test_occurrences_are_those_of_the_forms(load, seed, num_docs, share, wanted, mask):
    if load is plain:
        num_docs = min(num_docs, 200)
    stream = tokens(seed, num_docs, (share, share / 2))
    lists = written(built, stream, 5)
    kernel = load("word_lists")
    out, at = array("Q"), 0
    expected: Counter[int] = Counter()
    for term, df in enumerate(lists.dfs):
        if not df:
            continue
        rows, _ = built("lists").parse(lists.data, lists.words, lists.starts[term], num_docs, 5)
        forms = bytearray(max(wanted) + 1 if wanted else 0)
        for form in wanted or ():
            forms[form] = 1
        after = kernel.gather(lists.words, rows, forms, num_docs, out, at)
        if after < 0:
            out.extend(array("Q", bytes(8 * (-after - len(out)))))
            after = kernel.gather(lists.words, rows, forms, num_docs, out, at)
        assert at <= after
        at = after
        expected.update(dict(counted(stream.expected[term], wanted, mask)))
    docs, counts = kernel.total(out[:at], mask, 70, num_docs)
    assert list(zip(docs, counts, strict=True)) == [
        (doc + 70, count) for doc, count in sorted(expected.items())
    ]


@given(
    changes=st.lists(
        st.tuples(st.integers(0), st.integers(-1, 70) | st.integers(-(2**63), 2**63 - 1)),
        max_size=3,
    ),
    cut=st.integers(0, 40),
    forms=st.sampled_from((b"", b"\1", b"\0\1\1")),
    num_docs=st.sampled_from((0, 40, 80)),
)
def test_rows_that_do_not_fit_are_refused(changes, cut, forms, num_docs):
    stream, lists = small()
    parse = built("lists").parse
    rows, _ = parse(lists.data, lists.words, lists.starts[1], stream.num_docs, 5)
    for at, number in changes:
        rows[at % len(rows)] = number
    _, numbers = padded(lists.data[: len(lists.data) - cut])
    found = []
    for load in (built, plain):
        out = array("Q", bytes(8 * 500))
        gather = load("word_lists").gather
        found.append(
            (outcome(lambda g=gather, o=out: g(numbers, rows, forms, num_docs, o, 3)), out)
        )
    # Where one is refused, what was written so far does not count.
    assert found[0] == found[1]


@both
def test_documents_that_are_not_there_are_refused(load):
    total = load("word_lists").total
    with pytest.raises(ValueError, match="damaged"):
        total(array("Q", [5 << 32 | 1]), 7, 0, 5)
    with pytest.raises(ValueError, match="damaged"):
        total(array("Q", [2**64 - 1]), 7, 0, 5000)
    for base, num_docs in ((0, -1), (-1, 5), (2**32 - 3, 5)):
        with pytest.raises(ValueError, match="32 bits"):
            total(array("Q"), 7, base, num_docs)
