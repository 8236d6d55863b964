"""What stands behind a part, without a space, and makes another of it: ~2, ^2, /F50/."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final, NamedTuple

from searchlib.query import tree
from searchlib.query.collector import Remarks
from searchlib.query.counts import whole
from searchlib.query.proximity import Proximity
from searchlib.query.scanner import Chunk, Scanner

__all__ = ["AMONG_FIRST", "read_suffixes", "split_suffixes"]

AMONG_FIRST: Final = re.compile(r"""/[fF]([0-9]+)/(?=[\s()“”„«»"^~/.,;:!?]|\Z)""")
_SIGN: Final = re.compile(r"[~^]|/[fF][0-9]+/")
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


def read_suffixes(
    scanner: Scanner,
    remarks: Remarks,
    proximity: Proximity,
    node: tree.Node | None,
    *,
    grouped: bool = False,
) -> tree.Node | None:
    """Read what stands behind ``node`` and give what it makes of it. None stays None."""
    suffix = _next(scanner)
    if suffix is None:
        return node
    found: dict[str, _Suffix] = {}
    while suffix:
        if suffix.sign == "*":
            message = "a star stands behind a word only"
            remarks.warn(suffix.start, suffix.end, message, "it was ignored")
        elif found.setdefault(suffix.sign, suffix) is not suffix:
            message = f"there is a second {_NAMES[suffix.sign]}"
            remarks.warn(suffix.start, suffix.end, message, "it was ignored")
        suffix = _next(scanner)
    if node is None:
        return None
    if "~" in found:
        node = _loosened(node, found["~"], remarks, grouped=grouped)
    if "/F" in found:
        first = found["/F"]
        name = scanner.query[first.start : first.end]
        node = proximity.among_first(node, whole(first.value), name, (first.start, first.end))
    return _boosted(node, found["^"], remarks, proximity) if "^" in found else node


def _next(scanner: Scanner) -> _Suffix | None:
    start = scanner.at
    following = scanner.peek()
    if following in "~^*" and (found := _SUFFIX.match(scanner.query, start)):
        scanner.at = found.end()
        value = found[1] if found[1] is not None else found[2] or ""
        return _Suffix(found[0][0], value, start, scanner.at)
    # This one may stand by itself, too.
    scanner.skip_space()
    if scanner.peek() == "/" and (found := AMONG_FIRST.match(scanner.query, scanner.at)):
        scanner.at = found.end()
        return _Suffix("/F", found[1], found.start(), scanner.at)
    scanner.at = start
    return None


def _boosted(node: tree.Node, suffix: _Suffix, remarks: Remarks, proximity: Proximity) -> tree.Node:
    text = suffix.value.rstrip(_ENDS)
    factor = float(text) if _NUMBER.fullmatch(text) else 0.0
    if factor == 0:
        message = "a boost is a number above 0, as in ^2 or ^0.5"
        remarks.warn(suffix.start, suffix.end, message, "it was ignored")
        return node
    if factor > _MAX_FACTOR:
        message = f"a boost is at most {_MAX_FACTOR:g}"
        remarks.warn(suffix.start, suffix.end, message, f"it was taken for {_MAX_FACTOR:g}")
        factor = _MAX_FACTOR
    if proximity.is_too_deep(node, suffix.start, suffix.end):
        return node
    return tree.Boost(node, factor, start=node.start, end=suffix.end)


def _loosened(node: tree.Node, suffix: _Suffix, remarks: Remarks, *, grouped: bool) -> tree.Node:
    start, end = suffix.start, suffix.end
    text = suffix.value.rstrip(_ENDS)
    if isinstance(node, tree.Phrase) and not grouped:
        if text.isdecimal() and text.isascii():
            return replace(node, slop=whole(text), end=end)
        message = "a slop is a whole number, as in ~3"
        if text:
            remarks.warn(start, end, message, "it was ignored")
        else:
            remarks.note(start, end, message, "it was ignored")
        return node
    letters = sum(map(str.isalnum, node.text)) if isinstance(node, tree.Word) else 0
    if not isinstance(node, tree.Word) or not letters or grouped:
        message = "'~' stands behind a word or a phrase only"
        remarks.warn(start, end, message, "it was ignored")
        return node
    edits = _edits(text, suffix, remarks)
    if edits is None:
        if letters < _SHORT:
            message = "a word of less than 3 letters has no '~' without a number"
            remarks.note(start, end, message, "it is searched for as it is")
        edits = (letters >= _SHORT) + (letters >= _LONG)
    return tree.Fuzzy(node.text, edits, node.fields, start=node.start, end=end) if edits else node


def _edits(text: str, suffix: _Suffix, remarks: Remarks) -> int | None:
    """Return how many changes "~" allows; None if it does not say."""
    if not text:
        return None
    if not (text.isdecimal() and text.isascii()):
        message = "'~' is followed by a number of changes, 1 or 2"
        remarks.note(suffix.start, suffix.end, message, "it was taken for '~' without a number")
        return None
    if whole(text) > _MAX_EDITS:
        message = f"'~' allows {_MAX_EDITS} changes at most"
        remarks.warn(suffix.start, suffix.end, message, f"it was taken for ~{_MAX_EDITS}")
    return min(whole(text), _MAX_EDITS)
