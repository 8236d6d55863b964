"""Parses regular expressions into parts, for the automata of patterns.py.

    choice  = row { "|" row }*
    row     = { part repeat? }*
    part    = letter | "." | set | escape | "(" choice ")" | "(?:" choice ")"
    repeat  = "*" | "+" | "?" | "{m}" | "{m,}" | "{m,n}" | "{,n}"

An expression has the meaning of re.fullmatch on a word. Sets and escapes cover all of Unicode.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final, TypeAlias

__all__ = [
    "ANY",
    "LETTERS",
    "MAX_LETTERS_REPEATED",
    "Choice",
    "Letters",
    "Part",
    "Ranges",
    "Repeat",
    "Row",
    "check_regex",
    "num_copies",
    "num_letters",
    "parse_regex",
]

LETTERS: Final = 0x110000
"""Number of code points in Unicode."""

Ranges: TypeAlias = tuple[tuple[int, int], ...]
"""Code points: half-open ranges, sorted, that neither overlap nor touch."""

ANY: Final[Ranges] = ((0, LETTERS),)

_END_OF_LETTERS: Final = 0x40000
"""End of plane 3, the last one in which Unicode has assigned letters."""

MAX_LETTERS_REPEATED: Final = 255
"""Maximum number of letters with all repeats written out, to bound an automaton.

The set of its states is four numbers of 64 bits.
"""

_MAX_CHARACTERS: Final = 1000
"""Maximum length of an expression in characters, to bound parsing."""

_MAX_NESTING: Final = 20
"""Maximum nesting of groups, to bound recursion."""

_MAX_REPEATS: Final = 255
"""Maximum number in ``{m,n}``, to bound the automaton."""

_REPEAT: Final = re.compile(r"\{(?:([0-9]{1,9})(,?)([0-9]{0,9})|,([0-9]{1,9}))\}")
_CONTROLS: Final = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v"}


@dataclass(frozen=True, slots=True)
class Letters:
    """One letter that is in ``ranges``."""

    ranges: Ranges


@dataclass(frozen=True, slots=True)
class Row:
    """All of the parts, one after another."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the parts."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """The part, ``least`` to ``most`` times; None is no limit."""

    part: Part
    least: int
    most: int | None


Part: TypeAlias = Letters | Row | Choice | Repeat


def num_letters(part: Part) -> int:
    """Return how many letters an expression has with all its repeats written out."""
    match part:
        case Letters():
            return 1
        case Repeat(inner, least, most):
            return num_letters(inner) * num_copies(least, most)
        case Row(parts) | Choice(parts):
            return sum(map(num_letters, parts))


def num_copies(least: int, most: int | None) -> int:
    """Return how many copies of its part a repeat needs in an automaton."""
    return max(least, 1) if most is None else most


def check_regex(pattern: str) -> str | None:
    """Return in a few words what is wrong with a regular expression; None if it is supported.

    >>> check_regex("hor.es?"), check_regex("hor(es")
    (None, 'there is no ) for a (')
    """
    try:
        places = num_letters(parse_regex(pattern))
    except ValueError as error:
        return str(error)
    if places > MAX_LETTERS_REPEATED:
        return f"it has more than {MAX_LETTERS_REPEATED} letters with all repeats"
    return None


def parse_regex(pattern: str) -> Part:
    """Parse a regular expression.

    Raises ValueError if it is wrong or not supported; the message says why in a few words.
    """
    if len(pattern) > _MAX_CHARACTERS:
        raise ValueError(f"it has more than {_MAX_CHARACTERS:,} letters")
    end = len(pattern)
    if pattern.endswith("$") and (end - len(pattern[:-1].rstrip("\\"))) % 2:
        end -= 1
    return _Parser(pattern[:end], 1 if pattern.startswith("^") else 0).parse()


