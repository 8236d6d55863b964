"""The token: the result of analysis, with its offsets in the text."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Token"]


class Token(NamedTuple):
    """One occurrence of one term.

    ``term`` is the indexed string (folded and stemmed). ``word`` is the folded word before
    stemming; prefixes and wildcards are matched against it. ``position`` counts the words of the
    text from 0, stop words included. Several tokens have the same position if a word can be found
    in more than one way ("$584,302" and "584,302"): the first of them is the one that a query looks
    for. The token is at ``text[start_char:end_char]`` of the original text.
    """

    term: str
    word: str
    position: int
    start_char: int
    end_char: int
