"""Words by patterns, as built and as plain Python, against re and a distance worked out in full."""

from __future__ import annotations

import random
import re
from array import array

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from searchlib.planning.patterns import fuzzy, regex, wildcard
from searchlib.query.regex import check_regex
from tests.helpers.kernels import both, built, plain
from tests.helpers.outcomes import outcome
from tests.helpers.sorted_tables import damage, damages, encoded

pytestmark = pytest.mark.kernels

# Few letters, so that words are like each other; of one to four bytes, and neighbours in UTF-8.
LETTERS = "abcß铁铂é😀"
dictionaries = st.lists(st.text(LETTERS, max_size=7), max_size=60) | st.lists(
    st.text("ab", max_size=12), max_size=120
)
any_words = st.lists(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6),
    max_size=30,
)


def table(words):
    keys = sorted({word.encode() for word in words})
    numbers = range(len(keys))
    return encoded(built, keys, [1000 + n for n in numbers], [7 * n for n in numbers])


def found(load, words, pattern):
    data, blocks = table(words)
    joined, values = load("word_patterns").match(data, blocks, pattern)
    numbers = [(value >> 32) - 1000 for value in values]
    assert list(values) == [1000 + number << 32 | 7 * number for number in numbers]
    keys = sorted({word.encode() for word in words})
    matching = joined.split(b"\0")
    assert matching.pop() == b""
    assert matching == [keys[number] for number in numbers]
    return [word.decode() for word in matching]


def distance(left: str, right: str) -> int:
    rows = [list(range(len(right) + 1))]
    for i, letter in enumerate(left):
        row = [i + 1]
        for j, other in enumerate(right):
            row.append(min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (letter != other)))
            if i and j and letter == right[j - 1] and left[i - 1] == other:
                row[-1] = min(row[-1], rows[i - 1][j - 1] + 1)
        rows.append(row)
    return rows[-1][-1]


def _stands_for(pattern: str, word: str) -> bool:
    ends = {0}
    for letter in pattern:
        if letter == "*":
            ends = set(range(min(ends), len(word) + 1)) if ends else ends
        else:
            ends = {end + 1 for end in ends if letter in ("?", word[end : end + 1])}
            ends -= {len(word) + 1}
    return len(word) in ends


# Expressions that both know, as text.
members = st.sampled_from(LETTERS) | st.sampled_from((r"\d", r"\w", r"\s", "a-c", "é-铁", r"\."))
sets = st.tuples(st.sampled_from(("", "^")), st.lists(members, min_size=1, max_size=3)).map(
    lambda parts: f"[{parts[0]}{''.join(parts[1])}]"
)
atoms = st.one_of(
    st.sampled_from(LETTERS), sets, st.sampled_from((".", r"\d", r"\w", r"\s", r"\W", r"\.", ""))
)
repeats = st.sampled_from(("", "*", "+", "?", "{2}", "{0,2}", "{1,3}", "{2,}", "{,2}", "{0}"))


def _repeated(part, repeat):
    return f"(?:{part}){repeat}" if len(part) != 1 else part + repeat


expressions = st.recursive(
    st.builds(_repeated, atoms, repeats),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=2, max_size=3).map("|".join),
        st.builds(lambda part, repeat: f"({part}){repeat}", inner, repeats),
    ),
    max_leaves=8,
)


@both
@given(pattern=expressions, words=dictionaries | any_words)
@example(pattern="(a|b?)*a", words=["", "ab", "ba", "bb"])
@example(pattern="", words=["", "a"])
@example(pattern="(?:a{0,2}){2,}", words=["", "a" * 5])
def test_a_regular_expression_is_what_re_says(load, pattern, words):
    expression = re.compile(pattern, re.DOTALL)
    assume(check_regex(pattern) is None)
    expected = sorted({word for word in words if expression.fullmatch(word)})
    assert found(load, words, regex(pattern)) == expected
    assert found(load, words, regex(f"^{pattern}$")) == expected


@both
@given(pattern=st.text("ab铁*?", max_size=8), words=dictionaries)
@example(pattern="*" * 300, words=["a"])
@example(pattern="", words=["", "a", "铁"])
@example(pattern="*铁?", words=["铁", "铁a", "a铁铁", "铁铂铁"])
@example(pattern="a*?" * 60, words=["a" * 125, "ab" * 70])
def test_a_wildcard_is_any_letters_or_one(load, pattern, words):
    # re takes exponential time for many stars.
    expected = sorted({word for word in words if _stands_for(pattern, word)})
    assert found(load, words, wildcard(pattern)) == expected


@both
@given(
    word=st.text(LETTERS, max_size=9) | st.text("ab", max_size=70),
    edits=st.sampled_from((1, 2)),
    words=dictionaries,
    changes=st.lists(st.integers(0, 70), max_size=3),
)
@example(word="ab" * 31 + "a", edits=2, words=["ba" * 31 + "b"], changes=[])
@example(word="", edits=2, words=["", "a", "ab", "abc"], changes=[])
@example(word="ca", edits=2, words=["abc"], changes=[])
def test_fuzzy_words_are_so_many_changes_apart(load, word, edits, words, changes):
    near = word
    for at in changes:
        near = near[:at] + near[at : at + 2][::-1] + near[at + 2 + at % 2 :]
    words = [*words, near, word, word + "a"]
    limit = edits if len(word) <= 63 else 0
    expected = sorted({other for other in words if distance(word, other) <= limit})
    assert found(load, words, fuzzy(word, edits)) == expected


