"""Lines for people: how wide they are, where they break, what is marked in them."""

from __future__ import annotations

import io
import sys

import pytest

from searchlib.cli.terminal import (
    Style,
    cells,
    complain,
    cut,
    is_terminal,
    output_style,
    wrapped,
)

PLAIN = Style(20, colour=False)
COLOUR = Style(20, colour=True)


def lines(text: str, *marked: str, style: Style = PLAIN, indent: int = 0) -> list[str]:
    marks = tuple((text.index(each), text.index(each) + len(each)) for each in marked)
    return list(wrapped(text, marks, style, indent))


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("abc", 3),
        ("\u00e9\u2026\u20ac", 3),
        ("\u99ac", 2),
        ("e\u0301", 1),
        ("a\u99acb", 4),
    ],
)
def test_how_many_cells_a_text_fills(text, count):
    assert cells(text) == count


@pytest.mark.parametrize(
    ("text", "most", "short"),
    [("abc", 3, "abc"), ("abcd", 3, "ab\u2026"), ("", 0, ""), ("ab", 1, "\u2026")],
)
def test_a_text_is_cut_to_so_many_characters_with_the_dots(text, most, short):
    assert cut(text, most) == short


def test_lines_break_at_spaces_and_are_indented():
    text = "one two three four five six"
    assert lines(text) == ["one two three four", "five six"]
    assert lines(text, indent=4) == ["    one two three", "    four five six"]
    assert lines(" a \n\t b ") == ["a b"]
    assert lines("") == lines(" \n") == []


def test_a_line_that_just_fits_is_not_broken():
    assert lines("x" * 10 + " " + "y" * 9) == ["x" * 10 + " " + "y" * 9]
    assert lines("x" * 10 + " " + "y" * 10) == ["x" * 10, "y" * 10]


def test_a_word_that_is_wider_than_the_line_is_broken_between_characters():
    assert lines("x" * 25) == ["x" * 20, "x" * 5]
    assert lines("\u99ac" * 12) == ["\u99ac" * 10, "\u99ac" * 2]


def test_indents_leave_room_for_ten_cells():
    assert lines("one two three", indent=40) == [" " * 40 + each for each in ("one two", "three")]


def test_marks_take_cells_where_they_are_letters_and_none_where_they_are_colours():
    text = "the white horses ran"
    assert lines(text, "horses") == ["the white **horses**", "ran"]
    assert lines(text, "horses", style=COLOUR) == ["the white \x1b[1;33mhorses\x1b[22;39m ran"]


def test_the_space_in_a_mark_belongs_to_it_and_a_mark_goes_on_in_the_next_line():
    wide = Style(40, colour=False)
    assert lines("a white horse", "white horse", style=wide) == ["a **white horse**"]
    assert lines("white horse", "white", "horse", style=wide) == ["**white** **horse**"]
    assert lines("one two white horses", "white horses") == ["one two **white**", "**horses**"]
    assert lines("unmarkable", "mark") == ["un**mark**able"]


def test_nothing_that_a_terminal_obeys_gets_through():
    assert lines("a\x1b[2Jb \u202ec", "[2J") == ["a\ufffd**[2J**b \ufffdc"]


def test_styles():
    assert COLOUR.bold("a") == "\x1b[1ma\x1b[22m"
    assert COLOUR.dim("a") == "\x1b[2ma\x1b[22m"
    assert COLOUR.bold("") == COLOUR.dim("") == ""
    assert PLAIN.bold("a") == PLAIN.dim("a") == "a"
    assert PLAIN.mark("a") == "**a**"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "environment", "colour"),
    [
        (Terminal(), {}, True),
        (
            Terminal(),
            {"NO_COLOR": ""},
            True,
        ),  # no-color.org: "when present and not an empty string"
        (Terminal(), {"NO_COLOR": "0"}, False),
        (Terminal(), {"TERM": "dumb"}, False),
        (io.StringIO(), {}, False),
    ],
)
def test_colour_is_for_terminals_that_want_it(monkeypatch, stream, environment, colour):
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stdout", stream)
    assert output_style().colour is colour


@pytest.mark.parametrize(("columns", "width"), [("100", 100), ("20", 20), ("3", 20), ("", 80)])
def test_the_width_is_that_of_the_environment_and_20_at_least(monkeypatch, columns, width):
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setattr(sys, "__stdout__", io.StringIO())  # no terminal that has a width
    assert output_style().columns == width


def test_a_stream_that_is_closed_is_no_terminal():
    stream = Terminal()
    assert is_terminal(stream)
    closed = io.StringIO()
    closed.close()
    assert not is_terminal(closed)


def test_complaints_keep_their_lines_and_nothing_that_a_terminal_obeys(capsys):
    complain("one\ntwo", "th\x1b[2Jree\r")
    assert capsys.readouterr().err == "one\ntwo\nth\ufffd[2Jree \n"
