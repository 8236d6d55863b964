"""Reads the suffixes of an operand: ~2, ^2, /F50/."""

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
"""Maximum boost, to bound scores."""

_MAX_EDITS: Final = 2
"""Maximum number of changes of "~", to bound the automaton."""

_MIN_LETTERS_1_EDIT: Final = 3
_MIN_LETTERS_2_EDITS: Final = 6


class _Suffix(NamedTuple):
    sign: str
    value: str
    start: int
    end: int


def split_suffixes(chunk: Chunk) -> Chunk:
    """Return the word of ``chunk`` without its suffixes, which begin at the end of the word."""
    text = chunk.text
    if not _SIGN.search(text):
        return chunk
    last = max(chunk.escaped, default=-1)
    end = cut = len(text)
    while end > last + 1 and text[end - 1] in _ENDS:
        end -= 1
    for sign in reversed(list(_SIGN.finditer(text, last + 1))):
        value = text[sign.end() : end]
        if sign[0] == "~":
            fits = not value.strip("0123456789.")
        else:
            fits = not value if sign[0] != "^" else "/" not in value
        if not fits:
            break
        end = cut = sign.start()
    # "^_^" and "/~home" have no word before the sign.
    if not any(character.isalnum() or character in "*?" for character in text[:cut]):
        return chunk
    return chunk.part(0, cut)._replace(end=chunk.end - (len(text) - cut))


class SuffixReader:
    """Reads the suffixes of an operand and applies them to its node."""

    __slots__ = ("_collector", "_proximity", "_scanner")

    def __init__(self, scanner: Scanner, collector: Collector, proximity: Proximity) -> None:
        self._scanner = scanner
        self._collector = collector
        self._proximity = proximity

    def read(self, node: tree.Node | None, *, grouped: bool = False) -> tree.Node | None:
        """Read the suffixes after ``node`` and return the node with them. None stays None.

        ``grouped`` says that ``node`` stands in parentheses or is a regular expression.
        """
        suffix = self._next()
        if suffix is None:
            return node
        scanner, collector = self._scanner, self._collector
        suffixes: dict[str, _Suffix] = {}
        while suffix:
            if suffix.sign == "*":
                message = "a star stands behind a word only"
                collector.warn(suffix.start, suffix.end, message, "it was ignored")
            elif suffixes.setdefault(suffix.sign, suffix) is not suffix:
                message = f"there is a second {_NAMES[suffix.sign]}"
                collector.warn(suffix.start, suffix.end, message, "it was ignored")
            suffix = self._next()
        if node is None:
            return None
        if "~" in suffixes:
            node = self._loosened(node, suffixes["~"], grouped=grouped)
        if "/F" in suffixes:
            first = suffixes["/F"]
            name = scanner.query[first.start : first.end]
            span = first.start, first.end
            node = self._proximity.restrict(node, _FIRST, whole(first.value), name, span)
        return self._boosted(node, suffixes["^"]) if "^" in suffixes else node

    def _next(self) -> _Suffix | None:
        scanner = self._scanner
        start = scanner.at
        following = scanner.peek()
        if following in "~^*" and (match := _SUFFIX.match(scanner.query, start)):
            scanner.at = match.end()
            value = match[1] if match[1] is not None else match[2] or ""
            return _Suffix(match[0][0], value, start, scanner.at)
        # White space may stand before /F50/.
        scanner.skip_space()
        if scanner.peek() == "/" and (match := AMONG_FIRST.match(scanner.query, scanner.at)):
            scanner.at = match.end()
            return _Suffix("/F", match[1], match.start(), scanner.at)
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
            if letters < _MIN_LETTERS_1_EDIT:
                message = "a word of less than 3 letters has no '~' without a number"
                self._collector.note(start, end, message, "it is searched for as it is")
            edits = (letters >= _MIN_LETTERS_1_EDIT) + (letters >= _MIN_LETTERS_2_EDITS)
        return (
            tree.Fuzzy(node.text, edits, node.fields, start=node.start, end=end) if edits else node
        )


def _edits(text: str, suffix: _Suffix, collector: Collector) -> int | None:
    """Return the number of changes that "~" allows; None if it has no number."""
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
