"""Respells a query of another system in this package's language, and maps spans back.

"Here" and "our" mean this package's language; "their" means that of the other system.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from typing import Any, Final

from searchlib.query import tree
from searchlib.query.collector import refuse
from searchlib.query.diagnostics import Diagnostic
from searchlib.query.fields import DATE_NAMES, KEY_NAMES, LENGTH_FIELD, field_elsewhere
from searchlib.query.lookalikes import lookalike
from searchlib.query.operators import OPERATORS
from searchlib.query.parser import Parsed, Parser

__all__ = ["Respelling", "Unit"]

_DAY: Final = re.compile(r"(?<![0-9])([0-9]{4})([0-9]{2})([0-9]{2})?(?![0-9])")
_COMPARED: Final = DATE_NAMES | {LENGTH_FIELD}
_TRAILING_MARKS: Final = re.compile(r"([^\W_]+)(\?+)(\^[0-9.]+)?")


def _operators_here() -> re.Pattern[str]:
    """Return a pattern of the words that are operators here and words in other syntaxes."""
    rows = [row for row in OPERATORS if not row.joins]
    in_capitals = [word for row in rows for word in row.words]
    in_capitals += [each.name for row in rows for each in row.functions]
    in_any_case = [word for row in rows for word in (*row.words_in_any_case, *row.comparisons)]
    return re.compile(f"{'|'.join(in_capitals)}|(?i:{'|'.join(in_any_case)})", re.DOTALL)


_OPERATORS_HERE: Final = _operators_here()


def _means_more_here(word: str) -> bool:
    """Return whether a word is an operator here, may begin one (wc > 5), or looks like one."""
    if word[:1] in "~^":  # these are operators in Lucene and Whoosh, too
        return False
    is_compared = word.casefold() in _COMPARED
    return is_compared or bool(_OPERATORS_HERE.fullmatch(word) or lookalike(word))


@dataclass(slots=True)
class Token:
    """A part of the query as runs of our characters, each with the span of theirs that it replaces.

    ``before`` and ``after`` are written around it.
    """

    kind: str
    runs: list[tuple[str, int, int]]
    before: str = ""
    after: str = ""

    @property
    def start(self) -> int:
        """Index of its first character in their spelling."""
        return self.runs[0][1]

    @property
    def end(self) -> int:
        """Index after its last character in their spelling."""
        return self.runs[-1][2]

    def become(self, text: str) -> None:
        """Replace the spelling by ``text``."""
        self.runs = [(text, self.start, self.end)]


@dataclass(slots=True)
class Unit:
    """The tokens from ``first`` to ``last``, which are one operand or one operator."""

    kind: str
    first: int
    last: int


@dataclass(slots=True)
class Respelling:
    """The tokens of a query, and diagnostics for parts with another meaning here."""

    text: str
    tokens: list[Token] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def add(self, kind: str, start: int, end: int, text: str | None = None) -> None:
        """Add the token from ``start`` to ``end``, respelled as ``text`` if that is given."""
        spelling = self.text[start:end] if text is None else text
        self.tokens.append(Token(kind, [(spelling, start, end)]))

    def note(self, start: int, end: int, message: str, action: str) -> None:
        """Add a note: it changes nothing."""
        self.diagnostics.append(Diagnostic("info", start, end, message, action, None))

    def warn(self, start: int, end: int, message: str, action: str) -> None:
        """Add a warning: it changes what is searched for."""
        self.diagnostics.append(Diagnostic("warning", start, end, message, action, None))

    def add_field(self, start: int, end: int) -> str:
        """Add a field name with its colon, translated if it is known; return the name."""
        name = self.text[start : end - 1]
        ours = field_elsewhere(name.casefold())
        if ours:
            self.note(start, end, f"{name!r} is {ours!r} here", "that was searched")
            self.add("field", start, end, f"{ours}:")
            return ours
        if _OPERATORS_HERE.fullmatch(name):
            self.add("field", start, end, f"\\{name}:")
        else:
            self.add("field", start, end)
        return name.casefold()

    def add_word(self, runs: list[tuple[str, int, int]], name: str) -> None:
        """Add a word in the field ``name`` ("" is none), escaped if it has another meaning here."""
        word = "".join(run[0] for run in runs)
        start, end = runs[0][1], runs[-1][2]
        if name in DATE_NAMES:
            runs = [(spelled_date(word), start, end)]
        elif name not in KEY_NAMES:
            marks = _TRAILING_MARKS.fullmatch(word)
            if marks:  # here a question mark at the end is punctuation and not a wildcard
                runs = [(f"/{marks[1]}{'.' * len(marks[2])}/{marks[3] or ''}", start, end)]
            elif not name and _means_more_here(word):
                runs = [("\\", start, start), *runs]
        self.tokens.append(Token("part", runs))

    def add_range(self, start: int, end: int, name: str) -> None:
        """Add a range in brackets. A range of words is left out, with a warning."""
        value = self.text[start:end]
        if name in DATE_NAMES:
            self.add("part", start, end, spelled_date(range_value(value)))
        elif name == LENGTH_FIELD:
            self.add("part", start, end, range_value(value))
        else:
            self.warn(start, end, "ranges are of dates and lengths only", "it was left out")
            if self.tokens and self.tokens[-1].kind == "field":
                self.tokens.pop()

    def wrap(self, unit: Unit) -> None:
        """Write parentheses around a unit."""
        first, last = self.tokens[unit.first], self.tokens[unit.last]
        first.before = f"({first.before}"
        last.after += ")"

    def levels(self) -> Iterator[list[Unit]]:
        """Yield the units of each pair of parentheses, inner ones first, then of the query."""
        open_at: list[int] = []
        levels: list[list[Unit]] = [[]]
        begin: int | None = None
        for index, token in enumerate(self.tokens):
            first = index if begin is None else begin
            if token.kind == "space":
                continue
            begin = None
            if token.kind == "field":
                begin = first
            elif token.kind == "(":
                open_at.append(first)
                levels.append([])
            elif token.kind != ")":
                kind_first = first if token.kind == "part" else index
                levels[-1].append(Unit(token.kind, kind_first, index))
            elif open_at:
                yield levels.pop()
                levels[-1].append(Unit("part", open_at.pop(), index))
        while open_at:
            yield levels.pop()
            levels[-1].append(Unit("part", open_at.pop(), len(self.tokens) - 1))
        yield levels.pop()

    def parsed(
        self, *, joins_by_and: bool, strict: bool = False, now: datetime | None = None
    ) -> Parsed:
        """Parse our spelling; return the tree and the diagnostics with spans in their spelling."""
        runs = list(self._runs())
        spans: list[tuple[int, int]] = []
        for text, start, end in runs:
            if text == self.text[start:end]:
                spans += [(index, index + 1) for index in range(start, end)]
            else:
                spans += [(start, end)] * len(text)
        spelled = "".join(run[0] for run in runs)
        parser = Parser(spelled, joins_by_and=joins_by_and, now=now or datetime.now(UTC))
        node = parser.read()
        moved = [
            replace(diagnostic, start=start, end=end)
            for diagnostic in parser.collector.in_order()
            for start, end in [self._span(diagnostic.start, diagnostic.end, spans)]
        ]
        diagnostics = sorted([*self.diagnostics, *moved], key=lambda each: (each.start, each.end))
        if strict:
            unknown_fields = {
                self._span(start, start + 1, spans)[0]: name
                for start, name in parser.collector.unknown_fields.items()
            }
            refuse(self.text, diagnostics, unknown_fields)
        return Parsed(self.text, self._moved(node, spans), tuple(diagnostics))

    def _runs(self) -> Iterator[tuple[str, int, int]]:
        # The characters written around a token have the span of the whole token.
        for token in self.tokens:
            yield token.before, token.start, token.end
            yield from token.runs
            yield token.after, token.start, token.end

    def _span(self, start: int, end: int, spans: Sequence[tuple[int, int]]) -> tuple[int, int]:
        if not spans or start >= len(spans):
            return 0, len(self.text)
        first = spans[start][0]
        return first, max(spans[max(end, start + 1) - 1][1], first)

    def _moved(self, node: tree.Node, spans: Sequence[tuple[int, int]]) -> tree.Node:
        start, end = self._span(node.start, node.end, spans)
        changed: dict[str, Any] = {"start": start, "end": end}
        for each in fields(node):
            value = getattr(node, each.name)
            if each.name in {"left", "right", "child"}:
                changed[each.name] = self._moved(value, spans)
            elif each.name in {"children", "required", "optional", "prohibited"}:
                changed[each.name] = tuple(self._moved(child, spans) for child in value)
        return replace(node, **changed)


def range_value(value: str) -> str:
    """Return a range with TO in capitals and a star for each open side.

    >>> range_value("[20220101 to]")
    '[20220101 TO *]'
    """
    first, to, last = re.sub(r"(?i)(?<![^\s\[{])to(?![^\s\]}])", "\0", value, count=1).partition(
        "\0"
    )
    if not to:
        return value
    sides = first[1:].strip().strip("'"), last[:-1].strip().strip("'")
    return f"{value[0]}{sides[0] or '*'} TO {sides[1] or '*'}{value[-1]}"


def spelled_date(value: str) -> str:
    """Return dates with dashes; Lucene and Whoosh write them without.

    >>> spelled_date("[20220101 TO 202206]")
    '[2022-01-01 TO 2022-06]'
    """
    return _DAY.sub(lambda day: "-".join(part for part in day.groups() if part), value)
