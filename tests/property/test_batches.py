"""The tokens of many texts at once against the one definition, Analyzer.tokens."""

from __future__ import annotations

from array import array
from itertools import accumulate, product
from types import SimpleNamespace
from unittest.mock import patch

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from searchlib.analysis import batches, get_analyzer
from searchlib.analysis.batches import BatchAnalyzer, PairTable
from tests.helpers.kernels import built, plain
from tests.helpers.outcomes import outcome

pytestmark = pytest.mark.kernels


def _kernels(load):
    return SimpleNamespace(WordTable=load("tokenizing").WordTable, expand=load("expanding").expand)


BUILT = _kernels(built)
PLAIN = _kernels(plain)

both = pytest.mark.parametrize("kernel", [BUILT, PLAIN], ids=["built", "plain"])
pair_numbers = pytest.mark.parametrize(
    "numbering",
    [built("pair_numbers"), plain("pair_numbers")],
    ids=["built", "plain"],
)
names = st.sampled_from(["english", "plain", "exact", "french"])

# A pair of surrogates is no text that UTF-8 can hold.
anything = st.text(st.characters(exclude_categories=["Cs"]))

SPACES = " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u2028\u3000"
PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
QUOTES = "\u2018\u2019\u201c\u201d\u02bc\uff07\xab\xbb\u2013\u2014\u2026\u3001\u3002"
# Currencies, Latin and other letters and digits, marks, the invisible, numerals, connectors.
WIDE = "\u20ac\xa3\xa5\xe9\xdf\u0416\u0663\uff11\u0301\u0345\xad\u200b\u200d\u2060\xbd\u2082\u24b6"
WIDE += (
    "\u203f\uff3f\u6c34\u6771\u30ab\uff76\uff9e\uac00\u1100\U0001f600\U00020000\U000e0100\x00\x7f"
)
characters = st.one_of(
    st.sampled_from("abCDsSxl"),
    st.sampled_from("0123"),
    st.sampled_from(PUNCTUATION),
    st.sampled_from("'.,&%$+@#_"),
    st.sampled_from(SPACES),
    st.sampled_from(QUOTES + WIDE),
)
that_matters = st.text(characters, max_size=30)
# Dense in what the kernel decides by itself.
dense = st.text(st.sampled_from("aBs019.,'\u2019%$&#@+_- \u201d\xe9\u0301"), max_size=16)

PIECES = """The U.S. U.S.-led Russia's Russia\u2019s James' O'Brien's don't we'll l'homme d'\xe9t\xe9
    1,234 1,234.5 12,34 1,234,5678 0.5 .5 3.5% 3.5%, 1.2.3 $584,302 $5mln US$5 5's 1,234's A.'s
    AT&T R&D AT&T's &amp; C++ C# C++, F#m @name #tag bob@x.com a_#b a.@b C#d J.Smith J.K.Rowling
    reuters.com end.The No.5 p.m. p.m., "said." 'tis ''quoted'' (MH370) Q1 10-K 3/4 12-3/4 -- ...
    caf\xe9 caf\xe9, \u201cHello,\u201d \u2018so\u2019 10\u201312 end\u2026 co\xf6p \u041c\u043e\u0441\u043a\u0432\u0430
    \u6771\u4eac\u90fd\u3002\u5927\u962a H\u2082O ^2 5,\u0663\u0663\u0663 \u0663,333 x\u0301.y \xab1,5\xbb
    \u2192x.y \u0663% 1234,567 1234,567.8 ab\u2019cds ab'a 1,234. 1,2345 1.5,5 \xa3\u0663 ,\u0663 .5.5 ,.5 \u2192x.y.z""".split()
pieces = st.sampled_from(PIECES)
newslike = st.lists(
    st.one_of(pieces, pieces, st.text("abcdes", min_size=1, max_size=5), dense), max_size=12
).flatmap(lambda words: st.sampled_from([" ", " ", "\n", "-", ""]).map(lambda gap: gap.join(words)))

texts = st.one_of(anything, that_matters, dense, newslike)
batch = st.lists(texts, max_size=6)


def packed(fields: list[str]) -> tuple[bytes, array[int], array[int]]:
    encoded = [field.encode() for field in fields]
    ends = array("Q", accumulate(map(len, encoded)))
    starts = array("Q", [0, *ends][:-1])
    return b"".join(encoded), starts, ends


def hold(analyzer: BatchAnalyzer, table: PairTable, name: str, fields: list[str]) -> None:
    """Compare what a batch gives with what the analyzer gives for each text."""
    result = analyzer.analyze(*packed(fields))
    assert [column.typecode for column in result] == ["I"] * 4
    assert len(result.counts) == len(result.lengths) == len(fields)
    assert sum(result.counts) == len(result.pairs) == len(result.positions)
    at = 0
    for field, count, length in zip(fields, result.counts, result.lengths, strict=True):
        expected = [(t.term, t.word, t.position) for t in get_analyzer(name).tokens(field)]
        span = slice(at, at + count)
        found = [
            (*table.pairs[pair], position)
            for pair, position in zip(result.pairs[span], result.positions[span], strict=True)
        ]
        assert found == expected, field
        assert length == (expected[-1][2] + 1 if expected else 0)
        at += count


