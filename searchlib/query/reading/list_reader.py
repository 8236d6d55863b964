"""Reads the lists of a query: operands, with the signs before and the operators between them."""

from __future__ import annotations

from searchlib.query import tree
from searchlib.query.collector import Collector
from searchlib.query.reading.clauses import (
    Modifier,
    Unary,
    clauses,
    combine,
    is_everything,
    unsigned,
)
from searchlib.query.reading.connectives import (
    Nearness,
    accept_junction,
    accept_word,
    at_junction,
    nearness,
)
from searchlib.query.reading.nesting import Nesting
from searchlib.query.reading.operand_reader import OperandReader
from searchlib.query.reading.proximity import Proximity
from searchlib.query.reading.scanner import Scanner
from searchlib.query.reading.scope import Scope
from searchlib.query.reading.suffix_reader import AMONG_FIRST

__all__ = ["ListReader"]


class ListReader:
    """Reads a list by recursive descent; each method is a rule of the grammar in parser.py."""

    __slots__ = (
        "_collector",
        "_joins_by_and",
        "_junction_span",
        "_nesting",
        "_operands",
        "_proximity",
        "_scanner",
    )

    def __init__(
        self,
        scanner: Scanner,
        collector: Collector,
        nesting: Nesting,
        proximity: Proximity,
        operands: OperandReader,
        *,
        joins_by_and: bool,
    ) -> None:
        self._scanner = scanner
        self._collector = collector
        self._nesting = nesting
        self._proximity = proximity
        self._operands = operands
        self._joins_by_and = joins_by_and
        self._junction_span = (0, 0)

    def read(self, scope: Scope) -> tree.Node | None:
        """Read up to the end or a closing parenthesis; return None if no operand is left."""
        items: list[tuple[Unary, bool]] = []
        after_or = False
        or_span = (0, 0)
        while True:
            operator = self._junction()
            if operator == "OR" and items and not after_or:
                after_or = True
                or_span = self._junction_span
                continue
            if operator:
                self._stray(operator)
                continue
            if self._nesting.at_end():
                break
            item = self._and(scope)
            if item is not None:
                items.append((item, after_or))
                after_or = False
        if after_or:
            self._stray("OR", or_span)
        return clauses(items, joins_by_and=self._joins_by_and)

    def _and(self, scope: Scope) -> Unary | None:
        items: list[Unary] = []
        while True:
            modifier = self._signs()
            node = None if modifier is None else self._near(scope)
            if modifier is not None and node is not None:
                items.append(self._signed(modifier, node))
            before = self._scanner.at
            operator = self._junction()
            if operator == "AND":
                if self._nesting.at_end():
                    self._stray("AND")
                    break
                if not items:
                    self._stray("AND")
            elif operator or not self._joins_by_and or self._nesting.at_end():
                self._scanner.at = before
                break
        if len(items) > 1:
            return Unary("", combine(tree.And, [unsigned(item) for item in items]))
        return items[0] if items else None

    def _signs(self) -> Modifier | None:
        """Read the signs before an operand; return None if no operand follows."""
        modifier: Modifier = ""
        scanner = self._scanner
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
                    self._collector.note(start, scanner.at, "a sign stands alone", "it was ignored")
                    modifier = ""
                    if self._nesting.at_end():
                        return None
                    continue
            else:
                break
            if self._nesting.at_end():
                self._collector.warn(
                    start, scanner.at, "there is nothing after it", "it was ignored"
                )
                return None
            negated: Modifier = "" if modifier == "-" else "-"
            modifier = (modifier or "+") if sign == "+" else negated
        return None if self._accept_stray() else modifier

    def _near(self, scope: Scope) -> tree.Node | None:
        node = self._operands.read(scope, self.read)
        loose: list[tree.Node] = []
        while True:
            self._scanner.skip_space()
            operator = nearness(self._scanner, between=True)
            if operator is None:
                break
            right = self._right_side(operator, scope)
            if right is None:
                if self._scanner.at == operator.start:
                    break
            elif node is None:
                self._stray(operator.text, operator[1:3])
                node = right
            elif loose:
                # After an operand without spans, the rest of the row is joined by AND, too.
                self._proximity.fall_back(operator, "stands behind an operand without positions")
                loose.append(_not_near(right, operator))
            else:
                near = self._proximity.near(node, right, operator)
                loose = [] if near else [node, _not_near(right, operator)]
                node = near or node
        return combine(tree.And, loose) if loose else node

    def _right_side(self, operator: Nearness, scope: Scope) -> tree.Node | None:
        """Read an operator and its right side; return None if the operator has no right side.

        In that case SAME and ADJ are not read, because they are words unless they join operands.
        """
        self._scanner.at = operator.end
        if self._nesting.at_end() or at_junction(self._scanner):
            if operator.bare:
                self._scanner.at = operator.start
                return None
            self._stray(operator.text, operator[1:3])
            return None
        modifier = self._signs()
        node = None if modifier is None else self._operands.read(scope, self.read)
        if modifier is None or node is None:
            self._stray(operator.text, operator[1:3])
            return None
        return unsigned(self._signed(modifier, node))

    def _signed(self, modifier: Modifier, node: tree.Node) -> Unary:
        if modifier == "-" and is_everything(node):
            message = "this leaves out every article"
            self._collector.warn(node.start, node.end, message, "no article is left in this part")
        return Unary(modifier, node)

    # Operators

    def _junction(self) -> str:
        """Read an AND or OR and store its span; return "" if none comes next."""
        self._scanner.skip_space()
        start = self._scanner.at
        operator = accept_junction(self._scanner)
        if operator:
            self._junction_span = (start, self._scanner.at)
        return operator

    def _accept_stray(self) -> bool:
        """Read an operator without a left side and add a diagnostic; tell whether there was one."""
        operator = self._junction()
        if operator:
            self._stray(operator)
            return True
        near = nearness(self._scanner, between=False)
        if near:
            self._scanner.at = near.end
            self._stray(near.text, near[1:3])
            return True
        if self._scanner.peek() != "/":
            return False
        first = AMONG_FIRST.match(self._scanner.query, self._scanner.at)
        if first:
            self._scanner.at = first.end()
            message = f"there is nothing before {first[0]!r}"
            self._collector.warn(first.start(), first.end(), message, "it was ignored")
        return bool(first)

    def _stray(self, operator: str, span: tuple[int, int] | None = None) -> None:
        start, end = span or self._junction_span
        message = f"{operator} does not stand between two parts"
        self._collector.warn(start, end, message, "it was ignored")


def _not_near(right: tree.Node, operator: Nearness) -> tree.Node:
    return unsigned(Unary("-" if operator.negated else "", right))
