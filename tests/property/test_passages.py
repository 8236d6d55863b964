"""What the kernels of snippets say is what the slow definitions say."""

from __future__ import annotations

import itertools
import re
from array import array

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from searchlib.analysis.sentences import RULES, sentence_spans
from searchlib.kernels.analysis.sentences import SentenceRules
from searchlib.kernels.snippets.choosing import Choice
from searchlib.kernels.snippets.cutting import around
from searchlib.kernels.snippets.matching import Automaton
from searchlib.snippets.choosing import FieldPassages, distinct_items
from searchlib.snippets.cutting import TextLayout

pytestmark = pytest.mark.kernels

# Abbreviations, initials, numbers, marks in a row, what closes a sentence, line breaks, separators
# that are white space for Python only, and words without an end.
PIECES = (
    *"abcxyzAM15 .,-?!'\")]}([{\n\t\r\x1c\x1f",
    *("Mr. ", "p.m. ", "U.S. ", "Inc.", "J. ", "3.5", "no. ", "e.g. ", "half-sept. ", "$5 mln. "),
    *(
        ". ",
        "? ",
        "! ",
        "... ",
        ". . . ",
        '." ',
        ".) ",
        "?' ",
        ".-- ",
        "--",
        "\n\n",
        "\r\n",
        "\r\n\r\n",
    ),
    *("\n \n", "\n\x1c\n", "The end. ", "the end.\n", "one two three ", "x" * 30, "word " * 12),
)
ascii_texts = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)
pieces = (*PIECES, "é", "\u0301", "e\u0301", "\U0001f600", "\u200d", "\u2029", "\u201d ", "\u3002")
texts = st.lists(st.sampled_from(pieces), max_size=60).map("".join)
WEIGHTS = array("q", [3_000_000, 1_000_000, 500_000])


@st.composite
def found_in(draw, text):
    """Draw matches in a text: words, and phrases that may reach over sentences."""
    words = [word.span() for word in re.finditer(r"\w+", text)]
    rows = array("q")
    numbers = array("I")
    spans = []
    for position, (start, _) in enumerate(words):
        if draw(st.integers(0, 2)) == 0:
            last = min(position + draw(st.sampled_from((0, 0, 0, 1, 4))), len(words) - 1)
            spans.append((start, words[last][1], position))
    for span in sorted(spans):
        here = draw(st.sets(st.integers(0, 2), min_size=1))
        rows.extend((*span, len(numbers), len(numbers) + len(here)))
        numbers.extend(here)
    return rows, numbers


def plain_layout(text):
    """Give the layout of a text for which no kernel is used."""
    layout = TextLayout(text)
    layout.data = None
    return layout


def passages(layout, matches, max_chars):
    choice = FieldPassages("body", layout, matches, WEIGHTS, max_chars)
    taken = []
    for least in (0.0, 600_000.0, 0.0, 0.0):
        rank = choice.best(least)
        if rank is None:
            break
        taken.append((rank, choice.weight, choice.take()))
    return taken


@given(text=ascii_texts, data=st.data(), max_chars=st.integers(1, 300))
def test_passages_of_ascii_are_those_of_any_text(text, data, max_chars):
    matches = data.draw(found_in(text))
    plain = plain_layout(text)
    assert passages(TextLayout(text), matches, max_chars) == passages(plain, matches, max_chars)
    assert TextLayout(text).lead(max_chars) == plain_layout(text).lead(max_chars)
    items = RULES.items(text.encode(), matches[0], max_chars)
    expected = distinct_items(plain, matches[0], max_chars)
    items[2::8] = array("q", numbered(items[2::8]))
    expected[2::8] = array("q", numbered(expected[2::8]))
    assert items == expected


def numbered(groups):
    """Give the groups with the paragraphs numbered from 0."""
    numbers = {}
    return [group if group < 0 else numbers.setdefault(group, len(numbers)) for group in groups]


@given(text=texts, data=st.data(), max_chars=st.integers(1, 120))
def test_items_are_sentences_or_words_of_long_ones(text, data, max_chars):
    matches = data.draw(found_in(text))
    sentences = sentence_spans(text)
    rows, _ = matches
    items = distinct_items(TextLayout(text), rows, max_chars)
    places = {tuple(row[2:5]): row for row in zip(*[iter(rows)] * 5, strict=True)}
    for row in zip(*[iter(items)] * 8, strict=True):
        start, end, group, *match, first, last = row
        begin, stop = places[tuple(match)][:2]
        assert first <= start <= begin < stop <= end <= last
        assert any(first == one for one, _ in sentences)
        if group >= 0:
            assert (start, end) == (first, last)
            assert end - start <= max_chars
        else:
            assert group == -1 - first
            assert last - first > max_chars


