"""Analysis of any text: where tokens stand, and that what is typed is found again."""

from __future__ import annotations

import itertools
import re
import time
import unicodedata

import pytest
import regex
from hypothesis import example, given
from hypothesis import strategies as st

from searchlib.analysis import (
    fold,
    get_analyzer,
    is_ideographic,
    known_analyzers,
)
from searchlib.analysis.folding import fold_word
from searchlib.analysis.sentences import sentence_spans
from searchlib.analysis.stemming import LANGUAGES, stemmer
from searchlib.analysis.tokenizer import (
    _latin_words,
    _tokenizer,
    split_ideographs,
    word_spans,
)

# Pieces that break what is careless: all that the tokenizer looks at, and what composes.
PIECES = (
    *("a", "B", "s", "S", "x", "é", "e\u0301", "İ", "ß", "ﬁ", "ﷺ", "ǅ", "K", "l", "qu", "ll", "d"),
    *("Ё", "й", "и\u0306", "Σ", "ς", "ᾳ\u0345", "א\u05b0", "م\u0651", "ـ", "क\u094d", "ไ\u0e49"),
    *("1", "23", "456", "٣", "²", "½", "Ⅷ", "①", "ⓐ", ".", ",", "%", "$", "€", "&", "+", "++", "#"),
    *(
        "@",
        "_",
        "‿",
        "＿",
        "'",
        "’",
        "ʼ",
        "＇",
        "-",
        "/",
        " ",
        "\n",
        "\u00a0",
        "=",
        "≠",
        "`",
        "\u1fef",
    ),
    *(
        "\u0301",
        "\u0327",
        "\u0338",
        "\u0344",
        "\u00ad",
        "\u200b",
        "\u200d",
        "\ufe0f",
        "\ufeff",
        "\x00",
    ),
    *("北", "京", "々", "葛\U000e0100", "豈", "が", "か\u3099", "ﾊ", "ﾞ", "ー", "。", "𠀀"),
    *(
        "기",
        "가",
        "각",
        "\u1100",
        "\u1161",
        "\u11a8",
        "\u11c3",
        "\u115f",
        "\u302e",
        "ㄱ",
        "\ua960",
        "\ud7cb",
    ),
    *("😀", "👨\u200d👩", "❤\ufe0f", "U.S.", "$5", "C++", "O'Brien"),
)
TEXTS = st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
NAMES = st.sampled_from(known_analyzers())


@given(NAMES, TEXTS)
@example("plain", "ʼ")
@example("plain", "@ʼ")
@example("exact", "\u200d")
@example("exact", "\ufe0f")
def test_tokens_stand_in_the_text_in_order(name, text):
    tokens = get_analyzer(name).tokens(text)
    position = -1
    previous = 0
    for token in tokens:
        assert 0 <= token.start_char < token.end_char <= len(text)
        assert token.position - position in {0, 1}
        if token.position > position:
            assert token.start_char >= previous
            previous = token.start_char
        position = token.position
        assert token.term
        assert token.word
        assert len(token.word) <= 256
    assert not tokens or tokens[0].position == 0
    assert len(set(tokens)) == len(tokens)


@given(NAMES, TEXTS)
def test_at_each_position_the_first_token_covers_the_others(name, text):
    whole = {}
    for token in get_analyzer(name).tokens(text):
        first = whole.setdefault(token.position, token)
        assert first.start_char <= token.start_char
        assert token.end_char <= first.end_char


@given(NAMES, TEXTS)
@example("plain", "e\u0301@name")
@example("plain", "=\u0338@name")
@example("plain", "=\u0338 b")
@example("plain", "=\u0338U.S.")
@example("plain", "a\u00e9'abc")
@example("plain", "a\u00e9&abc")
@example("plain", "a.e\u0301b")
@example("plain", "A&B's\u0301")
@example("plain", "가\u11a8")
@example("plain", "각\u302e")
@example("plain", "각\u11a8")
@example("plain", "각\u1161")
@example("plain", "가\u11c3")
def test_composed_and_decomposed_text_have_the_same_terms(name, text):
    found = {
        tuple((token.term, token.word, token.position) for token in get_analyzer(name).tokens(form))
        for form in (text, *(unicodedata.normalize(form, text) for form in ("NFC", "NFD")))
    }
    assert len(found) == 1


