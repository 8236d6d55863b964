"""Reads a query as Lucene's classic query parser does."""

from __future__ import annotations

import itertools
import re
from datetime import datetime
from typing import Final, NamedTuple

from searchlib.query.dialects.dialect_reading import Reader
from searchlib.query.dialects.respelling import Respelling, Unit
from searchlib.query.parser import Parsed

__all__ = ["Lucene"]

_OPERATOR: Final = re.compile(r"(AND|OR|NOT)(?=[\s()\"]|\Z)|(&&)|(\|\|)|([+\-!])(?=[^\s)])")
_PHRASE: Final = re.compile(r'("(?:[^"\\]|\\.)*+(?:"|\\?\Z))(?:(~[0-9]+)(\.[0-9]*)?)?', re.DOTALL)
_REGEX: Final = re.compile(r"/(?:[^/\\\s]|\\.)++/")
_AMONG_FIRST: Final = re.compile("\\A/([fF])([0-9])(?=[0-9]*/)")
_AFTER_REGEX: Final = frozenset({"", "^", "~", ")", *" \t\r\n"})
_WORD: Final = re.compile(r'(?:[^\s()"\\]|\\.)++|\\', re.DOTALL)
_FUZZY: Final = re.compile(r"(?<!\\)~([0-9]*\.?[0-9]*)(?=\^[0-9.]*\Z|\Z)")
# Typographic quotes are ordinary characters in Lucene.
_CHARACTER: Final = re.compile(r"\\u([0-9a-fA-F]{4})|\\.|[=/“”„«»]", re.DOTALL)

_OPERATOR_KINDS: Final = {"&&": "AND", "||": "OR"}


class Lucene(Reader):
    """One query in Lucene's language."""

    def parsed(self, *, strict: bool, now: datetime | None) -> Parsed:
        """Parse the query and return its tree, with the spans of the text as it was typed."""
        query = self._read()
        respell = _respell_required if self._joins_by_and else _respell_optional
        for units in query.levels():
            respell(query, _clauses(units))
        return query.parsed(joins_by_and=False, strict=strict, now=now)

    def _read_other(self, start: int, name: str) -> int:
        query, text = self._query, self._query.text
        if found := _OPERATOR.match(text, start):
            query.add(_OPERATOR_KINDS.get(found[0], found[0]), start, found.end())
            return found.end()
        if found := _PHRASE.match(text, start):
            query.add("part", start, found.end(), found[1] + found[2] if found[3] else None)
            return found.end()
        if found := _REGEX.match(text, start):
            # In this package's language, /F50/ means "among the first 50 words".
            query.add("part", start, found.end(), _AMONG_FIRST.sub(r"/\1[\2]", found[0]))
            if text[found.end() : found.end() + 1] not in _AFTER_REGEX:
                query.add("space", found.end(), found.end(), " ")
            return found.end()
        found = _WORD.match(text, start)
        end = found.end() if found else start + 1
        query.add_word(_word_runs(text, start, end), name)
        return end


def _word_runs(text: str, start: int, end: int) -> list[tuple[str, int, int]]:
    fuzzy = _FUZZY.search(text, start, end)
    stop = fuzzy.start() if fuzzy and fuzzy.start() > start else end
    runs: list[tuple[str, int, int]] = []
    at = start
    for found in _CHARACTER.finditer(text, start, stop):
        runs.append((text[at : found.start()], at, found.start()))
        character = chr(int(found[1], 16)) if found[1] else found[0]
        spelled = character if found[0][0] == "\\" and not found[1] else f"\\{character}"
        at = found.end()
        runs.append((spelled, found.start(), at))
    runs.append((text[at:stop], at, stop))
    if fuzzy and stop < end:
        edits = _edits(fuzzy[1], stop - start)
        runs += [(f"~{edits}", stop, fuzzy.end()), (text[fuzzy.end() : end], fuzzy.end(), end)]
    return [run for run in runs if run[1] < run[2]]


