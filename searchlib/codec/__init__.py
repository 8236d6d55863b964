"""Postings to bytes and back: the index on disk or in memory, its snapshots and transactions.

    Document -> Transaction -> Whoosh's SegmentWriter -> SearchlibCodec -> segment -> Commit
    Snapshot <- segments <- Commit

A segment is written by Whoosh's writer through a codec of our own, so that any Whoosh query runs on
it; a snapshot reads it directly. Every file has checksums, none has a pickle. All that knows Whoosh
is in this package: the layers above see Document, Snapshot, Store and Transaction only.

    what             in the Whoosh schema                              posting
    the text         headline, body, caption: folded, stemmed terms    positions
    its words        headline_words, ...: folded words, not stemmed    frequency
    metadata         source, section, tags, ...: folded values         existence
    the article      stored: the article as JSON; columns: exact
                     field lengths, published, the order of insertion

The words stand beside the terms because a prefix is a prefix of what was written: "horse*" finds
"horses", whose stem is "hors".
"""

from __future__ import annotations

from searchlib.codec.checking import check_snapshot
from searchlib.codec.documents import Document
from searchlib.codec.settings import SETTINGS_FILE, Settings
from searchlib.codec.snapshot import NO_DATE, Postings, Snapshot
from searchlib.codec.store import Store
from searchlib.codec.transaction import Transaction
from searchlib.codec.whoosh_codec import SearchlibCodec

__all__ = [
    "NO_DATE",
    "SETTINGS_FILE",
    "Document",
    "Postings",
    "SearchlibCodec",
    "Settings",
    "Snapshot",
    "Store",
    "Transaction",
    "check_snapshot",
]
