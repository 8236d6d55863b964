"""Spans that only the text tells apart: the kernels, built and plain, against the obvious way."""

from __future__ import annotations

import re
from array import array
from itertools import chain

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from searchlib.analysis import exact_letters, get_analyzer
from searchlib.analysis.matching_tokens import Wanted, token_finder
from searchlib.analysis.plain_forms import form_of
from tests.helpers.kernels import both
from tests.helpers.span_columns import columns

pytestmark = pytest.mark.kernels

POSITIONS = (1 << 30) - 1
FIELDS = [doc << 32 | field << 30 for doc in range(2) for field in range(2)]

places = st.builds(
    lambda field, position: field | position, st.sampled_from(FIELDS), st.integers(0, 9)
)
spans = st.sets(st.tuples(places, st.integers(0, 3)), max_size=8).map(
    lambda found: sorted((first, first + more) for first, more in found)
)
# Where the token at each position begins; some positions have two, some none.
tokens = st.lists(st.lists(st.integers(0, 3), max_size=2), min_size=13, max_size=13)
starts = st.sets(st.integers(0, 60), max_size=6).map(sorted)


def rows_of(text):
    return [
        (5 * position + more, 5 * position + 5, position, 0)
        for position, here in enumerate(text)
        for more in here
    ]


def flat(rows):
    return array("q", chain.from_iterable(rows))


@both
@given(spans, spans, st.booleans(), st.lists(st.tuples(tokens, starts), min_size=4, max_size=4))
def test_spans_of_one_part_are_those_of_all_pairs(load, left, right, ordered, texts):
    rows = {field: rows_of(text) for field, (text, _) in zip(FIELDS, texts, strict=True)}
    parts = {field: begins for field, (_, begins) in zip(FIELDS, texts, strict=True)}
    flags = bytearray(len(left)), bytearray(len(right))
    pairs = load("text_flags").TogetherSpans(*columns(left), *columns(right), ordered, *flags)
    asked = []
    while (field := pairs.next_field()) >= 0:
        asked.append(field)
        pairs.mark(flat(rows[field]), array("q", parts[field]))

    def part_of(place):
        field = place & ~POSITIONS
        begins = [row[0] for row in rows[field] if row[2] == place & POSITIONS]
        return field, sum(begin <= min(begins, default=0) for begin in parts[field])

    def are_together(a, b):
        if len({part_of(place) for place in (*a, *b)}) > 1:
            return False
        return a[1] < b[0] or (b[1] < a[0] and not ordered)

    assert [*flags[0]] == [any(are_together(a, b) for b in right) for a in left]
    assert [*flags[1]] == [any(are_together(a, b) for a in left) for b in right]
    fields = [{first & ~POSITIONS for first, _ in side} for side in (left, right)]
    assert asked == sorted(fields[0] & fields[1])


@both
@given(spans, st.lists(st.integers(0, 9), min_size=4, max_size=4))
def test_spans_up_to_a_bound_are_those_that_end_there(load, found, positions):
    kernel = load("text_flags")
    firsts, lasts = columns(found)
    fields = kernel.fields_of(firsts)
    assert list(fields) == sorted({first & ~POSITIONS for first, _ in found})
    bounds = dict(zip(FIELDS, positions, strict=True))
    flags = kernel.up_to(firsts, lasts, array("Q", [field | bounds[field] for field in fields]))
    assert [*flags] == [last & POSITIONS <= bounds[first & ~POSITIONS] for first, last in found]


WORDS = ("Café", "cafe\u0301", "CAFE", "caf\u00ade\u0301", "To", "to", "l'To", "L\u2019to", "O'To")
PHRASES = (["To"], ["Caf\u00e9"], ["To", "to"], ["to", "Caf\u00e9", "to"], ["l'To"], ["l'To", "to"])


