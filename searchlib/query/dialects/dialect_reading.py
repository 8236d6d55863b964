"""Reads the parts that Lucene's and Whoosh's languages share: fields, groups, ranges, ``*:*``."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from typing import Final

from searchlib.query.dialects.respelling import Respelling

__all__ = ["Reader"]

_EVERYTHING: Final = re.compile(r"\*:\*(?=[\s()^]|\Z)")
_FIELD: Final = re.compile(r"[^\W\d]\w*:")
_RANGE: Final = re.compile(r"[\[{][^\]}]*[\]}]")


class Reader(ABC):
    """Splits a query into tokens. It reads the shared parts, and a subclass reads the others."""

    def __init__(self, text: str, *, joins_by_and: bool) -> None:
        self._query = Respelling(text)
        self._joins_by_and = joins_by_and
        self._no_bracket_closes = False

    @abstractmethod
    def _read_other(self, start: int, name: str) -> int:
        """Read a word, phrase or operator in the field ``name`` ("" is none); return its end."""

    def _read(self) -> Respelling:
        query, text = self._query, self._query.text
        groups = [""]  # the field of each open parenthesis
        name = ""
        at = 0
        while at < len(text):
            start = at
            character = text[at]
            if character.isspace():
                at += 1
                query.add("space", start, at)
                continue
            scope = name or groups[-1]
            if character == "(":
                at += 1
                query.add("(", start, at)
                groups.append(scope)
            elif character == ")":
                at += 1
                if len(groups) > 1:
                    query.add(")", start, at)
                    groups.pop()
                else:
                    query.warn(start, at, "')' closes nothing", "it was ignored")
                    query.add("space", start, at, " ")
            elif found := _EVERYTHING.match(text, at):
                at = found.end()
                query.add("part", start, at, "*")
            elif not name and (found := _FIELD.match(text, at)):
                at = found.end()
                name = query.add_field(start, at)
                continue
            elif character in "[{" and (found := self._range(at)):
                at = found.end()
                query.add_range(start, at, scope)
            else:
                at = self._read_other(at, scope)
            name = ""
        return query

    def _range(self, at: int) -> re.Match[str] | None:
        if self._no_bracket_closes:
            return None
        found = _RANGE.match(self._query.text, at)
        self._no_bracket_closes = not found
        return found
