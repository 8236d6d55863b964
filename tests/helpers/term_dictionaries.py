"""Term dictionaries of Whoosh indexes: written, and opened again."""

from __future__ import annotations

from collections.abc import Iterable

from searchlib.whoosh.codec.term_dictionary import Dictionary, DictionaryWriter, TermEntry


def written(items: Iterable[tuple[bytes, TermEntry]]) -> tuple[bytes, bytes]:
    writer = DictionaryWriter()
    for term, entry in items:
        writer.add(term, entry)
    return writer.finish()


def opened(data: bytes, blocks: bytes) -> Dictionary:
    return Dictionary(memoryview(data), memoryview(blocks))
