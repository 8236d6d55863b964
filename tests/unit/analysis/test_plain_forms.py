"""What the characters of a text are to the rules of sentences."""

from __future__ import annotations

import pytest

from searchlib.analysis.plain_forms import form_of
from searchlib.kernels.analysis.sentences import (
    IDEOGRAPHIC_CLOSER,
    IDEOGRAPHIC_STOP,
    PARAGRAPH,
)

pytestmark = pytest.mark.kernels


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("", b""),
        ("a.B \n9!", b"a.B \n9!"),  # ASCII is what it is
        ("\u00e9", b"x"),
        ("\u00c9", b"X"),
        ("\u5317", b"_"),
        ("e\u0301", b"e_"),  # the accent alone
        ("\u0663", b"0"),
        ("\u00a0\u3000", b"  "),
        ("\u201cHi\u201d", b"\"Hi'"),
        ("\u00ab\u00bb", b"\"'"),
        ("\u201e\u201a", b'""'),
        ("\u2014", b"-"),
        ("\u2045\u2046", b"()"),
        ("\u2026\U0001f600", b"%%"),
        ("\u201c\u00c9. Caf\u00e9\u201d he said\u2026", b"\"X. Cafx' he said%"),
    ],
)
def test_a_byte_for_each_character(text, form):
    assert form_of(text.encode()) == form


def test_marks_of_east_asia_are_kinds_of_their_own():
    stop, closer, paragraph = form_of("\u3002\u300d\u2029".encode())
    assert (stop, closer, paragraph) == (IDEOGRAPHIC_STOP, IDEOGRAPHIC_CLOSER, PARAGRAPH)
    assert form_of("\uff01\uff1f\uff61".encode()) == bytes([IDEOGRAPHIC_STOP] * 3)
    assert form_of("\u300c".encode()) == b"%"


def test_surrogates_have_a_form_and_other_bytes_have_none():
    assert form_of("a\ud800".encode("utf-8", "surrogatepass")) == b"a%"
    for data in (b"\xff", b"a\xc3", b"\xc3a", b"\x80"):
        with pytest.raises(ValueError, match="UTF-8"):
            form_of(data)
