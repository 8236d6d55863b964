from __future__ import annotations

import pytest

from searchlib.snippets import Snippet


def snippet(text, *marks):
    return Snippet("body", text, 0, len(text), marks)


def test_html_escapes_text_and_marks():
    assert snippet("""<b> & "it's" </mark>""", (0, 3), (6, 12)).html() == (
        "<mark>&lt;b&gt;</mark> &amp; <mark>&quot;it&#x27;s&quot;</mark> &lt;/mark&gt;"
    )


def test_html_marks_with_the_element_asked_for():
    assert snippet("horses", (0, 6)).html("em") == "<em>horses</em>"
    assert snippet("horses", (0, 6)).html("x-hit") == "<x-hit>horses</x-hit>"


@pytest.mark.parametrize(
    "tag",
    ["", "b ", "b onclick=x", "1b", "<b>", "b/", "-b", "b\n", "\u00e9m", "script", "STYLE", "br"],
)
def test_html_refuses_what_is_not_an_element_for_text(tag):
    with pytest.raises(ValueError, match="cannot mark text"):
        snippet("horses").html(tag)


def test_html_has_no_character_that_html_forbids():
    text = "a\x00b\x0bc\x1bd\x7fe\x85f\ufdd0g\ufffeh\U0010ffffi\ud800j"
    assert (
        snippet(text).html() == "a\ufffdb\ufffdc\ufffdd\ufffde\ufffdf\ufffdg\ufffdh\ufffdi\ufffdj"
    )
    assert snippet("a\tb\nc\rd\x0ce").html() == "a\tb\nc\rd\x0ce"


def test_ansi_marks_in_bold():
    assert snippet("bay horses ran", (4, 10)).ansi() == "bay \x1b[1mhorses\x1b[22m ran"


def test_ansi_is_one_line():
    assert snippet("a\nb\r\nc\td\x0be\x0cf\u2028g\u2029h\x85i\rj").ansi() == "a b c d e f g h i j"


def test_ansi_lets_nothing_of_the_article_command_the_terminal():
    text = "a\x1b[31mb\x9bc\x07d\x7fe\u202ef\u2066g\x00\ud800"
    assert snippet(text, (1, 2)).ansi() == (
        "a\x1b[1m\ufffd\x1b[22m[31mb\ufffdc\ufffdd\ufffde\ufffdf\ufffdg\ufffd\ufffd"
    )


def test_ansi_keeps_what_scripts_and_emoji_need():
    text = "\u05d0\u200f! \U0001f468\u200d\U0001f469 \u0646\u200c\u0647"
    assert snippet(text).ansi() == text


def test_plain_is_the_text():
    assert snippet("a\nb <c>", (0, 1)).plain() == "a\nb <c>"
