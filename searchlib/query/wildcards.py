"""Patterns of ``*`` (any characters, or none) and ``?`` (one character)."""

from __future__ import annotations

__all__ = ["literal_prefix", "matches_wildcard"]


def literal_prefix(pattern: str) -> str:
    """Give what every match of ``pattern`` begins with.

    >>> literal_prefix("ho?se*")
    'ho'
    """
    ends = [place for place in map(pattern.find, "*?") if place >= 0]
    return pattern[: min(ends, default=len(pattern))]


def matches_wildcard(pattern: str, word: str) -> bool:
    """Tell whether ``pattern`` matches all of ``word``.

    Goes back to the last star only, which is enough: O(len(pattern) * len(word)) at worst, where a
    regular expression of many stars takes exponential time.

    >>> matches_wildcard("ho?se*", "horseshoe"), matches_wildcard("ho?se", "horseshoe")
    (True, False)
    """
    at = place = 0
    star = resume = -1
    while at < len(word):
        if place < len(pattern) and pattern[place] == "*":
            star, resume = place, at
            place += 1
        elif place < len(pattern) and pattern[place] in ("?", word[at]):
            place += 1
            at += 1
        elif star >= 0:
            resume += 1
            place, at = star + 1, resume
        else:
            return False
    return all(character == "*" for character in pattern[place:])
