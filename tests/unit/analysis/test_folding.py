"""Spellings that are one word, and spellings that are not."""

from __future__ import annotations

import unicodedata

import pytest

from searchlib.analysis import fold
from searchlib.analysis.folding import bounded_marks, fold_word


@pytest.mark.parametrize(
    ("word", "folded"),
    [
        ("Horses", "horses"),
        ("Été", "ete"),
        ("E\u0301te\u0301", "ete"),
        ("Straße", "strasse"),
        ("STRAẞE", "strasse"),
        ("İ", "i"),
        ("ı", "i"),
        ("Łódź", "lodz"),
        ("Ørsted", "orsted"),
        ("Đỗ", "do"),
        ("Þór", "thor"),
        ("Æsir", "aesir"),
        ("cœur", "coeur"),
        ("ﬁne", "fine"),
        ("ＮＥＷＳ", "news"),
        ("Ὀδυσσεύς", "οδυσσευσ"),
        ("Ёж", "еж"),
        ("е\u0308ж", "еж"),
        ("йод", "йод"),
        ("и\u0306од", "йод"),
        ("їжак", "їжак"),
        ("שָׁלוֹם", "שלום"),
        ("مُحَمَّد", "محمد"),
        ("أحمد", "احمد"),
        ("إيران", "ايران"),
        ("مدرسة", "مدرسه"),
        ("على", "علي"),
        ("ایران", "ايران"),
        ("کتاب", "كتاب"),
        ("محـــمد", "محمد"),
        ("٣٤", "34"),
        ("۳۴", "34"),
        ("३४", "34"),
        ("हिन्दी", "हिन्दी"),
        ("ไทย", "ไทย"),
        ("ﾊﾞｽ", "バス"),
        ("\u1100\u1161\u11a8", "각"),
        ("co\u00adop\u200derate", "cooperate"),
        ("O’Brien", "o'brien"),
        ("葛\U000e0100", "葛"),
        ("㎏", "kg"),
        ("", ""),
        ("\u00ad", ""),
    ],
)
def test_fold_word(word, folded):
    assert fold_word(word) == folded


@pytest.mark.parametrize(
    ("value", "folded"),
    [
        ("  São \t Paulo\nDesk ", "sao paulo desk"),
        ("Reuters", "reuters"),
        ("The\u00a0Times", "the times"),
        ("北京\u3000日報", "北京 日報"),
        (" ", ""),
    ],
)
def test_fold(value, folded):
    assert fold(value) == folded


def test_every_character_folds_to_what_folds_to_itself():
    # All of Unicode is 3 s; Han and Hangul are long, and all alike.
    for code in (*range(0x3100), *range(0xA000, 0xAC10), *range(0xF900, 0x12000)):
        character = chr(code)
        folded = fold_word(character)
        assert folded == fold_word(folded), hex(code)
        for form in ("NFC", "NFD"):
            assert fold_word(unicodedata.normalize(form, character)) == folded, hex(code)


def test_marks_are_bounded_in_very_long_words_only():
    assert bounded_marks("e" + "\u0301" * 1023) == "e" + "\u0301" * 1023
    assert bounded_marks("e" + "\u0301" * 1024 + "x") == "e" + "\u0301" * 30 + "x"
    assert fold_word("ж" + "\u0301\u0327" * 100_000) == "ж" + "\u0327" * 15 + "\u0301" * 15
    assert bounded_marks("e\u0301" * 1000) == "e\u0301" * 1000
