"""The characters of a query: chunks, phrases and escapes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchlib.query.reading.scanner import CLOSING, Chunk, Scanner


def chunks(query: str) -> list[Chunk]:
    scanner = Scanner(query)
    found = []
    scanner.skip_space()
    while not scanner.ended:
        found.append(scanner.chunk())
        scanner.skip_space()
    return found


@pytest.mark.parametrize(
    ("query", "texts"),
    [
        ("horses", ["horses"]),
        ("white horses", ["white", "horses"]),
        ("a\t\n\u3000b", ["a", "b"]),
        ("a(b)c", ["a", "(", "b", ")", "c"]),
        ('a"b', ["a", '"', "b"]),
        ("headline:a", ["headline:a"]),
        ("a\\ b c", ["a b", "c"]),
        ("\\(a\\)", ["(a)"]),
        ("a\\\\b", ["a\\b"]),
        ("a\\", ["a"]),
        ("\\", [""]),
    ],
)
def test_chunks(query, texts):
    assert [chunk.text for chunk in chunks(query)] == texts


def test_a_chunk_knows_its_place_and_its_escapes():
    first, second = chunks("a\\*b* \\:c:")
    assert (first.text, first.start, first.end, first.escaped) == ("a*b*", 0, 5, {1})
    assert (second.text, second.start, second.end, second.escaped) == (":c:", 6, 10, {0})
    assert first.find("*?") == 3
    assert second.find(":") == 2
    assert second.find("*") == -1


def test_a_part_of_a_chunk_keeps_its_escapes():
    chunk = Chunk("a*b*c", frozenset({1, 3}), 10, 17)
    assert chunk.part(2, 5) == Chunk("b*c", frozenset({1}), 10, 17)
    assert chunk.part(0, 1).escaped == frozenset()


@pytest.mark.parametrize(
    ("query", "text", "closed", "rest"),
    [
        ('"a b" c', "a b", True, " c"),
        ('"a b', "a b", False, ""),
        ('""', "", True, ""),
        ('"', "", False, ""),
        ('"a \\" b"c', 'a " b', True, "c"),
        ('"a\\\\"b', "a\\", True, "b"),
        ('"a\\', "a", False, ""),
        ("“a”b", "a", True, "b"),
        ('“a"b', "a", True, "b"),
        ('"a”b"', "a”b", True, ""),
        ("„a“b", "a", True, "b"),
        ("”a”b", "a", True, "b"),
        ("«a»b", "a", True, "b"),
        ("»a«b", "a", True, "b"),
        ("«a“b»", "a“b", True, ""),
    ],
)
def test_phrases(query, text, closed, rest):
    scanner = Scanner(query)
    assert scanner.phrase() == (text, closed)
    assert scanner.query[scanner.at :] == rest


def test_brackets():
    scanner = Scanner("[2022 TO 2023} x")
    assert scanner.bracketed() == "[2022 TO 2023}"
    assert scanner.peek(2) == " x"
    assert Scanner("[2022 TO").bracketed() == "[2022 TO"


def test_looking_ahead_reads_nothing():
    scanner = Scanner("ab")
    assert (scanner.peek(), scanner.peek(2), scanner.peek(9), scanner.at) == ("a", "ab", "ab", 0)
    assert not scanner.accept("b")
    assert scanner.at == 0
    assert scanner.accept("ab")
    assert (scanner.at, scanner.ended, scanner.peek()) == (2, True, "")


@given(st.text(st.sampled_from('ab \t()"“”„«»\\:*')))
def test_chunks_cover_all_but_the_space_between_them(query):
    previous = 0
    for chunk in chunks(query):
        assert not query[previous : chunk.start].strip()
        assert chunk.start < chunk.end
        previous = chunk.end
    assert not query[previous:].strip()


@given(st.text(min_size=1))
def test_a_chunk_of_escaped_characters_is_all_of_them(text):
    (chunk,) = chunks("".join(f"\\{character}" for character in text))
    assert chunk.text == text
    assert chunk.escaped == set(range(len(text)))


@given(
    st.sampled_from(sorted(CLOSING)), st.text() | st.text(st.sampled_from('a "“”„«»\\')), st.text()
)
def test_a_phrase_is_what_stands_before_the_quote_that_closes_it(opening, text, rest):
    for closing in CLOSING[opening]:
        inner = "".join(f"\\{c}" if c in f"\\{CLOSING[opening]}" else c for c in text)
        scanner = Scanner(opening + inner + closing + rest)
        assert scanner.phrase() == (text, True)
        assert scanner.query[scanner.at :] == rest
