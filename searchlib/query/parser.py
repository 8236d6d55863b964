"""Parses a query, as people type it, into a tree.

    list     = and { [ OR ] and }
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

If the default operator is "and", words side by side belong to one "and". In a list, "+a" is
required. "-a" is prohibited, and so is "NOT a" with no operator before it. "NOT a" after AND or OR
is an operand like any other. An operand has at most one field before it. Characters that fit no
rule are read as a word.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from searchlib.query import tree
from searchlib.query.collector import Collector, refuse
from searchlib.query.diagnostics import Diagnostic
from searchlib.query.plain import parse_plain
from searchlib.query.reading.clauses import side_by_side
from searchlib.query.reading.leaf_reader import LeafReader
from searchlib.query.reading.list_reader import ListReader
from searchlib.query.reading.nesting import Nesting
from searchlib.query.reading.operand_reader import OperandReader
from searchlib.query.reading.prefix_reader import PrefixReader
from searchlib.query.reading.proximity import Proximity
from searchlib.query.reading.scanner import Scanner
from searchlib.query.reading.scope import MAX_NESTING, Scope
from searchlib.query.reading.suffix_reader import SuffixReader
from searchlib.query.syntaxes import DefaultOperator, Syntax, default_operator_of

__all__ = ["MAX_NESTING", "Parsed", "Parser", "parse"]

_SURROGATE: Final = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Parsed:
    """The text of a query, its tree, and its diagnostics in the order of the text.

    str() returns a query that parses to an equal tree with the default operator "or".

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
    syntax: Syntax = "searchlib",
    default_operator: DefaultOperator | None = None,
    strict: bool = False,
    now: datetime | None = None,
) -> Parsed:
    """Parse ``text``, which may be any string, in time proportional to its length.

    ``syntax`` "lucene" and "whoosh" read the query as the parsers of Lucene and Whoosh do. In every
    syntax the spans of diagnostics and nodes are spans in ``text``. ``default_operator`` joins
    words with nothing between them; None means "and" for "whoosh" and "or" for the others.
    "yesterday" and "7d" count from ``now``, which is in UTC if it has no zone. With ``strict`` the
    first error or warning raises QuerySyntaxError or UnknownFieldError. Raises ValueError for an
    unknown ``syntax`` or ``default_operator``.

    >>> tree.to_query(parse("horses AND -pony OR headline:(railway station)").tree)
    '((horses AND NOT pony) OR (headline:railway OR headline:station))'
    >>> tree.to_query(parse("title:horse* AND roam~", syntax="lucene").tree)
    '(headline:horse* AND roam~2)'
    """
    joins = default_operator_of(syntax, default_operator)
    if syntax != "searchlib":
        # The dialects take 5 ms to import, and most queries do not use them.
        from searchlib.query import dialects  # noqa: PLC0415

        read = dialects.from_lucene if syntax == "lucene" else dialects.from_whoosh
        return read(text, default_operator=joins, strict=strict, now=now)
    plain_tree = parse_plain(text, joins)
    if plain_tree is not None:
        return Parsed(text, plain_tree, ())
    parser = Parser(text, joins_by_and=joins == "and", now=now or datetime.now(UTC))
    node = parser.read()
    diagnostics = parser.collector.in_order()
    if strict:
        refuse(text, diagnostics, parser.collector.unknown_fields)
    return Parsed(text, node, diagnostics)


class Parser:
    """Reads one query to its end; it connects the readers of lists, operands and characters.

    ``make_scanner`` makes the scanner, which reads the characters.
    """

    __slots__ = ("_joins_by_and", "_lists", "collector", "scanner")

    def __init__(
        self,
        text: str,
        *,
        joins_by_and: bool,
        now: datetime,
        make_scanner: Callable[[str], Scanner] = Scanner,
    ) -> None:
        if not text.isascii():
            # Articles have U+FFFD in place of each surrogate, so the query has, too.
            text = _SURROGATE.sub("\ufffd", text)
        self.scanner = scanner = make_scanner(text)
        self.collector = collector = Collector(text)
        self._joins_by_and = joins_by_and
        nesting = Nesting(scanner, collector)
        proximity = Proximity(collector)
        suffixes = SuffixReader(scanner, collector, proximity)
        leaves = LeafReader(scanner, collector, suffixes, now)
        prefixes = PrefixReader(
            scanner, collector, nesting, proximity, leaves, joins_by_and=joins_by_and
        )
        operands = OperandReader(
            scanner,
            collector,
            nesting,
            proximity,
            suffixes,
            leaves,
            prefixes,
            joins_by_and=joins_by_and,
        )
        self._lists = ListReader(
            scanner, collector, nesting, proximity, operands, joins_by_and=joins_by_and
        )

    def read(self) -> tree.Node:
        """Read the whole query and return its tree. Its diagnostics are in ``collector``."""
        scanner = self.scanner
        parts: list[tree.Node] = []
        while True:
            node = self._lists.read(Scope())
            if node is not None:
                parts.append(node)
            if scanner.ended:
                break
            self.collector.warn(scanner.at, scanner.at + 1, "')' closes nothing", "it was ignored")
            scanner.at += 1
        if not parts:
            size = len(scanner.query)
            message = "there is nothing to search for"
            self.collector.warn(0, size, message, "no article matches")
            return tree.Nothing(start=0, end=size)
        return side_by_side(parts, joins_by_and=self._joins_by_and)