@given(TEXTS)
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)
    assert fold_word(fold_word(text)) == fold_word(text)


@given(NAMES, TEXTS)
def test_the_words_of_a_query_are_words_of_the_same_text(name, text):
    analyzer = get_analyzer(name)
    asked = analyzer.query_tokens(text)
    found = analyzer.tokens(text)
    assert set(asked) <= set(found)
    positions = [token.position for token in asked]
    assert positions == sorted(set(positions))
    # No position is left out but that of the last character of a run.
    left_out = {token.position for token in found} - set(positions)
    for token in found:
        if token.position in left_out:
            assert is_ideographic(text[token.start_char])
            assert token.position > 0


@given(NAMES, TEXTS)
@example("french", "l'd'homme")
@example("english", "O's's")
@example("plain", "北U.S.")
@example("plain", "用C++写")
@example("plain", "x@name")
@example("plain", "1,234,56")
def test_what_stands_in_a_text_is_found_when_it_is_typed(name, text):
    # Of a position the first token, typed as it stands there, by itself.
    analyzer = get_analyzer(name)
    found = analyzer.tokens(text)
    indexed = {(token.position, token.term) for token in found}
    for token in {token.position: token for token in reversed(found)}.values():
        typed = analyzer.query_tokens(text[token.start_char : token.end_char])
        assert typed
        for at, asked in enumerate(typed):
            assert (token.position + at, asked.term) in indexed


@given(NAMES, TEXTS, TEXTS)
def test_words_apart_do_not_change_each_other(name, left, right):
    analyzer = get_analyzer(name)
    before = analyzer.tokens(left)
    count = before[-1].position + 1 if before else 0
    offset = len(left) + 1
    after = [
        (t.term, t.word, t.position + count, t.start_char + offset, t.end_char + offset)
        for t in analyzer.tokens(right)
    ]
    assert analyzer.tokens(left + "\n" + right) == before + after


@given(TEXTS)
@example("A.²")
@example("H₂O ⓐ ‿a‿ \u0301a \u200da")
@example("A&B's\u0301 a.e\u0301b C#\u0301 C#² \u0301U.S. \u0301@a")
def test_both_engines_that_nltk_uses_find_the_same_words(text):
    # The one knows newer characters than the other.
    text = "".join(c for c in text if unicodedata.category(c) != "Cn")
    pattern = _tokenizer()._pattern
    spans = [found.span() for found in re.finditer(pattern, text)]
    assert [found.span() for found in regex.finditer(pattern, text)] == spans
    assert list(word_spans(text)) == spans


LATIN = "".join(map(chr, (*range(0x300), *range(0x2010, 0x2028), 0x20AC)))


@given(
    st.one_of(
        st.text(st.sampled_from(LATIN)),
        TEXTS.map(lambda text: "".join(c for c in text if c in LATIN)),
        st.text(
            st.sampled_from("aBs019.,'\u2019%$&#@+_- \u201d\xe9\xad\xb2\u02bc\u20ac\n"), max_size=16
        ),
    )
)
@example("A.² H² a\u02bcb growth.üside")
def test_latin_texts_have_the_words_of_the_whole_expression(text):
    assert [found.span() for found in _latin_words().finditer(text)] == [
        *_tokenizer().span_tokenize(text)
    ]
    assert list(word_spans(text)) == [*_tokenizer().span_tokenize(text)]


def test_each_latin_character_is_taken_as_by_the_whole_expression():
    whole = _tokenizer()
    for c in LATIN:
        text = (
            f"ab{c}cd {c}a a{c} 1{c}2 {c} a{c}{c}b {c}5.5 U.{c}S. x{c}@y _{c}#t {c}.a C{c}+ 1{c}s"
        )
        spans = [found.span() for found in _latin_words().finditer(text)]
        assert spans == list(whole.span_tokenize(text)), hex(ord(c))


