"""Different spellings of one word to one form: case, accents, widths, digits, Arabic letters."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

__all__ = ["bounded_marks", "fold", "fold_word"]

# Python sorts the marks of a letter in quadratic time: 20 s for a letter with 200,000 of them.
# Thirty are what Unicode allows (UAX 15, Stream-Safe Text Format); no shorter text is looked at.
_MOST_MARKS: Final = 30
_MANY_CHARS: Final = 1024

# Letters that are no base letter with an accent in Unicode, but are typed as one.
_LETTERS: Final = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ħ": "h",
        "ı": "i",
        "ŧ": "t",
        "’": "'",
        "ʼ": "'",
        "＇": "'",
        # Arabic: as people type it, after Lucene's ArabicNormalizer and PersianNormalizer.
        "ٱ": "ا",
        "ة": "ه",
        "ى": "ي",
        "ی": "ي",
        "ک": "ك",
        "ـ": None,  # tatweel, which only stretches a word
        # Variation selectors, which ask for another glyph of the same character.
        **dict.fromkeys(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))),
    }
)


def fold_word(text: str) -> str:
    """Fold a word: NFKC, full case folding (ß is ss), accents off, digits to 0-9.

    Accents come off Latin and Greek letters, points off Hebrew and Arabic ones; ё is е, but й is
    not и. In other scripts marks are vowels and stay. Invisible characters (soft hyphen, joiners)
    are dropped. Folding twice changes nothing more.

    >>> [fold_word(word) for word in ("Straße", "Čapek", "Ёлка", "ＡＢＣ", "٣")]
    ['strasse', 'capek', 'елка', 'abc', '3']
    """
    if text.isascii():
        return text.lower()
    text = bounded_marks(text)
    while (folded := _fold_once(text)) != text:
        text = folded
    return folded


def bounded_marks(text: str) -> str:
    """Return ``text`` without the marks of a letter after its thirtieth, where it is very long."""
    if len(text) <= _MANY_CHARS:
        return text
    kept = []
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= _MOST_MARKS:
            kept.append(character)
    return "".join(kept)


def _fold_once(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS)
    kept: list[str] = []
    script = ""
    for character in unicodedata.normalize("NFD", text):
        category = unicodedata.category(character)
        if category == "Mn":
            if script in _MARKS_OFF or (script == "CYRILLIC" and kept[-1] == "е"):
                continue
        elif category == "Cf":
            continue
        else:
            script = _script(character)
            if category == "Nd":
                character = str(unicodedata.decimal(character))  # noqa: PLW2901
        kept.append(character)
    return unicodedata.normalize("NFC", "".join(kept))


_MARKS_OFF: Final = frozenset({"LATIN", "GREEK", "HEBREW", "ARABIC"})


@lru_cache(4096)
def _script(character: str) -> str:
    return unicodedata.name(character, "").partition(" ")[0]


def fold(text: str) -> str:
    r"""Fold a whole value, with runs of white space as one space and none at the ends.

    >>> fold("  São  Paulo\nDesk ")
    'sao paulo desk'
    """
    return " ".join(fold_word(text).split())
