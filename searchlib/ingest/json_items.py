"""The items of a JSON document, one by one: memory is that of the longest, not of the document."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple, NoReturn

from searchlib.article import MAX_ARTICLE_BYTES
from searchlib.errors import MalformedArticleError

__all__ = ["Item", "decoded", "items"]

_SPACE: Final = re.compile(r"[ \t\n\r]*")
_NUMBER_REST: Final = re.compile(r"[0-9.eE+-]*")
# A string as a whole, or what opens or closes, as many as stand together. A quote that is left over
# begins a string. Possessive: 32 million escapes are no places to come back to.
_PARTS: Final = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[",]|[\[{]++|[\]}]++', re.DOTALL)
_STRING_REST: Final = re.compile(r'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)
_MAX_TOKEN_CHARS: Final = 32
"""Maximum length of a token that may be cut off at the end of a piece, except for strings.

Such tokens are numbers, null and \\ud83d\\ude00."""
_LONG_CHARS: Final = 1 << 22
_MAX_CONTAINERS: Final = 1 << 20
"""Maximum number of arrays and objects in one item, to bound memory: 30 times that of text."""


class Item(NamedTuple):
    """An item of an array, numbered from 1, or a whole document (0).

    ``problem`` says why there is no value.
    """

    number: int
    value: Any
    problem: MalformedArticleError | None = None


def items(pieces: Iterator[str]) -> Iterator[Item]:
    """Return the items of an array, or one object. MalformedArticleError for what is not JSON.

    One that is too long has a problem, and those after it are given.
    """
    text = _Text(pieces)
    if text.next_char() != "[":
        item = text.item(0)
        if text.next_char() and not item.problem:
            raise text.error("Extra data")
        yield item
        return
    text.take()
    number = 0
    if text.next_char() == "]":
        text.take()
    else:
        more = True
        while more:
            number += 1
            yield text.item(number)
            character = text.next_char()
            if text.was_cut_off:  # what was skipped has no end, and its problem was told
                return
            if character not in (",", "]"):
                raise text.error("Expecting ',' delimiter")
            text.take()
            more = character == ","
    if text.next_char():
        raise text.error("Extra data")


def decoded(text: str) -> Any:
    """Return the value of a text that is one. Raises MalformedArticleError."""
    if len(text) > _LONG_CHARS and _has_too_much(text):
        raise MalformedArticleError(_TOO_MUCH)
    try:
        return json.loads(text, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise _not_json(error.msg, error.pos) from None
    except (ValueError, RecursionError) as error:
        raise MalformedArticleError(_unreadable(error)) from None


class _Text:
    """The text of a document as far as it has been read, without what has been taken of it."""

    def __init__(self, pieces: Iterator[str]) -> None:
        self._pieces = pieces
        self._text = ""
        self._at = 0
        self._taken_chars = 0
        self._lines = self._counted_to = 0
        self._ended = False
        self.was_cut_off = False
        """Whether a value that was skipped has no end."""
        self._decoder = json.JSONDecoder(parse_constant=_no_number)

    def next_char(self) -> str:
        """Return the next character that is no space, without taking it; "" at the end."""
        while True:
            self._at = _SPACE.match(self._text, self._at).end()  # type: ignore[union-attr]
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._read():
                return ""

    def take(self) -> None:
        """Take a character."""
        self._at += 1

    def error(self, problem: str) -> MalformedArticleError:
        """Return the error of what stands here."""
        return _not_json(problem, self._taken_chars + self._at)

    def item(self, number: int) -> Item:
        """Take a value."""
        self.next_char()
        line = self._line()
        while True:
            end = len(self._text)
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if self._ended or not self._is_cut_off(error.pos):
                    raise _not_json(error.msg, self._taken_chars + error.pos) from None
            except (ValueError, RecursionError) as error:
                # NaN; a number of more digits than int() takes; objects nested a thousand deep.
                self._skip()
                where = f" (item {number}, line {line})" if number else ""
                problem = MalformedArticleError(_unreadable(error) + where)
                return Item(number, None, problem)
            else:
                if not self._may_go_on(value, end) and not self._too_much(end):
                    self._at = end
                    return Item(number, value)
            if too_much := self._too_much(end):
                self._skip()
                where = f"item {number}: " if number else ""
                problem = MalformedArticleError(where + too_much, line=line)
                return Item(number, None, problem)
            self._double()

    def _is_cut_off(self, place: int) -> bool:
        """Return whether what is wrong at ``place`` may be that the text ends too soon."""
        if place + _MAX_TOKEN_CHARS >= len(self._text):
            return True
        if self._text[place] != '"':
            return False
        end = _STRING_REST.match(self._text, place + 1).end()  # type: ignore[union-attr]
        return end + 1 >= len(self._text)

    def _may_go_on(self, value: object, end: int) -> bool:
        """Return whether more digits of a number may come, with the next piece."""
        if not isinstance(value, int | float) or self._ended:
            return False
        return _NUMBER_REST.fullmatch(self._text, end) is not None

    def _too_much(self, end: int) -> str:
        """Return what is wrong with a value that goes up to ``end`` or on, or ""."""
        if end - self._at <= _LONG_CHARS:
            return ""
        text = self._text[self._at : end]  # itself, where it is all
        num_bytes = len(text) if text.isascii() else len(text.encode())
        if num_bytes > MAX_ARTICLE_BYTES:
            return f"it is longer than {MAX_ARTICLE_BYTES // 2**20} MiB, the limit for one article"
        return _TOO_MUCH if _has_too_much(text) else ""

    def _read(self) -> bool:
        """Read a piece, and forget what has been taken; tell whether there was one."""
        piece = next(self._pieces, None)
        if piece is None:
            self._ended = True
            return False
        self._forget()
        self._text += piece
        return True

    def _forget(self) -> None:
        self._line()
        self._taken_chars += self._at
        self._text = self._text[self._at :]
        self._at = self._counted_to = 0

    def _line(self) -> int:
        """Return the number of the line that the next character is on. Each one is counted once."""
        self._lines += self._text.count("\n", self._counted_to, self._at)
        self._counted_to = self._at
        return self._lines + 1

    def _double(self) -> None:
        """Read as much again as there is, so that all tries together take linear time."""
        self._forget()
        # No more than shows that it is too long: half as much memory.
        wanted = max(min(len(self._text), MAX_ARTICLE_BYTES + 1 - len(self._text)), 1)
        pieces = [self._text]
        while wanted > 0 and not self._ended:
            piece = next(self._pieces, None)
            if piece is None:
                self._ended = True
            else:
                pieces.append(piece)
                wanted -= len(piece)
        self._text = "".join(pieces)

    def _skip(self) -> None:
        """Take a value without looking at it, up to the comma or bracket that follows it."""
        depth = 0
        while True:
            for part in _PARTS.finditer(self._text, self._at):
                found = part[0]
                if found == '"':  # it goes on in a later piece
                    self._at = part.end()
                    self._skip_string()
                    break
                if found[0] in "[{":
                    depth += len(found)
                elif found[0] in "]}":
                    depth -= len(found)
                if depth < 0 or (depth == 0 and found == ","):
                    self._at = part.end() + depth - (found == ",")
                    return
            else:
                self._at = len(self._text)
                if not self._read():
                    self.was_cut_off = True
                    return

    def _skip_string(self) -> None:
        """Take the rest of a string, and the quote that ends it."""
        while True:
            end = _STRING_REST.match(self._text, self._at).end()  # type: ignore[union-attr]
            if end < len(self._text) and self._text[end] == '"':
                self._at = end + 1
                return
            self._at = end  # at the end, or at a backslash that is the last character
            if not self._read():
                self._at = len(self._text)
                return


_TOO_MUCH: Final = f"it has more than {_MAX_CONTAINERS:,} arrays and objects"


def _has_too_much(text: str) -> bool:
    return text.count("[") + text.count("{") > _MAX_CONTAINERS


def _not_json(problem: str, place: int) -> MalformedArticleError:
    return MalformedArticleError(f"it is not JSON: {problem} at character {place + 1}")


def _unreadable(error: Exception) -> str:
    return f"it cannot be read as JSON: {error}"


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")