@given(
    st.lists(st.lists(st.sets(st.integers(0, 4), max_size=3), min_size=1, max_size=4), max_size=6),
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 4), st.integers(0, 3)), max_size=40),
)
@example([[{0}], [{0}, {0}], [{0}, {0}, {1}]], [(1, 0, 0)] * 5 + [(1, 1, 0)])
def test_phrases_are_found_where_a_slow_search_finds_them(phrases, gaps):
    phrases = sorted(phrases, key=len)
    tokens = []
    position = start = 0
    for gap, name, length in gaps:
        position += gap
        start += gap
        tokens.append((start, start + 1 + length, position, name))
    steps, numbers, places_of = array("I"), array("I"), [[] for _ in range(5)]
    for number, phrase in enumerate(phrases, 1):
        for step, names in enumerate(phrase):
            for name in names:
                places_of[name].append(len(steps))
            steps.append(step)
            numbers.append(0)
        numbers[-1] = number
    ends = array("I", [sum(map(len, places_of[: name + 1])) for name in range(5)])
    automaton = Automaton(
        ends, array("I", itertools.chain.from_iterable(places_of)), steps, numbers
    )
    rows, found = automaton.find(array("q", [number for token in tokens for number in token]))
    given_rows = [
        (*row[:3], sorted(found[row[3] : row[4]])) for row in zip(*[iter(rows)] * 5, strict=True)
    ]
    assert given_rows == sorted(slow_search(phrases, tokens))


def slow_search(phrases, tokens):
    at = {}
    for start, end, position, name in tokens:
        at.setdefault(position, []).append((start, end, name))
    for position, here in at.items():
        ended = [
            number
            for number, phrase in enumerate(phrases)
            if all(
                any(name in names for _, _, name in at.get(position - back, ()))
                for back, names in enumerate(reversed(phrase))
            )
        ]
        if ended:
            longest = phrases[ended[-1]]
            begins = longest[0]
            if len(longest) == 1:
                begins = set.union(*(phrases[number][0] for number in ended))
            ends = set.union(*(phrases[number][-1] for number in ended))
            first = position - len(longest) + 1
            yield (
                min(start for start, _, name in at[first] if name in begins),
                max(end for _, end, name in here if name in ends),
                first,
                ended,
            )


@st.composite
def items(draw):
    rows, numbers = array("q"), array("I")
    start = 0
    for position in range(draw(st.integers(0, 12))):
        start += draw(st.integers(0, 9))
        group = draw(st.sampled_from((0, 0, 1)))
        here = draw(st.sets(st.integers(0, 3), min_size=1))
        end = start + draw(st.integers(1, 9))
        rows.extend((start, end, group, position, len(numbers), len(numbers) + len(here), 0, 999))
        numbers.extend(here)
    return rows, numbers


@given(items(), st.lists(st.integers(0, 9), min_size=4, max_size=4), st.integers(1, 40))
def test_the_best_passage_is_worth_as_much_as_any(drawn, weights, max_chars):
    rows, numbers = drawn
    table = [tuple(rows[at : at + 8]) for at in range(0, len(rows), 8)]
    choice = Choice(rows[:], numbers, array("q", weights), max_chars)
    rank = choice.best(0.0)
    gains = []
    for index, first in enumerate(table):
        found = set()
        for other in table[index:]:
            if other is not first and (other[2] != first[2] or other[1] > first[0] + max_chars):
                break
            found.update(numbers[other[4] : other[5]])
        gains.append(4 * sum(weights[number] for number in found))
    if not table:
        assert rank is None
        return
    assert rank[0] == max(gains)
    shown: list[tuple[int, int]] = []
    while choice.best(0.0) is not None:
        (start, end), group, _ = choice.core()
        # It begins with an item of which nothing was shown.
        assert any(
            (row[0], row[2]) == (start, group)
            and all(row[1] <= first or last <= row[0] for first, last in shown)
            for row in table
        )
        shown.append((start, end))
        choice.show(start, end)
    assert 0 < len(shown) <= len(table)


def test_arrays_that_do_not_fit_together_are_refused():
    empty, one = array("I"), array("I", [1])
    with pytest.raises(ValueError, match="as many slots"):
        Automaton(one, empty, empty, empty)
    with pytest.raises(ValueError, match="not there"):
        Automaton(one, one, one[:0], empty)
    with pytest.raises(ValueError, match="not in order"):
        Automaton(empty, empty, one, one)
    with pytest.raises(ValueError, match="no kind"):
        Automaton(empty, empty, empty, empty).find(array("q", [0, 1, 0, 0]))
    weights = array("q", [1])
    with pytest.raises(ValueError, match="eight numbers"):
        Choice(array("q", [1]), empty, weights, 10)
    with pytest.raises(ValueError, match="not there"):
        Choice(array("q", [0, 1, 0, 0, 0, 1, 0, 1]), empty, weights, 10)
    with pytest.raises(ValueError, match="no weight"):
        Choice(array("q", [0, 1, 0, 0, 0, 1, 0, 1]), one, weights, 10)
    with pytest.raises(ValueError, match="no passage"):
        Choice(array("q"), empty, weights, 10).core()
    for row in ((5, 4, 0, 0, 0), (-1, 2, 0, 0, 0), (0, 9, 0, 0, 0)):
        with pytest.raises(ValueError, match="not in its place"):
            SentenceRules(array("Q"), bool).items(b"a text", array("q", row), 10)
    with pytest.raises(ValueError, match="not in the text"):
        around(b"a text", (0, 1), (0, 99), (0, 9), 10)