def _edits(number: str, letters: int) -> str:
    """Return the number of changes of "~": 2 without a number. Below 1 it is a similarity."""
    if not number.strip("."):
        return "2"
    if number.startswith(".") or (number.startswith("0") and "." in number):
        return str(min(int((1 - float(number)) * letters), 2))
    return number.partition(".")[0]


class _Clause(NamedTuple):
    """An operand with its sign ("-" for NOT, too), and the operator before it."""

    join: Unit | None
    sign: str
    first: int

    @property
    def joined_by(self) -> str:
        return self.join.kind if self.join else ""


def _respell_optional(query: Respelling, clauses: list[_Clause]) -> None:
    """Replace AND and OR by signs if both occur, or if a part beside OR is prohibited.

    The default operator is OR: a part is optional unless AND or a sign makes it required.
    """
    kinds = {clause.joined_by for clause in clauses[1:]}
    pairs = list(itertools.pairwise(clauses))
    prohibited = any(
        after.joined_by == "OR" and "-" in (before.sign, after.sign) for before, after in pairs
    )
    if not prohibited and ("AND" not in kinds or kinds == {"AND"}):
        return
    for before, after in pairs:
        if after.joined_by == "AND":
            for clause in (before, after):
                if not clause.sign:
                    query.tokens[clause.first].before = "+"
    _drop_joins(query, clauses)
    if "AND" in kinds:
        message = "AND stands beside OR, or beside words without an operator"
        action = "both of its sides are required, as in Lucene"
        _note_first(query, clauses, "AND", message, action)


def _respell_required(query: Respelling, clauses: list[_Clause]) -> None:
    """Write AND between parts, or signs if some parts are optional.

    The default operator is AND: a part is required unless it stands beside OR, even with a plus.
    """
    signs = _signs(clauses)
    if "" not in signs:
        for clause in clauses[1:]:
            if clause.join:
                query.tokens[clause.join.first].become("AND")  # it may have been an OR
            else:
                query.tokens[clause.first].before = "AND "
        return
    for clause, sign in zip(clauses, signs, strict=True):
        if not sign and clause.sign == "+":
            query.tokens[clause.first].become("")
        elif sign == "+" and not clause.sign:
            query.tokens[clause.first].before = "+"
    if not any(signs):
        return
    if "+" in signs:
        message = "OR stands beside AND, or beside words without an operator"
        _note_first(query, clauses, "OR", message, "its sides are optional, as in Lucene")
    _drop_joins(query, clauses)


def _signs(clauses: list[_Clause]) -> list[str]:
    """Return the sign of each clause: "+" required, "-" prohibited, "" optional.

    As in Lucene's QueryParserBase.addClause(), an operator changes the clause before it, too.
    """
    signs: list[str] = []
    for clause in clauses:
        if signs and clause.joined_by and signs[-1] != "-":
            signs[-1] = "+" if clause.joined_by == "AND" else ""
        if clause.sign == "-":
            signs.append("-")
        else:
            signs.append("" if clause.joined_by == "OR" else "+")
    return signs


def _drop_joins(query: Respelling, clauses: list[_Clause]) -> None:
    for clause in clauses:
        if clause.join:
            query.tokens[clause.join.first].become("")


def _note_first(
    query: Respelling, clauses: list[_Clause], kind: str, message: str, action: str
) -> None:
    """Add a note on the first operator of a kind."""
    joins = (clause.join for clause in clauses if clause.join and clause.join.kind == kind)
    token = query.tokens[next(joins).first]
    query.note(token.start, token.end, message, action)


def _clauses(units: list[Unit]) -> list[_Clause]:
    """Return the clauses, or [] if an operator lacks an operand; the parser adds a diagnostic."""
    clauses: list[_Clause] = []
    join: Unit | None = None
    sign: Unit | None = None
    for unit in units:
        if unit.kind in {"AND", "OR"}:
            if join or sign or not clauses:
                return []
            join = unit
        elif unit.kind != "part":
            sign = sign or unit
        else:
            spelled = "" if sign is None else "+" if sign.kind == "+" else "-"
            clauses.append(_Clause(join, spelled, (sign or unit).first))
            join = sign = None
    return [] if join or sign else clauses
