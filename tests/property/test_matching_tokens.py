"""Some tokens of a text, found without its other words, are those that the analyzer gives."""

from __future__ import annotations

from array import array
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from searchlib.analysis import get_analyzer
from searchlib.analysis.matching_tokens import (
    _ANALYZERS_KEEPING_BEGINNINGS,
    TokenFinder,
    Wanted,
    token_finder,
    wanted_places,
)
from searchlib.kernels.analysis.locating import BEGINNINGS, KeySearch, PlaceTable

pytestmark = pytest.mark.kernels

ANALYZERS = ("english", "plain", "exact", "french")

PIECES = (
    *"abCXs15.,'&%$+@#_-/() \n\t\"",
    *("\u2019", "\u02bc", "\u201c", "\u201d", "\u2014", "\u2026", "\xa0", "\xab", "\xbb", "\xad"),
    *("\u3001", "\u3002", "\u94c1\u8def", "\uae30\ucc28", "\u0301", "e\u0301", "\u200d", "\u24b6"),
    *("é", "ß", "\u0416", "\u0663", "½", "²", "\U0001f600", "\ud800", "\x85", "\u2028", "\x1c"),
    *("horses", "Horse", "trains", "train's", "trains' ", "train\u2019s", "rail", "Rails. "),
    *("U.S.", "p.m. ", "N.A.T.O.", "1,234.5", "3.5%", "$584,302", ".5", "5.", "1.2.3", "AT&T"),
    *("O'Brien's", "l'homme ", "l\u2019homme", "we'll ", "C++", "C#", "R&D", "@name", "#tag"),
    *("x" * 64, "x" * 65, "\u0416" * 40, "a@b.example", "_@x", "'tis ", "said... ", "no.,"),
)
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=30).map("".join)


def check(finder, name, text, terms, words):
    wanted = Wanted(dict.fromkeys(terms, 0), dict.fromkeys(words, 1))
    expected = wanted_places(get_analyzer(name).tokens(text), wanted)
    places = finder.places(text, wanted)
    assert rows(places) == rows(expected)
    assert list(places[2::4]) == sorted(places[2::4])


def rows(places):
    """Give the tokens; which of two of one position comes first says nothing."""
    return sorted(zip(*[iter(places)] * 4, strict=True), key=lambda row: (row[2], row))


@pytest.mark.parametrize("name", ANALYZERS)
@given(text=texts, data=st.data())
@example(text="U.S. trains\u2019 \u201ctrain\u201d l\u2019homme", data=None)
def test_they_are_those_of_the_analyzer(name, text, data):
    finder = token_finder(get_analyzer(name))
    tokens = get_analyzer(name).tokens(text)
    every = {token.term for token in tokens}
    check(finder, name, text, every, ())
    if data is None or not tokens:
        return
    check(finder, name, text, data.draw(st.sets(st.sampled_from(sorted(every)))), {"absent"})
    words = data.draw(st.sets(st.sampled_from(sorted({token.word for token in tokens}))))
    check(finder, name, text, {"absent"}, words)


@given(text=st.text())
def test_any_text(text):
    for name in ANALYZERS:
        tokens = get_analyzer(name).tokens(text)
        check(token_finder(get_analyzer(name)), name, text, {token.term for token in tokens}, ())


def test_what_is_remembered_is_thrown_away_when_it_is_too_much(monkeypatch):
    monkeypatch.setattr("searchlib.analysis.matching_tokens._MAX_KEYS", 3)
    finder = TokenFinder(get_analyzer("english"))
    for text in ("one two three", "four five six seven", "one trains", "trains", ""):
        check(finder, "english", text, {"train", "one", "seven"}, ())


def test_a_table_of_many_keys():
    finder = TokenFinder(get_analyzer("english"))
    text = " ".join(f"w{number} {'é' * (number % 300)}" for number in range(5000))
    check(finder, "english", text, {f"w{number}" for number in range(0, 5000, 7)}, {"eee"})
    check(finder, "english", text, {"w4999"}, ())


def test_a_text_without_white_space_is_left_to_the_analyzer():
    finder = TokenFinder(get_analyzer("english"))
    check(finder, "english", "a-train's," * 60_000, {"train"}, ())


def test_what_fails_is_not_remembered(monkeypatch):
    analyzer = get_analyzer("english")
    finder = TokenFinder(analyzer)

    def fail(_):
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr(analyzer, "stem", fail)
        with pytest.raises(MemoryError):
            finder.places("trains", Wanted({"train": 0}, {}))
    check(finder, "english", "trains", {"train"}, ())


ENDINGS = ("", "s", "es", "ies", "ied", "ed", "ing", "ingly", "ly", "ation", "ness", "eed", "ity")


@pytest.mark.parametrize("name", sorted(_ANALYZERS_KEEPING_BEGINNINGS))
@given(st.from_regex(r"[a-z0-9]{1,5}", fullmatch=True), st.sampled_from(ENDINGS))
@example("d", "ying")
@example("a", "ing")
def test_terms_begin_as_their_words_do(name, beginning, ending):
    word = beginning + ending
    term = get_analyzer(name).stem(word)
    assert term[0] == word[0]
    assert len(term) == 1 or term[1] == word[1] or (term[1] == "i" and word[1] == "y")


def test_what_does_not_fit_together_is_refused():
    none, beginnings = array("q"), bytes(BEGINNINGS)
    for arguments in ((b"", none), (beginnings, none + array("q", [1]))):
        with pytest.raises(ValueError, match="each pair of letters"):
            KeySearch(*arguments)
    for rows in ([-1, 0, 0, 1, 0], [1, 0, 0, 1, 0, 0, 0, 0, 1, 0]):
        with pytest.raises(ValueError, match="not in order"):
            KeySearch(beginnings, array("q", rows))
    table = PlaceTable(True)
    everything = b"\x01" * BEGINNINGS
    with pytest.raises(ValueError, match="not known"):
        table.places(KeySearch(everything, array("q", [0, 0, 0, 1, 0])))
    assert table.scan(b"a train a", KeySearch(everything, none)) == 2
    with pytest.raises(ValueError, match="not known"):
        table.places(KeySearch(everything, none))
    with pytest.raises(ValueError, match="as many keys"):
        table.learn(array("I", [1, 1, 1]))
    table.learn(array("I", [1, 1]))
    assert list(table.places(KeySearch(everything, array("q", [1, 0, 0, 5, 7])))) == [2, 7, 1, 7]


def test_many_threads_find_what_one_finds():
    texts = [f"{'train ' * (n % 7)} w{n} O'Brien{n} {'é' * (n % 3)} horses" for n in range(300)]
    wanted = [Wanted({"train": 0, f"w{n}": 1}, {"horses": 2}) for n in range(20)]
    tokens = get_analyzer("english").tokens
    finder = TokenFinder(get_analyzer("english"))

    def check_one(n):
        for text in texts[n % 50 :: 3]:
            found = finder.places(text, wanted[n % 20])
            assert rows(found) == rows(wanted_places(tokens(text), wanted[n % 20]))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(check_one, range(60)))
