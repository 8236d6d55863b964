"""Queries as Lucene's classic parser and Whoosh's default parser read them.

Each is respelled in our language where they differ, and then parsed. Diagnostics and nodes have the
spans of what was typed.
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
    """Read ``text`` as Lucene's classic query parser does; it is parse(text, syntax="lucene").

    As there, AND makes both of its sides required, and with OR beside it "a OR b AND c" requires b
    and c; a part that is prohibited after OR is prohibited. With the default operator "and" a word
    is required unless an OR stands beside it. Ranges are of dates and lengths only. The options are
    those of parse(). Takes any string, in linear time.

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
    """Read ``text`` as Whoosh's QueryParser does; it is parse(text, syntax="whoosh").

    With its default plugins; ``default_operator`` is its group: "or" is OrGroup. As there, NOT,
    AND, OR, ANDNOT, ANDMAYBE and REQUIRE bind in this order, and all of them before words side by
    side; there are no signs. The slop of a phrase counts from 1 there, between each two of its
    words; here it is as many words altogether. The options are those of parse(). Takes any string,
    in linear time.

    >>> from searchlib.query.tree import to_query
    >>> to_query(from_whoosh("horses OR ponies railway ANDMAYBE train").tree)
    '((horses OR ponies) AND (+railway train))'
    """
    return Whoosh(text, joins_by_and=default_operator == "and").parsed(strict=strict, now=now)
