"""Reads what stands directly behind an operand and changes it: ~2, ^2, /F50/."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final, NamedTuple

from searchlib.query import tree
from searchlib.query.collector import Collector
from searchlib.query.counts import whole
from searchlib.query.operators import OPERATORS, operator
from searchlib.query.reading.proximity import Proximity
from searchlib.query.reading.scanner import Chunk, Scanner

__all__ = ["AMONG_FIRST", "SuffixReader", "split_suffixes"]

_FIRST: Final = operator("First")
AMONG_FIRST: Final = re.compile(rf"""{_FIRST.behind}(?=[\s()“”„«»"^~/.,;:!?]|\Z)""")
_SIGN: Final = re.compile("|".join(row.behind for row in OPERATORS if row.behind))
_SUFFIX: Final = re.compile(
    r"""~([^\s()“”„«»"\\~^/*]*)|\^([^\s()“”„«»"\\~^/]*)|\*+(?=[\s()~^]|\Z)"""
)
_NUMBER: Final = re.compile(r"[0-9]+(?:\.[0-9]*)?|\.[0-9]+")
_NAMES: Final = {"~": "'~'", "^": "boost", "/F": "'/F50/'"}
_ENDS: Final = ".,;:!?"
_MAX_FACTOR: Final = 1000.0
_MAX_EDITS: Final = 2
_LONG: Final = 6
_SHORT: Final = 3


class _Suffix(NamedTuple):
    sign: str
    value: str
    start: int
    end: int


def split_suffixes(chunk: Chunk) -> Chunk:
    """Return the word of ``chunk``; its suffixes, which are not escaped, begin where it ends."""
    text = chunk.text
    if not _SIGN.search(text):
        return chunk
    last = max(chunk.escaped, default=-1)
    end = cut = len(text)
    while end > last + 1 and text[end - 1] in _ENDS:
        end -= 1
    for found in reversed(list(_SIGN.finditer(text, last + 1))):
        value = text[found.end() : end]
        if found[0] == "~":
            fits = not value.strip("0123456789.")
        else:
            fits = not value if found[0] != "^" else "/" not in value
        if not fits:
            break
        end = cut = found.start()
    # "^_^" and "/~home" have no word before the sign.
    if not any(character.isalnum() or character in "*?" for character in text[:cut]):
        return chunk
    return chunk.part(0, cut)._replace(end=chunk.end - (len(text) - cut))


class SuffixReader:
    """Reads the suffixes of an operand, and makes of it what they say."""

    __slots__ = ("_collector", "_proximity", "_scanner")

    def __init__(self, scanner: Scanner, collector: Collector, proximity: Proximity) -> None:
        self._scanner = scanner
        self._collector = collector
        self._proximity = proximity

    def read(self, node: tree.Node | None, *, grouped: bool = False) -> tree.Node | None:
        """Read what stands behind ``node`` and return what it makes of it. None stays None."""
        suffix = self._next()
        if suffix is None:
            return node
        scanner, collector = self._scanner, self._collector
        found: dict[str, _Suffix] = {}
        while suffix:
            if suffix.sign == "*":
                message = "a star stands behind a word only"
                collector.warn(suffix.start, suffix.end, message, "it was ignored")
            elif found.setdefault(suffix.sign, suffix) is not suffix:
                message = f"there is a second {_NAMES[suffix.sign]}"
                collector.warn(suffix.start, suffix.end, message, "it was ignored")
            suffix = self._next()
        if node is None:
            return None
        if "~" in found:
            node = self._loosened(node, found["~"], grouped=grouped)
        if "/F" in found:
            first = found["/F"]
            name = scanner.query[first.start : first.end]
            span = first.start, first.end
            node = self._proximity.restrict(node, _FIRST, whole(first.value), name, span)
        return self._boosted(node, found["^"]) if "^" in found else node

    def _next(self) -> _Suffix | None:
        scanner = self._scanner
        start = scanner.at
        following = scanner.peek()
        if following in "~^*" and (found := _SUFFIX.match(scanner.query, start)):
            scanner.at = found.end()
            value = found[1] if found[1] is not None else found[2] or ""
            return _Suffix(found[0][0], value, start, scanner.at)
        # /F50/ may stand by itself, too.
        scanner.skip_space()
        if scanner.peek() == "/" and (found := AMONG_FIRST.match(scanner.query, scanner.at)):
            scanner.at = found.end()
            return _Suffix("/F", found[1], found.start(), scanner.at)
        scanner.at = start
        return None

    def _boosted(self, node: tree.Node, suffix: _Suffix) -> tree.Node:
        text = suffix.value.rstrip(_ENDS)
        factor = float(text) if _NUMBER.fullmatch(text) else 0.0
        if factor == 0:
            message = "a boost is a number above 0, as in ^2 or ^0.5"
            self._collector.warn(suffix.start, suffix.end, message, "it was ignored")
            return node
        if factor > _MAX_FACTOR:
            message = f"a boost is at most {_MAX_FACTOR:g}"
            self._collector.warn(
                suffix.start, suffix.end, message, f"it was taken for {_MAX_FACTOR:g}"
            )
            factor = _MAX_FACTOR
        if self._proximity.is_too_deep(node, suffix.start, suffix.end):
            return node
        return tree.Boost(node, factor, start=node.start, end=suffix.end)

    def _loosened(self, node: tree.Node, suffix: _Suffix, *, grouped: bool) -> tree.Node:
        start, end = suffix.start, suffix.end
        text = suffix.value.rstrip(_ENDS)
        if isinstance(node, tree.Phrase) and not grouped:
            if text.isdecimal() and text.isascii():
                return replace(node, slop=whole(text), end=end)
            message = "a slop is a whole number, as in ~3"
            if text:
                self._collector.warn(start, end, message, "it was ignored")
            else:
                self._collector.note(start, end, message, "it was ignored")
            return node
        letters = sum(map(str.isalnum, node.text)) if isinstance(node, tree.Word) else 0
        if not isinstance(node, tree.Word) or not letters or grouped:
            message = "'~' stands behind a word or a phrase only"
            self._collector.warn(start, end, message, "it was ignored")
            return node
        edits = _edits(text, suffix, self._collector)
        if edits is None:
            if letters < _SHORT:
                message = "a word of less than 3 letters has no '~' without a number"
                self._collector.note(start, end, message, "it is searched for as it is")
            edits = (letters >= _SHORT) + (letters >= _LONG)
        return (
            tree.Fuzzy(node.text, edits, node.fields, start=node.start, end=end) if edits else node
        )


def _edits(text: str, suffix: _Suffix, collector: Collector) -> int | None:
    """Return how many changes "~" allows; None if it does not say."""
    if not text:
        return None
    if not (text.isdecimal() and text.isascii()):
        message = "'~' is followed by a number of changes, 1 or 2"
        collector.note(suffix.start, suffix.end, message, "it was taken for '~' without a number")
        return None
    if whole(text) > _MAX_EDITS:
        message = f"'~' allows {_MAX_EDITS} changes at most"
        collector.warn(suffix.start, suffix.end, message, f"it was taken for ~{_MAX_EDITS}")
    return min(whole(text), _MAX_EDITS)
