"""The automata that kernels/segment/word_patterns.py runs along sorted words.

planning/patterns.py compiles wildcards, regular expressions and fuzzy words to them.
"""

from __future__ import annotations

from array import array
from typing import NamedTuple

__all__ = ["WordPattern"]


class WordPattern(NamedTuple):
    """An automaton that reads words by code points.

    A kind is a class of code points that the automaton does not distinguish. For ``edits`` 0 the
    automaton has numbered slots, and a state is a set of slots in ``width`` numbers of 64 bits.
    ``follow`` holds for each slot the slots that may come next, and ``masks`` for each kind the
    slots that accept it. For ``edits`` 1 or 2 the automaton accepts a word with up to so many
    mistakes, and ``masks`` holds for each kind the indexes of the letters of the word that it is.
    """

    edits: int
    width: int
    """Number of 64-bit numbers of a state: 1 to 5. It is 3 for one mistake, and 5 for two."""
    start: array[int]
    """The state before the first letter, ``array('Q')``."""
    accept: array[int]
    """The accepting bits: a word matches if its last state has one of them, ``array('Q')``."""
    follow: array[int]
    """The set of slots that may follow each slot, ``array('Q')``; empty for fuzzy words."""
    ascii_kinds: array[int]
    """The kinds of the first 128 code points, ``array('H')``."""
    starts: array[int]
    """The first code point of each range from 128 on; a range ends at the next. ``array('I')``."""
    range_kinds: array[int]
    """The kind of each range, ``array('H')``."""
    masks: array[int]
    """A state for each kind, ``array('Q')``; for a fuzzy word one number for each kind."""
