"""Reads a query as Whoosh's QueryParser with its default plugins does."""

from __future__ import annotations

import itertools
import re
from datetime import datetime
from typing import Final

from searchlib.query.counts import MAX_COUNT, whole
from searchlib.query.dialects.dialect_reading import Reader
from searchlib.query.dialects.respelling import Respelling, Unit
from searchlib.query.parser import Parsed

__all__ = ["Whoosh"]

_OPERATOR: Final = re.compile(r"(?:NOT|(?<=\s)(?:ANDNOT|ANDMAYBE|AND|OR)|REQUIRE)(?=\s)")
_PHRASE: Final = re.compile(r'"([^"]*)"(?:~([1-9][0-9]*))?')
_QUOTED: Final = re.compile(r"'(.*?)'(?=[\s\])}]|\Z)", re.DOTALL)
_WORD: Final = re.compile(r'[^\s()"]+|"')
_BOOST: Final = re.compile(r"\^(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)\Z")
# Typographic quotes are ordinary characters in Whoosh.
_SPECIAL: Final = re.compile(r"[\\+\-!~=/&|^“”„«»]")
_SPECIAL_QUOTED: Final = re.compile(r'[\\"“”„«»()*?:+\-!&|~^=/\s]')
# Units of these kinds need parentheses beside another unit.
_LOOSE: Final = frozenset({"or", "andmaybe"})


class Whoosh(Reader):
    """One query in Whoosh's language."""

    def __init__(self, text: str, *, joins_by_and: bool) -> None:
        super().__init__(text, joins_by_and=joins_by_and)
        self._no_quote_closes = False

    def parsed(self, *, strict: bool, now: datetime | None) -> Parsed:
        """Parse the query and return its tree, with the spans of the text as it was typed."""
        query = self._read()
        for units in query.levels():
            _respell_level(query, units, joins_by_and=self._joins_by_and)
        return query.parsed(joins_by_and=self._joins_by_and, strict=strict, now=now)

    def _read_other(self, start: int, name: str) -> int:
        query, text = self._query, self._query.text
        if found := _OPERATOR.match(text, start):
            query.add(found[0], start, found.end())
            return found.end()
        if found := _PHRASE.match(text, start):
            words = found[1].replace("\\", "\\\\")
            gaps = max(len(words.split()) - 1, 1)
            slop = min((whole(found[2] or "1") - 1) * gaps, MAX_COUNT)
            query.add("part", start, found.end(), f'"{words}"' + (f"~{slop}" if slop else ""))
            return found.end()
        if text[start] == "'" and not self._no_quote_closes:
            found = _QUOTED.match(text, start)
            self._no_quote_closes = not found
            if found and found[1].strip():
                # Quoted text is one word; if it has several tokens, analysis makes a phrase of it.
                words = _SPECIAL_QUOTED.sub(r"\\\g<0>", found[1])
                query.add("part", start, found.end(), f"\\{words}" if words[0] != "\\" else words)
                return found.end()
        found = _WORD.match(text, start)
        end = found.end() if found else start + 1
        boost = _BOOST.search(text, start, end)
        stop = boost.start() if boost else end
        runs = [
            (f"\\{character}" if _SPECIAL.match(character) else character, index, index + 1)
            for index, character in enumerate(text[start:stop], start)
        ]
        if boost:
            runs.append((boost[0], stop, end))
        query.add_word(runs, name)
        return end


def _respell_level(query: Respelling, units: list[Unit], *, joins_by_and: bool) -> None:
    """Write parentheses where Whoosh's precedence differs from ours, and OR for OrGroup."""
    parts: list[Unit] = []
    for unit in reversed(units):
        if unit.kind == "NOT" and parts and _is_operand(parts[-1]):
            parts[-1] = Unit("not", unit.first, parts[-1].last)
        else:
            parts.append(unit)
    parts.reverse()
    for operator in ("AND", "OR", "ANDNOT", "ANDMAYBE", "REQUIRE"):
        parts = _join_units(query, parts, operator)
    for unit in parts if len(parts) > 1 else ():
        if unit.kind in _LOOSE:
            query.wrap(unit)
    if not joins_by_and:
        # NOT without OR before it would prohibit, that is exclude matches of the other parts.
        for before, unit in itertools.pairwise(parts):
            if _is_operand(before) and _is_operand(unit):
                first = query.tokens[unit.first]
                first.before = f"OR {first.before}"


def _join_units(query: Respelling, units: list[Unit], name: str) -> list[Unit]:
    """Combine the operands of each operator ``name`` into one unit, from the left."""
    combined: list[Unit] = []
    for unit in units:
        has_left = len(combined) > 1 and combined[-1].kind == name and _is_operand(combined[-2])
        if not has_left or not _is_operand(unit):
            combined.append(unit)
            continue
        operator = combined.pop()
        left = combined.pop()
        if operator.kind not in {"AND", "OR"}:
            _respell(query, left, operator, unit)
        combined.append(Unit(operator.kind.casefold(), left.first, unit.last))
    return combined


def _respell(query: Respelling, left: Unit, operator: Unit, right: Unit) -> None:
    token = query.tokens[operator.first]
    if right.kind != "part":
        query.wrap(right)
    if left.kind in _LOOSE or (left.kind != "part" and operator.kind == "ANDMAYBE"):
        query.wrap(left)
    if operator.kind == "ANDNOT":
        token.become("AND NOT")
    elif operator.kind == "ANDMAYBE":
        token.become("OR")
        first = query.tokens[left.first]
        first.before = f"+{first.before}"
    else:
        token.become("AND")
        message = "here the right side of REQUIRE counts in the score, too"
        query.note(token.start, token.end, message, "it was taken for AND")


def _is_operand(unit: Unit) -> bool:
    # The kinds of operators are in capitals; combined units have the name in lower case.
    return unit.kind.islower()
