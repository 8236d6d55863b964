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
    syntax: Syntax = "searchlib",
    default_operator: DefaultOperator | None = None,
    strict: bool = False,
    now: datetime | None = None,
) -> Parsed:
    """Parse ``text``. Takes any string; costs time in proportion to its length.

    ``syntax`` "lucene" and "whoosh" are those of their own parsers; whatever it is, the spans of
    diagnostics and nodes are of ``text``. ``default_operator`` joins words with nothing between
    them; None is that of the syntax: "and" for "whoosh", else "or". ``now`` is what "yesterday" and
    "7d" count from; UTC unless it has a zone. With ``strict`` the first thing that changes what is
    searched for raises QuerySyntaxError or UnknownFieldError. ValueError for an unknown choice.

    >>> tree.to_query(parse("horses AND -pony OR headline:(railway station)").tree)
    '((horses AND NOT pony) OR (headline:railway OR headline:station))'
    >>> tree.to_query(parse("title:horse* AND roam~", syntax="lucene").tree)
    '(headline:horse* AND roam~2)'
    """
    joins = default_operator_of(syntax, default_operator)
    if syntax != "searchlib":
        # It takes 5 ms to import.
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
    """The readers of one query, from its characters to its lists, and what reads it to its end.

    ``make_scanner`` makes what reads the characters.
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
            # No article has a surrogate: there too it is U+FFFD.
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
        """Read the whole query; its diagnostics are in ``collector`` then."""
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
