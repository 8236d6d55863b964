"""Find the offsets at which a text may be cut without splitting a character as a reader sees it.

The boundaries are a subset of those of Unicode Standard Annex 29 (extended grapheme clusters), so a
cluster is never split. Some of the annex's rules need tables that the standard library lacks. There
two clusters may be taken for one: anything after a zero-width joiner, and a letter after a virama,
stays with the characters before it. This makes no visible difference to a passage of 240
characters.

The regex package has the exact rules, but at each regional indicator it counts from the start of
the run: 8,000 flags take 0.1 s, and 100,000 flags half a minute.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

__all__ = ["MAX_CLUSTER_CHARS", "Graphemes"]

MAX_CLUSTER_CHARS: Final = 256
"""Maximum length of a character, to bound a look-up. A longer pile of marks is cut.

The Stream-Safe Text Format of Unicode (UAX 15) allows 30 marks in a row.
"""

_VIRAMA: Final = 9
# Below U+0300 each code point is one character, except CR LF.
_ALWAYS_APART: Final = re.compile(r"[\0-\x0c\x0e-\u02ff]*")
_BREAKS_ALWAYS: Final = frozenset({"Cc", "Zl", "Zp"})
# Unassigned code points (Cn) may be marks or emoji of a newer Unicode than Python's.
_EXTENDS: Final = frozenset({"Mn", "Mc", "Me", "Cn"})
_EXTENDS_TOO: Final = re.compile(
    "[\u200c\u200d\uff9e\uff9f\u0e33\u0eb3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f"
    # Hangul vowels and final consonants, and the vowels of Kirat Rai
    "\u1160-\u11ff\ud7b0-\ud7fb\U00016d63\U00016d67-\U00016d6a]"
)
# The zero-width joiner, the class Prepend of UAX 29, and joiners of scripts newer than Python's
# Unicode data
_JOINS_NEXT: Final = re.compile(
    "[\u200d\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u0d4e\u1cf5\u1cf6\U000110bd\U000110cd"
    "\U000111c2\U000111c3\U000113d0\U000113d1\U0001193f\U00011941\U00011a3a\U00011a84-\U00011a89"
    "\U00011d46\U00011f02\U00011f42]"
)
_HANGUL_INITIAL: Final = re.compile("[\u1100-\u115f\ua960-\ua97c]")
_HANGUL_AFTER_INITIAL: Final = re.compile("[\u1100-\u11ff\ua960-\ua97c\uac00-\ud7fb]")
_FLAG: Final = re.compile("[\U0001f1e6-\U0001f1ff]")


class Graphemes:
    """The characters of one text as a reader sees them. Offsets are in code points.

    A look-up takes a few comparisons, and at most as many as one character has code points. A run
    of regional indicators is measured once.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        # Before this offset each code point is one character.
        if text.isascii():
            carriage_return = text.find("\r")
            self.simple_up_to = carriage_return if carriage_return >= 0 else len(text)
        else:
            apart = _ALWAYS_APART.match(text)
            self.simple_up_to = apart.end() if apart else 0
        self._flag_run = range(0)

    def floor(self, offset: int) -> int:
        """Return the start of the character that contains ``offset``."""
        for start in range(offset, max(offset - MAX_CLUSTER_CHARS, 0), -1):
            if not self._is_inside(start):
                return start
        return offset if offset > MAX_CLUSTER_CHARS else 0

    def ceil(self, offset: int) -> int:
        """Return the end of the character that ``offset`` splits; ``offset`` if it splits none."""
        for end in range(offset, min(offset + MAX_CLUSTER_CHARS, len(self._text))):
            if not self._is_inside(end):
                return end
        return offset if offset + MAX_CLUSTER_CHARS < len(self._text) else len(self._text)

    def _is_inside(self, offset: int) -> bool:
        """Return whether the code points before and after ``offset`` are one character."""
        if offset < self.simple_up_to or not 0 < offset < len(self._text):
            return False
        before, after = self._text[offset - 1], self._text[offset]
        if before < "\u0300" > after:
            return before == "\r" and after == "\n"
        kind = unicodedata.category(after)
        if kind in _BREAKS_ALWAYS or unicodedata.category(before) in _BREAKS_ALWAYS:
            return False
        return bool(
            kind in _EXTENDS
            or _EXTENDS_TOO.match(after)
            or _JOINS_NEXT.match(before)
            or (_HANGUL_INITIAL.match(before) and _HANGUL_AFTER_INITIAL.match(after))
            or (_FLAG.match(after) and self._flags_before(offset) % 2)
            or (kind == "Lo" and self._after_virama(offset))
        )

    def _flags_before(self, offset: int) -> int:
        """Return the number of regional indicators before ``offset``. Two of them are a flag."""
        if offset not in self._flag_run:
            start, end = offset, offset
            while start and _FLAG.match(self._text, start - 1):
                start -= 1
            while _FLAG.match(self._text, end):
                end += 1
            self._flag_run = range(start, end)
        return offset - self._flag_run.start

    def _after_virama(self, offset: int) -> bool:
        for before in range(offset - 1, max(offset - MAX_CLUSTER_CHARS, -1), -1):
            mark = self._text[before]
            if unicodedata.combining(mark) == _VIRAMA:
                return True
            if unicodedata.category(mark) not in _EXTENDS and not _EXTENDS_TOO.match(mark):
                return False
        return False