def test_both_engines_take_each_character_alike():
    tokens = re.compile(_tokenizer()._pattern), regex.compile(_tokenizer()._pattern)
    different = [
        hex(code)
        for code in (
            *range(0x3400),
            *range(0xA000, 0xAC00),
            *range(0xD7A4, 0xD800),
            *range(0xE000, 0x20000),
        )
        if unicodedata.category(chr(code)) != "Cn"
        if tokens[0].findall(f"a{chr(code)}b {chr(code)}")
        != tokens[1].findall(f"a{chr(code)}b {chr(code)}")
    ]
    assert different == []


@given(st.text(alphabet=st.sampled_from("".join(PIECES)), min_size=1))
def test_a_run_of_ideographs_is_split_without_gaps(run):
    spans = split_ideographs(run)
    assert spans[0][0] == 0
    assert spans[-1][1] == len(run)
    assert all(start < end for start, end in spans)
    assert all(left[1] == right[0] for left, right in itertools.pairwise(spans))


@given(st.lists(st.sampled_from((*PIECES, ". ", "! ", "?”", "\n\n", "Mr. ", "。」")), max_size=20))
def test_sentences_hold_all_but_white_space(pieces):
    text = "".join(pieces)
    spans = sentence_spans(text)
    previous = 0
    for start, end in spans:
        assert previous <= start < end <= len(text)
        assert not text[previous:start].strip()
        assert text[start:end] == text[start:end].strip()
        previous = end
    assert not text[previous:].strip()


ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyz",
    "aeiouystlnrq",  # the suffixes of most languages
    "абвгдежзийклмнопрстуфхцчшщъыьэюяіїґ",
    "ابتثجحخدذرزسشصضطظعغفقكلمنهويءآأؤإئپچژگ",
    "αβγδεζηθικλμνξοπρσςτυφχψω",
    "אבגדהוזחטיכלמנסעפצקרשתךםןףץ",
    "կաբգդეთიऄकขあ가北",
)
LETTERS = st.one_of(
    *(st.text(alphabet=alphabet, max_size=12) for alphabet in ALPHABETS),
    st.text(alphabet=st.characters(categories=["Ll", "Lu", "Lt", "Lm", "Lo"]), max_size=12),
)


@pytest.mark.parametrize("language", LANGUAGES.values())
@given(word=LETTERS)
def test_stemmers_take_any_letters(language, word):
    stem = stemmer(language)
    stemmed = stem(word)
    assert bool(stemmed) == bool(word)
    assert stem(word) == stemmed


HOSTILE = {
    "letters": "a",
    "words": "a ",
    "abbreviations": "U.",
    "abbreviation, then a word": "U.S.US",
    "thousands": ",234",
    "thousands, then a digit": "1,2345",
    "versions": "1.2.",
    "money": "$1",
    "currency": "$",
    "apostrophes": "a'",
    "letter apostrophes": "aʼ",
    "elisions": "l'",
    "possessives": "s's",
    "ampersands": "a&",
    "pluses": "+",
    "C++": "C++",
    "at signs": "@",
    "mentions": "@a",
    "marks": "\u0301",
    "marks out of order": "\u0301\u0327",
    "iota below": "\u0345\u0301",
    "joiners": "a\u200d",
    "decomposed": "e\u0301",
    "ideographs": "北",
    "ideographs with marks": "北\u0301\u0327",
    "jamo": "\u1100",
    "vowels of Hangul": "\u1161",
    "compatibility": "ﷺ",
    "full stops": ".",
    "titles": "Mr. ",
    "ellipses": "a... ",
    "numbered": "1. ",
    "exclamations": "?!)",
    "brackets": ").",
    "quotes": '"',
    "lines": "\n",
    "lines and spaces": "\n ",
    "lines and letters": "\nx",
    "spaces": " ",
    "ideographic stops": "。」",
}


@pytest.mark.parametrize("first", ["я", "a"], ids=["any", "latin"])
@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_takes_linear_time(unit, first):
    # 200 kB take 2.5 s at most, for sentences; what was quadratic took 20 s for each call. The clock is the process's own, so that other work on the machine does not count.
    text = first + unit * (200_000 // len(unit.encode()))
    started = time.process_time()
    get_analyzer("french").tokens(text)
    get_analyzer("exact").query_tokens(text)
    fold(text)
    sentence_spans(text)
    assert time.process_time() - started < 15
