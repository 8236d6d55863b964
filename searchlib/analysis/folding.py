"""Fold the spellings of a word to one form: case, accents, widths, digits, Arabic letters."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

__all__ = ["bounded_marks", "fold", "fold_word"]

_MAX_MARKS: Final = 30
"""Maximum number of combining marks on a letter, to bound the time of normalization.

Python sorts the marks of a letter in quadratic time: a letter with 200,000 marks takes 20 s. The
Stream-Safe Text Format of Unicode (UAX 15) allows 30.
"""

_UNCHECKED_CHARS: Final = 1024
"""Maximum length of a text whose marks are not counted: normalizing it is fast in any case."""

# Letters that Unicode does not decompose, and the simpler letters that people type for them.
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
        # Arabic letters as people type them, from Lucene's ArabicNormalizer and PersianNormalizer
        "ٱ": "ا",
        "ة": "ه",
        "ى": "ي",
        "ی": "ي",
        "ک": "ك",
        "ـ": None,  # tatweel: it only stretches a word
        # Variation selectors: they choose another glyph of the same character.
        **dict.fromkeys(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))),
    }
)


def fold_word(text: str) -> str:
    """Return the folded word: NFKC, full case folding (ß is ss), no accents, digits 0 to 9.

    Accents are removed from Latin and Greek letters, and points from Hebrew and Arabic letters. ё
    becomes е, but й does not become и. The marks of other scripts stay, because they are vowels.
    Invisible characters (soft hyphen, joiners) are removed. Folding a folded word changes nothing.

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
    """Return ``text`` with at most 30 marks a letter. Up to 1,024 characters it is unchanged."""
    if len(text) <= _UNCHECKED_CHARS:
        return text
    bounded = []
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= _MAX_MARKS:
            bounded.append(character)
    return "".join(bounded)


def _fold_once(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS)
    folded: list[str] = []
    script = ""
    for character in unicodedata.normalize("NFD", text):
        category = unicodedata.category(character)
        if category == "Mn":
            if script in _UNMARKED_SCRIPTS or (script == "CYRILLIC" and folded[-1] == "е"):
                continue
        elif category == "Cf":
            continue
        else:
            script = _script(character)
            if category == "Nd":
                character = str(unicodedata.decimal(character))  # noqa: PLW2901
        folded.append(character)
    return unicodedata.normalize("NFC", "".join(folded))


_UNMARKED_SCRIPTS: Final = frozenset({"LATIN", "GREEK", "HEBREW", "ARABIC"})
"""Scripts whose letters lose their marks."""


@lru_cache(4096)
def _script(character: str) -> str:
    return unicodedata.name(character, "").partition(" ")[0]


def fold(text: str) -> str:
    r"""Return a folded value of several words, with one space between two words.

    >>> fold("  São  Paulo\nDesk ")
    'sao paulo desk'
    """
    return " ".join(fold_word(text).split())