@both
@given(name=names, first=batch, second=batch)
@example(name="english", first=PIECES, second=[])
@example(name="french", first=[f"({piece})" for piece in PIECES], second=PIECES)
@example(name="exact", first=[f"a{piece} {piece}1 " for piece in PIECES], second=[])
def test_a_batch_has_the_tokens_of_the_analyzer(kernel, name, first, second):
    table = PairTable()
    with patch.multiple(batches, WordTable=kernel.WordTable, expand=kernel.expand):
        analyzer = BatchAnalyzer(get_analyzer(name), table)
        for fields in (first, second, first + second):
            hold(analyzer, table, name, fields)
    assert len(set(table.pairs)) == len(table.pairs)


@given(left=dense, right=dense, name=names)
def test_every_short_text_has_the_tokens_of_the_analyzer(left, right, name):
    table = PairTable()
    analyzer = BatchAnalyzer(get_analyzer(name), table)
    hold(analyzer, table, name, [left, right, left + right, f"{left} {right}", right + left])


@given(fields=batch, most=st.integers(0, 20), fold_case=st.booleans())
@example(fields=["a b", "c" * 9 + "  d"], most=4, fold_case=True)
def test_built_and_plain_give_equal_words(fields, most, fold_case):
    results = []
    for kernel in (BUILT, PLAIN):
        table = kernel.WordTable(most)
        found = [table.scan(*packed(fields), fold_case) for _ in range(2)]
        assert found[0] == found[1]
        joined, ends, others = table.new_words()
        starts = [0, *ends][: len(ends)]
        words = [joined[start:end] for start, end in zip(starts, ends, strict=True)]
        assert b"".join(words) == joined
        assert len(words) + len(others) == len(set(words)) + len(set(others)) == len(table)
        assert table.size() == len(joined) + sum(len(word) for _, word in others)
        assert table.new_words() == (b"", array("Q"), [])
        results.append((found, words, others))
    assert results[0] == results[1]


@given(st.data())
def test_built_and_plain_expand_equally(data):
    lists = [data.draw(st.lists(st.integers(0, 5), max_size=6)) for _ in range(7)]
    lists[2] = [number + (data.draw(st.booleans()) << 31) for number in lists[2]]
    columns = [array("I", values) for values in lists]
    found, expected = (
        outcome(lambda kernel=kernel: kernel.expand(*columns)) for kernel in (BUILT, PLAIN)
    )
    assert found == expected


names_of_pairs = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
pairs = st.lists(st.tuples(st.text("ab", max_size=2) | names_of_pairs, st.text("ab", max_size=2)))


@pair_numbers
@given(batches_=st.lists(pairs, max_size=3))
@example(batches_=[[("a", ""), ("", "a"), ("a", "")], [], [("", "a"), ("", "")]])
@example(batches_=[[(str(i), "a" * (i % 9)) for i in range(9000)]] * 2)
def test_pairs_are_numbered_as_they_come(numbering, batches_):
    known: dict[tuple[str, str], int] = {}
    table = numbering.PairNumbers()
    for batch_ in batches_:
        expected = [known.setdefault(pair, len(known)) for pair in batch_]
        joined = []
        for column in zip(*batch_, strict=True) if batch_ else ((), ()):
            data, _, ends = packed(list(column))
            joined += [data, ends]
        numbers = table.number_all(*joined)
        assert numbers == array("I", expected)
        assert len(table) == len(known)
        found = table.names(numbers)
        assert found == "".join(f"{term}\0{word}\0" for term, word in batch_).encode()
    with pytest.raises(ValueError, match="no pair"):
        table.names(array("I", [len(known)]))


@pair_numbers
@pytest.mark.parametrize("ends", [[], [4], [3, 2], [1, 2**64 - 1]])
def test_pairs_whose_ends_do_not_fit_are_refused(numbering, ends):
    table = numbering.PairNumbers()
    for columns in (("abc", ends, "abc", [1, 3]), ("abc", [1, 3], "abc", ends)):
        term, term_ends, word, word_ends = columns
        with pytest.raises(ValueError, match="do not fit"):
            table.number_all(
                term.encode(), array("Q", term_ends), word.encode(), array("Q", word_ends)
            )
    assert len(table) == 0


# What stands alone and what repeats, of everything that the regular expression names.
ATOMS = ["a", "bc", "s", "1", "234", *" -.,'\u2019%$&#@+_", "\xe9", "\u0663", "\u2192", "\u0301"]


def test_whatever_stands_beside_each_other():
    table = PairTable()
    hold(
        BatchAnalyzer(get_analyzer("plain"), table),
        table,
        "plain",
        ["".join(atoms) for atoms in product(ATOMS, repeat=3)],
    )


@both
def test_what_is_cut_out_stands_in_no_word(kernel):
    # Every character between letters, digits and itself.
    table = PairTable()
    codes = [*range(0x3100), *range(0xFE00, 0x10000), *range(0x1F100, 0x1F200)]
    if kernel is PLAIN:
        codes = [*range(0x180), *range(0x2000, 0x2070), *range(0x2FF0, 0x3010)]
    with patch.multiple(batches, WordTable=kernel.WordTable, expand=kernel.expand):
        analyzer = BatchAnalyzer(get_analyzer("exact"), table)
        fields = [
            f"ab{c}cd a{c}b a.b{c} 1{c}2 {c}a a{c} 5{c}123 {c}5.5 a{c}{c}b a{c}\u0301b x{c}@y _{c}#t C{c}+ 1{c}s"
            for c in map(chr, codes)
        ]
        hold(analyzer, table, "exact", fields)