@both
@given(
    st.lists(
        st.tuples(st.sampled_from(WORDS), st.sampled_from((" ", ", ", "\u2014", "\n\n"))),
        max_size=12,
    ),
    st.sampled_from(PHRASES),
    st.booleans(),
)
@example([("Caf\u00e9", "\u2014"), ("O'To", " "), ("l'To", " ")], ["l'To"], True)
def test_words_are_spelled_as_a_reader_sees_them(load, pieces, phrase, has_elisions):
    text = "".join(chain.from_iterable(pieces))
    analyzer = get_analyzer("french" if has_elisions else "english")
    typed = [analyzer.query_tokens(word)[0] for word in phrase]
    befores = [
        len(word) - (token.end_char - token.start_char)
        for word, token in zip(phrase, typed, strict=True)
    ]
    words = [token.word for token in typed]
    kinds = {word: kind for kind, word in enumerate(dict.fromkeys(words))}
    found = token_finder(analyzer).places(text, Wanted({}, kinds))
    distinct = list(dict.fromkeys(phrase))
    spellings = [word.encode() for word in distinct]
    every = analyzer.tokens(text)
    firsts = array("Q", range(every[-1].position + 1 if every else 0))
    flags = bytearray(len(firsts))
    spelled = load("text_flags").SpelledSpans(
        firsts,
        spellings,
        array("I", [befores[phrase.index(word)] for word in distinct]),
        array("I", [kinds[words[phrase.index(word)]] for word in distinct]),
        array("I", map(distinct.index, phrase)),
        lambda token: exact_letters(token.decode()).encode(),
        flags,
    )
    while spelled.next_field() >= 0:
        spelled.mark(text.encode(), found)

    def is_right(position, number):
        return any(
            token.position == position
            and token.word == words[number]
            and token.start_char >= befores[number]
            and exact_letters(text[token.start_char - befores[number] : token.end_char])
            == phrase[number]
            for token in every
        )

    assert [*flags] == [
        all(is_right(first + number, number) for number in range(len(phrase))) for first in firsts
    ]


@both
def test_what_does_not_fit_is_refused(load):
    kernel = load("text_flags")
    one, two, none = array("Q", [1]), array("Q", [1, 2]), array("Q")
    number, no_number = array("I", [0]), array("I")
    for call in (
        lambda: kernel.TogetherSpans(one, two, one, one, False, bytearray(1), bytearray(1)),
        lambda: kernel.TogetherSpans(one, one, none, one, False, bytearray(1), bytearray(1)),
        lambda: kernel.TogetherSpans(one, one, one, one, False, bytearray(1), bytearray(2)),
        lambda: kernel.up_to(one, two, one),
        lambda: kernel.up_to(one, one, none),
        lambda: kernel.SpelledSpans(one, [b"a"], number, number, number, bytes, bytearray(2)),
        lambda: kernel.SpelledSpans(one, [b"a"], no_number, number, number, bytes, bytearray(1)),
        lambda: kernel.SpelledSpans(one, [], no_number, no_number, number, bytes, bytearray(1)),
        lambda: kernel.SpelledSpans(one, [b"a"], number, no_number, number, bytes, bytearray(1)),
    ):
        with pytest.raises(ValueError, match=r"fit together|as many"):
            call()
    pairs = kernel.TogetherSpans(one, one, one, one, False, bytearray(1), bytearray(1))
    assert pairs.next_field() == 0
    with pytest.raises(ValueError, match="four numbers"):
        pairs.mark(array("q", [0]), array("q"))
    flags = bytearray(1)
    for row, text in (
        ((0, 9, 1, 0), b"abc"),
        ((-1, 2, 1, 0), b"abc"),
        ((2, 1, 1, 0), b"abc"),
        ((0, 1, 1), b"abc"),
    ):
        spelled = kernel.SpelledSpans(one, [b"a"], number, number, number, bytes, flags)
        assert spelled.next_field() == 0
        with pytest.raises(ValueError, match=r"not in the text|four numbers"):
            spelled.mark(text, array("q", row))
    # Offsets beyond the characters of a text that has more bytes than those are no error.
    spelled = kernel.SpelledSpans(one, [b"a"], array("I", [9]), number, number, bytes, flags)
    spelled.next_field()
    spelled.mark("éé".encode(), array("q", (3, 4, 1, 0)))
    assert flags == b"\0"


