"""An index that Whoosh itself has written, with several segments, deletions and removed fields."""

from __future__ import annotations

import shutil
from pathlib import Path

import whoosh.index
from whoosh import fields

from tests.whoosh.program_index import document, make_schema


def make_stock(folder: str, indexname: str | None = None) -> whoosh.index.FileIndex:
    """Make one of five segments: the first lost its first document, and the fourth all it had."""
    Path(folder).mkdir(exist_ok=True)
    schema = make_schema()
    schema.add("gone", fields.TEXT(stored=True, sortable=True))
    index = whoosh.index.create_in(folder, schema, indexname)
    for first in range(0, 25, 5):
        writer = index.writer()
        for number in range(first, first + 5):
            boosts = {"_boost": 3.0} if number == 7 else {"_title_boost": 0.5}
            writer.add_document(**document(number), gone="gone", **boosts)
        writer.commit(merge=False)
    writer = index.writer()
    for number in (0, 6, 15, 16, 17, 18, 19):
        writer.delete_by_term("path", f"/{number}")
    writer.remove_field("gone")
    writer.commit(merge=False)
    return index


def optimized(folder: str) -> whoosh.index.FileIndex:
    """Give a copy of a stock index that Whoosh has optimized."""
    copy = f"{folder}-optimized"
    shutil.copytree(folder, copy)
    index = whoosh.index.open_dir(copy)
    index.optimize()
    return index
