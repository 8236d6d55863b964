from __future__ import annotations

import pytest

from searchlib.snippets.graphemes import MAX_CLUSTER_CHARS, Graphemes


@pytest.mark.parametrize(
    "character",
    [
        "e\u0301",
        "\r\n",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467",
        "\U0001f44d\U0001f3fd",
        "\U0001f1f0\U0001f1f5",
        "\u1112\u1161\u11ab",
        "\uac00\u11a8",
        "\u0915\u094d\u0937\u093f",
        "\u0e01\u0e33",
        "1\ufe0f\u20e3",
        "\U0001f3f4\U000e0067\U000e0062\U000e007f",
        "\u0600\u0661",
    ],
)
def test_no_offset_inside_a_character_is_a_boundary(character):
    text = f"a{character}b"
    graphemes = Graphemes(text)
    end = 1 + len(character)
    for inside in range(2, end):
        assert (graphemes.floor(inside), graphemes.ceil(inside)) == (1, end)
    for boundary in (0, 1, end, end + 1):
        assert graphemes.floor(boundary) == graphemes.ceil(boundary) == boundary


def test_flags_are_pairs_counted_from_the_start_of_their_run():
    flags = Graphemes("x" + "\U0001f1f7" * 7)
    assert [flags.floor(offset) for offset in range(1, 9)] == [1, 1, 3, 3, 5, 5, 7, 8]


def test_a_line_break_begins_anew():
    assert Graphemes("a\n\u0301").floor(2) == 2


def test_letters_of_any_alphabet_stand_alone():
    for text in (
        "horses",
        "Pferde \u2019",
        "\u043a\u043e\u043d\u0438",
        "\u94c1\u8def",
        "\uae30\ucc28",
    ):
        graphemes = Graphemes(text)
        assert all(graphemes.floor(offset) == offset for offset in range(len(text) + 1))


def test_a_pile_of_marks_without_end_is_cut():
    text = "a" + "\u0301" * 100_000
    graphemes = Graphemes(text)
    assert graphemes.floor(MAX_CLUSTER_CHARS) == 0
    assert graphemes.floor(50_000) == graphemes.ceil(50_000) == 50_000
    assert graphemes.ceil(len(text) - 1) == len(text)
