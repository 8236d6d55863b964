"""The grammar: a query as people type it, to a tree.

    list     = group of "and"s, parted by OR or by nothing
    and      = unary { AND unary }
    unary    = { "+" | "-" | "!" | NOT } operand
    operand  = [ field ":" ] ( "(" list ")" | phrase | word )

Where the default operator is "and", words parted by nothing belong to the "and" instead. In a list,
"+a" is required and "-a", or NOT a after nothing, is prohibited; NOT after AND or OR is a negation
as good as any other part.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

from searchlib.article import TEXT_FIELDS, TextField
from searchlib.query import tree
from searchlib.query.clauses import Modifier, Unary, clauses, over, plain
from searchlib.query.dates import parse_date_range
from searchlib.query.diagnostics import Diagnostic
from searchlib.query.fields import (
    DATE_FIELDS,
    FIELD_NAMES,
    KEY_FIELDS,
    TEXT_NAMES,
    closest_field,
)
from searchlib.query.plain import parse_plain
from searchlib.query.remarks import Remarks
from searchlib.query.scanner import CLOSING, Chunk, Scanner

__all__ = ["MAX_NESTING", "Parsed", "parse"]

MAX_NESTING: Final = 50
"""Parentheses in parentheses beyond this are ignored: what reads a tree may then be recursive."""

# Words before a colon that are part of an address, not a slip for a field.
_SCHEMES: Final = frozenset({"http", "https", "ftp", "mailto", "file", "news"})
_NAME: Final = re.compile(r"[^\W\d]\w*")
_SUFFIX: Final = re.compile(r"(\^[\d.]*|~[\d.]*)\Z")
_SUFFIX_AFTER: Final = re.compile(r"[~^][\d.]*|\*+(?=[\s()]|\Z)")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_NEAR: Final = re.compile(r"(?:w|pre)/(?:\d+|[sp])", re.IGNORECASE)
_COUNTED: Final = re.compile(r"atleast\d+|wc[<>=:]+\d+", re.IGNORECASE)
_AMONG_FIRST: Final = re.compile(r"first\d+|hlp", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A query, the tree of it, and what was wrong with it, in the order of the text."""

    text: str
    tree: tree.Node
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class _Scope:
    """Where words are looked for: text fields, a metadata field, or the date."""

    fields: tuple[TextField, ...] = TEXT_FIELDS
    key: str | None = None
    date: bool = False


def parse(
    text: str,
    *,
    default_operator: Literal["or", "and"] = "or",
    strict: bool = False,
    now: datetime | None = None,
) -> Parsed:
    """Parse ``text``. Takes any string; costs time in proportion to its length.

    ``now`` is what "yesterday" and "7d" count from; UTC unless it has a zone. With ``strict`` the
    first thing that changes what is searched for raises QuerySyntaxError or UnknownFieldError.

    >>> tree.to_query(parse("horses AND -pony OR headline:(railway station)").tree)
    '((horses AND NOT pony) OR (headline:railway OR headline:station))'
    """
    plain_tree = parse_plain(text, default_operator)
    if plain_tree is not None:
        return Parsed(text, plain_tree, ())
    # No article has a surrogate: there too it is U+FFFD.
    parser = _Parser(_SURROGATE.sub("\ufffd", text), default_operator, now or datetime.now(UTC))
    node = parser.everything()
    if strict:
        parser.remarks.refuse(text)
    return Parsed(text, node, parser.remarks.in_order())