@dataclass(slots=True)
class _Parser:
    text: str
    at: int

    def parse(self) -> Part:
        # For each open group: its finished alternatives, and the parts of the current one.
        alternatives: list[list[Part]] = [[]]
        rows: list[list[Part]] = [[]]
        while self.at < len(self.text):
            letter = self.text[self.at]
            self.at += 1
            if letter == "(":
                self._open()
                if len(rows) > _MAX_NESTING:
                    raise ValueError(f"groups are nested more than {_MAX_NESTING} deep")
                alternatives.append([])
                rows.append([])
            elif letter == "|":
                alternatives[-1].append(Row(tuple(rows[-1])))
                rows[-1] = []
            elif letter == ")":
                if len(rows) == 1:
                    raise ValueError("there is no ( for a )")
                group = _choice(alternatives.pop(), rows.pop())
                rows[-1].append(self._repeated(group))
            else:
                rows[-1].append(self._repeated(Letters(self._letters(letter))))
        if len(rows) > 1:
            raise ValueError("there is no ) for a (")
        return _choice(alternatives[0], rows[0])

    def _open(self) -> None:
        if self.text.startswith("?:", self.at):
            self.at += 2
        elif self.text.startswith("?", self.at):
            raise ValueError("look-around and flags, (?, are not supported")

    def _letters(self, letter: str) -> Ranges:
        if letter == ".":
            return ANY
        if letter == "[":
            return self._set()
        if letter == "\\":
            return self._escape(in_set=False)
        if letter in "*+?{":
            raise ValueError(f"there is nothing to repeat before {letter}")
        if letter == "^":
            raise ValueError("^ can only be the beginning")
        if letter == "$":
            raise ValueError("$ can only be the end")
        return _single(letter)

    def _repeated(self, part: Part) -> Part:
        text, start = self.text, self.at
        letter = text[start : start + 1]
        if letter not in ("*", "+", "?", "{"):
            return part
        least, most = 0, None
        if letter == "{":
            found = _REPEAT.match(text, start)
            if not found:
                raise ValueError("a { is no repeat as {2} or {2,5}")
            exact, comma, bound, up_to = found.groups()
            least = int(exact or 0)
            if up_to or bound or not comma:
                most = int(up_to or bound or exact)
            if most is not None and most < least:
                raise ValueError(f"the bounds of {found[0]} are not in order")
            if max(least, most or 0) > _MAX_REPEATS:
                raise ValueError(f"{found[0]} is more than {_MAX_REPEATS} times")
            self.at = found.end()
        else:
            least, most = int(letter == "+"), 1 if letter == "?" else None
            self.at += 1
        after = text[self.at : self.at + 1]
        if after == "?":
            raise ValueError("lazy repeats are not supported")
        if after in ("*", "+", "{"):
            raise ValueError(f"{text[start : self.at]} is repeated: put it in brackets")
        return Repeat(part, least, most)

    def _escape(self, *, in_set: bool) -> Ranges:
        letter = self.text[self.at : self.at + 1]
        self.at += 1
        if not letter:
            raise ValueError("there is nothing behind the last \\")
        if letter in "dwsDWS":
            return _class(letter)
        if letter in _CONTROLS:
            return _single(_CONTROLS[letter])
        if letter in "123456789" and not in_set:
            raise ValueError("back references are not supported")
        if letter.isascii() and letter.isalnum():
            raise ValueError(f"\\{letter} is not supported")
        return _single(letter)

    def _set(self) -> Ranges:
        text = self.text
        is_negated = text.startswith("^", self.at)
        self.at += is_negated
        members: list[tuple[int, int]] = []
        first = True
        while first or not text.startswith("]", self.at):
            first = False
            low = self._member()
            if text.startswith("-", self.at) and not text.startswith("-]", self.at):
                self.at += 1
                high = self._member()
                if not _is_single(low) or not _is_single(high):
                    raise ValueError("a range in [ ] is from a letter to a letter")
                if low > high:
                    raise ValueError("a range in [ ] is not in order")
                members.append((low[0][0], high[0][1]))
            else:
                members += low
        self.at += 1
        ranges = _merged(members)
        return _complement(ranges) if is_negated else ranges

    def _member(self) -> Ranges:
        if self.at >= len(self.text):
            raise ValueError("there is no ] for a [")
        letter = self.text[self.at]
        self.at += 1
        return self._escape(in_set=True) if letter == "\\" else _single(letter)


def _choice(alternatives: list[Part], last: list[Part]) -> Part:
    row = Row(tuple(last))
    return Choice((*alternatives, row)) if alternatives else row


def _single(letter: str) -> Ranges:
    return ((ord(letter), ord(letter) + 1),)


def _is_single(ranges: Ranges) -> bool:
    return len(ranges) == 1 and ranges[0][1] - ranges[0][0] == 1


def _merged(ranges: list[tuple[int, int]]) -> Ranges:
    merged: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if merged and low <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return tuple(merged)


def _complement(ranges: Ranges) -> Ranges:
    ends = [0, *(end for bounds in ranges for end in bounds), LETTERS]
    return tuple((low, high) for low, high in zip(ends[::2], ends[1::2], strict=True) if low < high)


@cache
def _class(letter: str) -> Ranges:
    if letter.isupper():
        return _complement(_class(letter.lower()))
    # Code points after plane 3 are variation selectors and private use. 5 ms the first time.
    code_points = "".join(map(chr, range(_END_OF_LETTERS)))
    return tuple(run.span() for run in re.finditer(rf"\{letter}+", code_points))
