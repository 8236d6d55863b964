"""Queries as Lucene's classic parser and Whoosh's default parser read them.

Where they differ each is spelled anew in our language, and then parsed.
"""

from __future__ import annotations

from searchlib.query.dialects.lucene_dialect import Lucene
from searchlib.query.dialects.whoosh_dialect import Whoosh
from searchlib.query.parser import Parsed

__all__ = ["from_lucene", "from_whoosh"]


def from_lucene(text: str) -> Parsed:
    """Read ``text`` as Lucene's classic query parser does, with OR as its default operator.

    As there, AND makes both of its sides required, and with OR beside it "a OR b AND c" requires b
    and c; a part that is prohibited after OR is prohibited. Ranges are of dates and lengths only.
    Takes any string, in linear time. ``index.search(str(from_lucene(text)))`` searches for it.

    >>> from searchlib.query.tree import to_query
    >>> to_query(from_lucene("title:horse* AND roam~").tree)
    '(headline:horse* AND roam~2)'
    """
    return Lucene(text).parsed()


def from_whoosh(text: str) -> Parsed:
    """Read ``text`` as Whoosh's QueryParser does with its default plugins and group, AND.

    As there, NOT, AND, OR, ANDNOT, ANDMAYBE and REQUIRE bind in this order, and all of them before
    words side by side; there are no signs. The slop of a phrase counts from 1 there, between
    each two of its words; here it is as many words altogether. Takes any string, in linear time.

    >>> from searchlib.query.tree import to_query
    >>> to_query(from_whoosh("horses OR ponies railway ANDMAYBE train").tree)
    '((horses OR ponies) AND (+railway train))'
    """
    return Whoosh(text).parsed()
