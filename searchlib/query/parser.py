"""The grammar: a query as people type it, to a tree.

    list     = group of "and"s, parted by OR or by nothing
    and      = unary { AND unary }
    unary    = signs near
    near     = operand { [ NOT ] nearness signs operand }
    operand  = { prefix } ( "(" list ")" | [ "=" ] ( phrase | word ) | regex | length ) { suffix }

    signs    = { "+" | "-" | "!" | NOT }
    nearness = ( "w" | "pre" ) "/" ( number | "s" | "p" ) | ( "near" | "adj" ) number | SAME | ADJ
    prefix   = field ( ":" | "=" ) | "hlp:" | "first" number ":" | "atleast" number
             | HEADLINE | HLEAD | ALLCAPS | CAPS, each before "("
    suffix   = "~" [ number ] | "^" number | "/F" number "/"
    length   = "wc" ( ":" range | ( "<" | "<=" | "=" | ">=" | ">" ) number )

Where the default operator is "and", words parted by nothing belong to the "and" instead. In a list,
"+a" is required and "-a", or NOT a after nothing, is prohibited; NOT after AND or OR is a negation
as good as any other part. One field stands before a part, and what has no place there is a word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

from searchlib.query import tree
from searchlib.query.clauses import Modifier, Unary, clauses, is_everything, over, plain
from searchlib.query.collector import Remarks
from searchlib.query.diagnostics import Diagnostic
from searchlib.query.operands import Operands
from searchlib.query.operators import Nearness, accept_operator, accept_word, nearness
from searchlib.query.plain import parse_plain
from searchlib.query.scanner import Scanner
from searchlib.query.scope import MAX_NESTING, Scope
from searchlib.query.suffixes import AMONG_FIRST

__all__ = ["MAX_NESTING", "Parsed", "parse"]

_SURROGATE: Final = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A query, the tree of it, and what was wrong with it, in the order of the text.

    Its str() is a query again, which has the same tree where words are joined by OR.

    >>> print(parse("white horses NEAR5 barn"))
    (white OR (horses w/5 barn))
    """

    text: str
    tree: tree.Node
    diagnostics: tuple[Diagnostic, ...]

    def __str__(self) -> str:
        return tree.to_query(self.tree)


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


class _Parser(Operands):
    def __init__(self, text: str, default_operator: str, now: datetime) -> None:
        super().__init__(Scanner(text), Remarks(text), now)
        self._joins_by_and = default_operator == "and"
        self._operator_span = (0, 0)

    # The list, from the outside in

    def everything(self) -> tree.Node:
        parts: list[tree.Node] = []
        while True:
            node = self._list(Scope())
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

    def _list(self, scope: Scope) -> tree.Node | None:
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

    def _and(self, scope: Scope) -> Unary | None:
        items: list[Unary] = []
        while True:
            modifier = self._signs()
            node = None if modifier is None else self._near(scope)
            if modifier is not None and node is not None:
                items.append(self._signed(modifier, node))
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
        if len(items) > 1:
            return Unary("", over(tree.And, [plain(item) for item in items]))
        return items[0] if items else None

    def _signs(self) -> Modifier | None:
        """Read the signs before a part; None if no part follows."""
        modifier: Modifier = ""
        scanner = self.scanner
        while True:
            scanner.skip_space()
            start = scanner.at
            if accept_word(scanner, "NOT"):
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
        return None if self._accept_stray() else modifier

    def _near(self, scope: Scope) -> tree.Node | None:
        node = self._operand(scope)
        loose: list[tree.Node] = []
        while True:
            self.scanner.skip_space()
            operator = nearness(self.scanner, between=True)
            if operator is None:
                break
            right = self._right_side(operator, scope)
            if right is None:
                if self.scanner.at == operator.start:
                    break
            elif node is None:
                self._stray_operator(operator.text, operator[1:3])
                node = right
            elif loose:
                # One that cannot be near makes the rest of the row as loose as itself.
                self.proximity.fall_back(operator, "stands behind one that has no places")
                loose.append(_beside(right, operator))
            else:
                near = self.proximity.near(node, right, operator)
                loose = [] if near else [node, _beside(right, operator)]
                node = near or node
        return over(tree.And, loose) if loose else node

    def _right_side(self, operator: Nearness, scope: Scope) -> tree.Node | None:
        """Read an operator and its right side; None if it has none.

        Then it was not read if it is SAME or ADJ: these are words where they join nothing.
        """
        self.scanner.at = operator.end
        if self._at_end() or self._at_junction():
            if operator.named:
                self.scanner.at = operator.start
                return None
            self._stray_operator(operator.text, operator[1:3])
            return None
        modifier = self._signs()
        node = None if modifier is None else self._operand(scope)
        if modifier is None or node is None:
            self._stray_operator(operator.text, operator[1:3])
            return None
        return plain(self._signed(modifier, node))

    def _signed(self, modifier: Modifier, node: tree.Node) -> Unary:
        if modifier == "-" and is_everything(node):
            message = "this leaves out every article"
            self.remarks.warn(node.start, node.end, message, "no article is left in this part")
        return Unary(modifier, node)

    # Operators

    def _operator(self) -> str:
        """Read an AND or OR; give "" if none comes next."""
        self.scanner.skip_space()
        start = self.scanner.at
        operator = accept_operator(self.scanner)
        if operator:
            self._operator_span = (start, self.scanner.at)
        return operator

    def _at_junction(self) -> bool:
        before = self.scanner.at
        found = accept_operator(self.scanner)
        self.scanner.at = before
        return bool(found or nearness(self.scanner, between=False))

    def _accept_stray(self) -> bool:
        """Read what joins two parts where there is none before it, and say so."""
        operator = self._operator()
        if operator:
            self._stray_operator(operator)
            return True
        near = nearness(self.scanner, between=False)
        if near:
            self.scanner.at = near.end
            self._stray_operator(near.text, near[1:3])
            return True
        if self.scanner.peek() != "/":
            return False
        first = AMONG_FIRST.match(self.scanner.query, self.scanner.at)
        if first:
            self.scanner.at = first.end()
            message = f"there is nothing before {first[0]!r}"
            self.remarks.warn(first.start(), first.end(), message, "it was ignored")
        return bool(first)

    def _stray_operator(self, operator: str, span: tuple[int, int] | None = None) -> None:
        start, end = span or self._operator_span
        message = f"{operator} does not stand between two parts"
        self.remarks.warn(start, end, message, "it was ignored")


def _beside(right: tree.Node, operator: Nearness) -> tree.Node:
    return plain(Unary("-" if operator.negated else "", right))
