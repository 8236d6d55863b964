"""Postings to bytes and back: the index on disk or in memory, its snapshots and transactions.

    DocumentBatch -> Transaction -> SegmentBuilder -> segment -> Commit
    Snapshot <- ArticleSegment <- Commit

A segment is one immutable file with checksums (article_segment.py); a commit names the segments.
The layers above see DocumentBatch, Snapshot, Store and Transaction only.

Beside it stands a codec for Whoosh's own indexes, of any schema: SearchlibCodec (whoosh_codec.py).
All that knows Whoosh is in this package, and nothing that this module imports does.
"""

from __future__ import annotations

from searchlib.codec.building import Builder, build_segment
from searchlib.codec.checking import check_snapshot
from searchlib.codec.damage import reading
from searchlib.codec.documents import DocumentBatch, Tokens
from searchlib.codec.records import Record, decode_record
from searchlib.codec.settings import SETTINGS_FILE, Settings
from searchlib.codec.snapshot import NO_DATE, Part, Postings, Snapshot, Term, field_mask
from searchlib.codec.store import Store
from searchlib.codec.transaction import Changes, Transaction
from searchlib.codec.word_patterns import WordPattern

__all__ = [
    "NO_DATE",
    "SETTINGS_FILE",
    "Builder",
    "Changes",
    "DocumentBatch",
    "Part",
    "Postings",
    "Record",
    "Settings",
    "Snapshot",
    "Store",
    "Term",
    "Tokens",
    "Transaction",
    "WordPattern",
    "build_segment",
    "check_snapshot",
    "decode_record",
    "field_mask",
    "reading",
]
