"""What analysis gives: tokens, each of which points back into the text."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Token"]


class Token(NamedTuple):
    """One occurrence of one term.

    ``term`` is what the index holds (folded and stemmed), ``word`` the folded word before it was
    stemmed, which prefixes and wildcards are matched against. ``position`` counts the words of
    the text from 0, stop words included; several tokens share a position where a word is findable
    in more than one way ("$584,302" and "584,302"), the one that a query asks for first. The token
    stands at ``text[start_char:end_char]`` of the text as it was given.
    """

    term: str
    word: str
    position: int
    start_char: int
    end_char: int