patterns = st.one_of(
    st.sampled_from((r"(a|b|c|.{1,9}a){3}", r"\w*a.*", "a.*b", "[^a]*", ".*a.{8}")).map(regex),
    st.builds(fuzzy, st.text(LETTERS, max_size=9), st.sampled_from((1, 2))),
    st.text(LETTERS + "*?", max_size=9).map(wildcard),
)


def test_many_states_are_more_than_what_is_kept():
    # Of this the last nine letters are to be known: 512 states, and more with a set of places.
    pattern = regex("(a|b)*a(a|b){11}")
    chance = random.Random(1)
    words = ["".join(chance.choices("ab", k=chance.randint(5, 60))) for _ in range(3000)]
    expected = sorted({word for word in words if len(word) > 11 and word[-12] == "a"})
    assert found(built, words, pattern) == expected
    assert found(plain, words[:300], pattern) == sorted(set(expected) & set(words[:300]))


@both
def test_words_and_results_may_be_long(load):
    long = 70_000 if load is built else 2000
    words = ["a" * long, "a" * long + "b", *(f"a{number:0100}" for number in range(200))]
    assert found(load, words, wildcard("a*")) == sorted(words)
    assert found(load, words, wildcard("*b")) == ["a" * long + "b"]


@both
def test_a_word_ends_at_a_zero(load):
    words = ["hors", "horse", "horse\0\1", "horse\0\2", "horsea", "horses", "horses\0\1", "hort"]
    data, blocks = table(words)
    for pattern, expected in (
        (wildcard("horse"), [1, 2, 3]),
        (wildcard("horse?"), [4, 5, 6]),
        (fuzzy("horses", 1), [1, 2, 3, 4, 5, 6]),
        (regex("hors|.*s"), [0, 5, 6]),
    ):
        joined, values = load("word_patterns").match(data, blocks, pattern)
        assert [(value >> 32) - 1000 for value in values] == expected
        assert joined.decode().split("\0")[:-1] == [
            words[number].partition("\0")[0] for number in expected
        ]


def assert_same_match(data, blocks, pattern):
    """Match as built and as plain Python: both give the same words, or the same error."""
    found, expected = (
        outcome(lambda load=load: load("word_patterns").match(bytes(data), blocks, pattern))
        for load in (built, plain)
    )
    assert found == expected


@given(words=dictionaries, pattern=patterns, how=damages)
def test_damage_is_refused_or_gives_another_table(words, pattern, how):
    data, blocks = table(words)
    damage(data, blocks, how)
    assert_same_match(data, blocks, pattern)


@both
@pytest.mark.parametrize("values", [(2**32, 0), (0, 2**32), (2**62, 2**62)])
def test_values_of_more_than_32_bits_are_refused(load, values):
    data, blocks = encoded(built, [b"a"], values[:1], values[1:])
    with pytest.raises(ValueError, match="damaged"):
        load("word_patterns").match(data, blocks, wildcard("a"))


@given(data=st.binary(max_size=60), pattern=patterns)
def test_any_bytes_are_read_or_refused(data, pattern):
    for blocks in (array("I"), array("I", [0]), array("I", [5, 0, 9])):
        assert_same_match(data, blocks, pattern)


@both
@pytest.mark.parametrize(
    "changed",
    [
        {"edits": 3},
        {"edits": -1},
        {"edits": 1},
        {"width": 0},
        {"width": 6},
        {"start": array("Q")},
        {"accept": array("Q", [1, 1])},
        {"ascii_kinds": array("H", [0]) * 127},
        {"ascii_kinds": array("H", [9]) * 128},
        {"starts": array("I")},
        {"starts": array("I", [128, 128]), "range_kinds": array("H", [0, 0])},
        {"starts": array("I", [129])},
        {"range_kinds": array("H", [9])},
        {"masks": array("Q")},
        {"masks": array("Q", [1]) * 65536},
    ],
)
def test_arrays_that_are_no_pattern_are_refused(load, changed):
    pattern = wildcard("a*")
    load("word_patterns").match(b"", array("I"), pattern)
    with pytest.raises(ValueError, match=r"there are 0|a state has|fit together|kind that is not"):
        load("word_patterns").match(b"", array("I"), pattern._replace(**changed))


@both
@given(numbers=st.lists(st.integers(0, 2**62), max_size=9))
def test_counts_are_the_first_numbers(load, numbers):
    data, places = bytearray(), array("Q")
    for number in numbers:
        places.append(len(data) << 32 | 5)
        rest = number
        while rest >= 128:
            data.append(rest & 127 | 128)
            rest >>= 7
        data.append(rest)
    counts = load("word_patterns").counts
    assert counts(bytes(data), places) == array("Q", numbers)
    for wrong in (len(data) << 32, 2**63, 2**64 - 1):
        with pytest.raises(ValueError, match="damaged"):
            counts(bytes(data), array("Q", [wrong]))