@both
@given(st.text())
@example("\ud800\U0010ffff\x7f\x80\u07ff\u0800\uffff\U00010000")
def test_a_form_has_a_byte_for_each_character(load, text):
    form_of_page = {}
    kernel = load("plain_forms")
    pages, cells = array("H", bytes(2 * 0x1100)), b""
    data = text.encode("utf-8", "surrogatepass")
    while isinstance(form := kernel.plain_form(data, pages, cells), int):
        assert form not in form_of_page
        form_of_page[form] = bytes((code + 7 * form) & 0xFF for code in range(256))
        cells += form_of_page[form]
        pages[form] = len(cells) // 256
    codes = [ord(character) for character in text]
    assert [*form] == [
        code if code < 128 else form_of_page[code >> 8][code & 0xFF] for code in codes
    ]
    expected = form_of(data)
    assert len(expected) == len(text)
    if text.isascii():
        assert expected is data


@both
@pytest.mark.parametrize(
    "data",
    [
        b"\x80",
        b"a\xc3",
        b"\xc0\xaf",
        b"\xe0\x80\xaf",
        b"\xf0\x80\x80\xaf",
        b"\xf4\x90\x80\x80",
        b"\xf8\x88\x80\x80\x80",
        b"\xe2\x82",
        b"\xe2\x28\xa1",
    ],
)
def test_what_is_not_utf_8_has_no_form(load, data):
    kernel = load("plain_forms")
    pages = array("H", [1]) * 0x1100
    with pytest.raises(ValueError, match="not UTF-8"):
        kernel.plain_form(data, pages, bytes(256))
    with pytest.raises(ValueError, match="not UTF-8"):
        form_of(data)


@both
def test_tables_of_forms_that_do_not_fit_are_refused(load):
    kernel = load("plain_forms")
    with pytest.raises(ValueError, match="each page"):
        kernel.plain_form(b"a", array("H", [1]), bytes(256))
    with pytest.raises(ValueError, match="fit together"):
        kernel.plain_form("é".encode(), array("H", [2]) * 0x1100, bytes(256))


PARAGRAPH_PIECES = ("One. ", "two\n", "\n", "\n\n", " \r\n", "\u2029", " ", "\u2003", "\x1c", "é")


@both
@given(st.lists(st.sampled_from(PARAGRAPH_PIECES), max_size=12).map("".join))
@example("\n\u2029\n a\n \u2029 b")
def test_paragraphs_are_parted_by_blank_lines(load, text):
    rules = load("sentences").SentenceRules(array("Q"), lambda _: False)
    form = form_of(text.encode())
    blanks = [blank.span() for blank in re.finditer(r"\n\s*\n|\u2029", text)]
    begins = [0, *(end for _, end in blanks)]
    ends = [*(start for start, _ in blanks), len(text)]
    assert [*rules.paragraph_starts(form)] == begins
    expected = [
        span
        for begin, end in zip(begins, ends, strict=True)
        for span in rules.sentences(form, begin, end)
    ]
    assert rules.spans(form) == expected
    assert [*rules.starts(form)] == [start for start, _ in expected]
    ink = len(text) - len(text.lstrip())
    assert rules.lead_end(form) == next((start for start, _ in blanks if start >= ink), len(text))


@both
@given(
    st.lists(
        st.sampled_from(("One. ", "。", "！", "」", ")", "’", "“", " ", "铁", "a")), max_size=14
    )
)
def test_an_ideographic_stop_ends_a_sentence_with_what_closes_it(load, pieces):
    text = "".join(pieces)
    rules = load("sentences").SentenceRules(array("Q"), lambda _: False)
    form = form_of(text.encode())
    expected = []
    for start, end in rules.spans(form.replace(b"\x80", b"_")):
        begin = start
        for stop in re.finditer("[。！]+[」)’]*", text[start:end]):
            expected.append((begin, start + stop.end()))
            begin = start + stop.end()
        expected.append((begin, end))
    trimmed = [
        (
            start + len(text[start:end]) - len(text[start:end].lstrip()),
            start + len(text[start:end].rstrip()),
        )
        for start, end in expected
        if text[start:end].strip()
    ]
    assert rules.spans(form) == trimmed
