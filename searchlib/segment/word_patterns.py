"""What the words that a query stands for look like, as kernels/segment/word_patterns.py takes it.

planning/patterns.py makes them: of wildcards, regular expressions, and words with mistakes.
"""

from __future__ import annotations

from array import array
from typing import NamedTuple

__all__ = ["WordPattern"]


class WordPattern(NamedTuple):
    """An automaton that reads words by code points.

    Code points that it does not tell apart are one kind. For ``edits`` 0 it has places: a state is
    a set of them, of ``width`` numbers of 64 bits; from each, ``follow`` says what places may be
    next, and ``masks`` for each kind which places it may stand at. For ``edits`` 1 or 2 it is a
    word with so many mistakes, and ``masks`` says for each kind which of its letters it is.
    """

    edits: int
    width: int
    """Of a state: 1 to 5; 3 for one mistake, 5 for two."""
    start: array[int]
    """The state before the first letter, ``array('Q')``."""
    accept: array[int]
    """A state with one of these bits is that of a word that matches, ``array('Q')``."""
    follow: array[int]
    """A state for each place, ``array('Q')``."""
    ascii_kinds: array[int]
    """The kinds of the first 128 code points, ``array('H')``."""
    starts: array[int]
    """The others by ranges, each up to the next: the first is 128. ``array('I')``."""
    range_kinds: array[int]
    """The kind of each range, ``array('H')``."""
    masks: array[int]
    """``array('Q')``: a state for each kind; one number for each where there are mistakes."""
