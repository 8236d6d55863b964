"""Reads queries as Lucene's classic parser and Whoosh's default parser do.

A query is respelled in this package's language where the languages differ, and then parsed. The
spans of diagnostics and nodes are spans in the query as it was typed.
"""

from __future__ import annotations

from datetime import datetime

from searchlib.query.dialects.lucene_dialect import Lucene
from searchlib.query.dialects.whoosh_dialect import Whoosh
from searchlib.query.parser import Parsed
from searchlib.query.syntaxes import DefaultOperator

__all__ = ["from_lucene", "from_whoosh"]


def from_lucene(
    text: str,
    *,
    default_operator: DefaultOperator = "or",
    strict: bool = False,
    now: datetime | None = None,
) -> Parsed:
    """Parse ``text`` as Lucene's classic query parser does, like parse(text, syntax="lucene").

    As in Lucene, AND makes both of its sides required, so "a OR b AND c" requires b and c. A part
    with a minus after OR is prohibited. With the default operator "and", a word is required unless
    it stands beside OR. Only ranges of dates and lengths are supported. The options are those of
    parse(). ``text`` may be any string; the time is linear.

    >>> from searchlib.query.tree import to_query
    >>> to_query(from_lucene("title:horse* AND roam~").tree)
    '(headline:horse* AND roam~2)'
    """
    return Lucene(text, joins_by_and=default_operator == "and").parsed(strict=strict, now=now)


def from_whoosh(
    text: str,
    *,
    default_operator: DefaultOperator = "and",
    strict: bool = False,
    now: datetime | None = None,
) -> Parsed:
    """Parse ``text`` as Whoosh's QueryParser with its default plugins, like syntax="whoosh".

    ``default_operator`` is the parser's group: "or" is OrGroup. As in Whoosh, operators bind in the
    order NOT, AND, OR, ANDNOT, ANDMAYBE, REQUIRE, and all of them bind tighter than words side by
    side. There are no signs. In Whoosh the slop of a phrase counts from 1, between each two of its
    words; it is converted to the total number of words between. The options are those of parse().
    ``text`` may be any string; the time is linear.

    >>> from searchlib.query.tree import to_query
    >>> to_query(from_whoosh("horses OR ponies railway ANDMAYBE train").tree)
    '((horses OR ponies) AND (+railway train))'
    """
    return Whoosh(text, joins_by_and=default_operator == "and").parsed(strict=strict, now=now)