class _Parser:
    def __init__(self, text: str, default_operator: str, now: datetime) -> None:
        self.scanner = Scanner(text)
        self.remarks = Remarks(text)
        self._joins_by_and = default_operator == "and"
        self._now = now
        self._depth = 0
        self._ignored_openings = 0
        self._operator_span = (0, 0)

    # The list, from the outside in

    def everything(self) -> tree.Node:
        parts: list[tree.Node] = []
        while True:
            node = self._list(_Scope())
            if node is not None:
                parts.append(node)
            if self.scanner.ended:
                break
            self.remarks.warn(
                self.scanner.at, self.scanner.at + 1, "')' closes nothing", "it was ignored"
            )
            self.scanner.at += 1
        if not parts:
            size = len(self.scanner.query)
            self.remarks.warn(0, size, "there is nothing to search for", "no article matches")
            return tree.Nothing(start=0, end=size)
        return self._joined(parts)

    def _joined(self, parts: list[tree.Node]) -> tree.Node:
        kind = tree.And if self._joins_by_and else tree.Or
        return parts[0] if len(parts) == 1 else over(kind, parts)

    def _list(self, scope: _Scope) -> tree.Node | None:
        """Parse up to the end or a closing parenthesis."""
        items: list[tuple[Unary, bool]] = []
        after_or = False
        or_span = (0, 0)
        while True:
            operator = self._operator()
            if operator == "OR" and items and not after_or:
                after_or = True
                or_span = self._operator_span
                continue
            if operator:
                self._stray_operator(operator)
                continue
            if self._at_end():
                break
            item = self._and(scope)
            if item is not None:
                items.append((item, after_or))
                after_or = False
        if after_or:
            self._stray_operator("OR", or_span)
        return clauses(items, joins_by_and=self._joins_by_and)

    def _and(self, scope: _Scope) -> Unary | None:
        first = self._unary(scope)
        items = [] if first is None else [first]
        while True:
            before = self.scanner.at
            operator = self._operator()
            if operator == "AND":
                if self._at_end():
                    self._stray_operator("AND")
                    break
                if not items:
                    self._stray_operator("AND")
            elif operator or not self._joins_by_and or self._at_end():
                self.scanner.at = before
                break
            item = self._unary(scope)
            if item is not None:
                items.append(item)
        if len(items) > 1:
            return Unary("", over(tree.And, [plain(item) for item in items]))
        return items[0] if items else None

    def _unary(self, scope: _Scope) -> Unary | None:
        modifier: Modifier = ""
        scanner = self.scanner
        while True:
            scanner.skip_space()
            start = scanner.at
            if self._accept_word("NOT"):
                sign = "-"
            elif scanner.peek() in ("+", "-", "!"):
                sign = "+" if scanner.peek() == "+" else "-"
                scanner.at += 1
                if scanner.ended or scanner.peek().isspace() or scanner.peek() == ")":
                    # A dash between words, as in headlines; "C +", "wow !".
                    self.remarks.note(start, scanner.at, "a sign stands alone", "it was ignored")
                    modifier = ""
                    if self._at_end():
                        return None
                    continue
            else:
                break
            if self._at_end():
                self.remarks.warn(start, scanner.at, "there is nothing after it", "it was ignored")
                return None
            negated: Modifier = "" if modifier == "-" else "-"
            modifier = (modifier or "+") if sign == "+" else negated
        operator = self._operator()
        if operator:
            self._stray_operator(operator)
            return None
        node = self._operand(scope)
        return None if node is None else Unary(modifier, node)

    # Operands

    def _operand(self, scope: _Scope, *, after_field: bool = False) -> tree.Node | None:
        scanner = self.scanner
        scanner.skip_space()
        start = scanner.at
        if self._at_end():
            return None
        if scanner.accept("("):
            return self._group(scope, start)
        if scope.date and scanner.peek() in ("[", "{"):
            return self._date(scanner.bracketed(), start)
        if scanner.peek() in CLOSING:
            return self._phrase(scope, start)
        following = scanner.peek(2)[1:]
        if scanner.peek() == "=" and (following.isalnum() or following in CLOSING):
            scanner.at += 1
            self.remarks.later(start, scanner.at, "verbatim search", "case and endings are ignored")
            return self._operand(scope, after_field=after_field)
        return self._chunk(scope, scanner.chunk(), after_field=after_field)

    def _group(self, scope: _Scope, start: int) -> tree.Node | None:
        if self._depth == MAX_NESTING:
            if not self._ignored_openings:
                self.remarks.warn(
                    start,
                    start + 1,
                    f"parentheses are nested deeper than {MAX_NESTING}",
                    "those further in were ignored",
                )
            self._ignored_openings += 1
            return None
        self._depth += 1
        node = self._list(scope)
        self._depth -= 1
        closed = self.scanner.accept(")")
        if not closed:
            self.remarks.warn(start, start + 1, "'(' is never closed", "it was closed at the end")
        elif node is None:
            self.remarks.warn(
                start, self.scanner.at, "there is nothing in the parentheses", "left out"
            )
        self._suffix_after("a boost", start)
        return node

    def _phrase(self, scope: _Scope, start: int) -> tree.Node | None:
        text, closed = self.scanner.phrase()
        is_prefix = scope.key is not None and self.scanner.accept("*")
        end = self.scanner.at
        if not closed:
            self.remarks.warn(
                start, start + 1, "the quote is never closed", "it was closed at the end"
            )
        self._suffix_after("a slop or boost after a phrase", start)
        if scope.date:
            return self._date(text, start)
        if not text.strip():
            self.remarks.note(
                start, end, "there is nothing between the quotes", "they were ignored"
            )
            return None
        if scope.key:
            return tree.Metadata(scope.key, text, is_prefix, start=start, end=end)
        return tree.Phrase(text, scope.fields, start=start, end=end)

    def _chunk(self, scope: _Scope, chunk: Chunk, *, after_field: bool) -> tree.Node | None:
        start, end = chunk.start, chunk.end
        if scope.date:
            return self._date(chunk.text, start)
        # One field before a value: in "caption:10:30" and "url:https://..." the rest is the value.
        colon = -1 if after_field or scope.key else chunk.find(":")
        if colon > 0:
            name = chunk.text[:colon]
            lowered = name.casefold()
            # Nothing of what follows the colon has been read if it was a quote or parenthesis.
            if lowered in FIELD_NAMES or _AMONG_FIRST.fullmatch(lowered):
                return self._field(scope, lowered, chunk, colon)
            if self._may_be_field(name, chunk, colon):
                return self._unknown_field(scope, name, chunk, colon)
        if _COUNTED.fullmatch(chunk.text) and not chunk.escaped:
            self.remarks.later(start, end, f"{chunk.text!r}", "it was ignored")
            return None
        if _is_regular_expression(chunk):
            self.remarks.later(start, end, "a regular expression", "its words are searched for")
            words = re.sub(r"\W+", " ", chunk.text).split()
            nodes: list[tree.Node] = [
                tree.Word(word, scope.fields, start=start, end=end) for word in words
            ]
            return self._joined(nodes) if nodes else None
        return self._word(scope, chunk if scope.key else self._without_suffix(chunk))

    def _word(self, scope: _Scope, chunk: Chunk) -> tree.Node | None:
        start, end, text = chunk.start, chunk.end, chunk.text
        if not text.strip():
            self.remarks.note(start, end, "there is no word in this part", "it was ignored")
            return None
        if scope.key:
            is_prefix = text.endswith("*") and len(text) - 1 not in chunk.escaped
            value = text.removesuffix("*") if is_prefix else text
            return tree.Metadata(scope.key, value, is_prefix, start=start, end=end)
        # A question mark at the end is one, unless the word has a wildcard before it.
        first_wildcard = chunk.find("*?")
        if first_wildcard < 0 or not text[first_wildcard:].strip("?!.,;:"):
            if not text.strip("?"):
                self.remarks.note(start, end, "a question mark stands alone", "it was ignored")
                return None
            return tree.Word(text, scope.fields, start=start, end=end)
        # No word has a star in it: one that is escaped is nothing. Then comes off what ends a
        # sentence, unless it is escaped.
        kept = [
            (character, place in chunk.escaped)
            for place, character in enumerate(text)
            if character not in "*?" or place not in chunk.escaped
        ]
        while kept and kept[-1][0] in ".,;:!" and not kept[-1][1]:
            kept.pop()
        pattern = "".join(character for character, _ in kept)
        literal = pattern.removesuffix("*")
        if not pattern.strip("*?"):
            if scope.fields == TEXT_FIELDS:
                return tree.Everything(start=start, end=end)
            return tree.Wildcard("*", scope.fields, start=start, end=end)
        if literal != pattern and "*" not in literal and "?" not in literal:
            return tree.Prefix(literal, scope.fields, start=start, end=end)
        return tree.Wildcard(pattern, scope.fields, start=start, end=end)

    def _date(self, value: str, start: int) -> tree.Node | None:
        end = self.scanner.at
        try:
            since, until = parse_date_range(value, self._now)
        except ValueError as error:
            self.remarks.add("error", start, end, str(error), "it was left out")
            return None
        return tree.DateRange(since, until, start=start, end=end)

    # Fields

    def _field(self, scope: _Scope, name: str, chunk: Chunk, colon: int) -> tree.Node | None:
        start = chunk.start
        self._go_back_to_value(chunk, colon)
        if name in TEXT_NAMES:
            inner = _Scope(fields=(TEXT_NAMES[name],))
        elif name in KEY_FIELDS:
            inner = _Scope(key=KEY_FIELDS[name])
        elif name in DATE_FIELDS:
            inner = _Scope(date=True)
        elif name == "hlp":
            self.remarks.later(start, self.scanner.at, "hlp:", "the headline is searched")
            inner = _Scope(fields=("headline",))
        else:
            self.remarks.later(start, self.scanner.at, f"{name}:", "the whole text is searched")
            inner = scope
        after_name = self.scanner.at
        self.scanner.skip_space()
        if self._at_end() or self._peek_operator():
            self.remarks.warn(
                start, after_name, f"there is nothing after '{name}:'", "it was ignored"
            )
            return None
        return self._operand(inner, after_field=True)

    def _unknown_field(
        self, scope: _Scope, name: str, chunk: Chunk, colon: int
    ) -> tree.Node | None:
        self._go_back_to_value(chunk, colon)
        start, end = chunk.start, self.scanner.at
        self.remarks.unknown_fields[start] = name
        self.remarks.add(
            "error",
            start,
            end,
            f"there is no field {name!r}",
            "it was searched for as a word",
            closest_field(name[:32].casefold()),
        )
        word = tree.Word(name, scope.fields, start=start, end=end - 1)
        value = self._operand(scope, after_field=True)
        return word if value is None else self._joined([word, value])

    def _may_be_field(self, name: str, chunk: Chunk, colon: int) -> bool:
        following = chunk.text[colon + 1 : colon + 2] or self.scanner.peek()
        value_follows = bool(following) and not following.isspace() and following != ")"
        is_address = name.casefold() in _SCHEMES or chunk.text.startswith("//", colon + 1)
        return bool(_NAME.fullmatch(name)) and value_follows and not is_address

    def _go_back_to_value(self, chunk: Chunk, colon: int) -> None:
        escapes = sum(place < colon for place in chunk.escaped)
        self.scanner.at = chunk.start + colon + 1 + escapes

    # What later releases will understand

    def _without_suffix(self, chunk: Chunk) -> Chunk:
        found = _SUFFIX.search(chunk.text)
        if not found or found.start() == 0 or found.start() in chunk.escaped:
            return chunk
        what = "a boost" if found[0].startswith("^") else "fuzzy search"
        self.remarks.later(chunk.start, chunk.end, what, "the word is searched for as it is")
        return chunk.part(0, found.start())

    def _suffix_after(self, what: str, start: int) -> None:
        found = _SUFFIX_AFTER.match(self.scanner.query, self.scanner.at)
        if found:
            self.scanner.at = found.end()
            if found[0][0] == "*":
                what = "a star after a phrase or parenthesis"
            self.remarks.later(start, self.scanner.at, what, "it was ignored")

    # Operators

    def _at_end(self) -> bool:
        self.scanner.skip_space()
        while self._ignored_openings and self._depth == MAX_NESTING and self.scanner.accept(")"):
            self._ignored_openings -= 1
            self.scanner.skip_space()
        return self.scanner.ended or self.scanner.peek() == ")"

    def _accept_word(self, word: str) -> bool:
        """Read an operator that stands by itself."""
        scanner = self.scanner
        if not scanner.query.startswith(word, scanner.at):
            return False
        after = scanner.query[scanner.at + len(word) : scanner.at + len(word) + 1]
        if after and not after.isspace() and after not in "()" and after not in CLOSING:
            return False
        scanner.at += len(word)
        return True

    def _operator(self) -> str:
        """Read an AND or OR, however it is spelled; give "" if none comes next."""
        scanner = self.scanner
        scanner.skip_space()
        start = scanner.at
        for spelling, operator in (("AND", "AND"), ("&&", "AND"), ("OR", "OR"), ("||", "OR")):
            if self._accept_word(spelling):
                self._operator_span = (start, scanner.at)
                return operator
        found = _NEAR.match(scanner.query, scanner.at)
        if found and self._accept_word(found[0]):
            self._operator_span = found.span()
            self.remarks.later(
                found.start(), found.end(), f"{found[0]!r}", "both sides must match, anywhere"
            )
            return "AND"
        return ""

    def _peek_operator(self) -> bool:
        before, known = self.scanner.at, self.remarks.count
        found = self._operator() or self._accept_word("NOT")
        self.scanner.at = before
        self.remarks.take_back(known)
        return bool(found)

    def _stray_operator(self, operator: str, span: tuple[int, int] | None = None) -> None:
        start, end = span or self._operator_span
        self.remarks.warn(
            start, end, f"{operator} does not stand between two parts", "it was ignored"
        )


def _is_regular_expression(chunk: Chunk) -> bool:
    text = chunk.text
    slashes = len(text) > 2 and text[0] == text[-1] == "/"
    return slashes and not chunk.escaped and any(character in ".*+?[]|\\" for character in text)
