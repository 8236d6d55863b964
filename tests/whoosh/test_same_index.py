"""An index holds with SearchlibCodec what it holds with Whoosh's own codec."""

from __future__ import annotations

import tempfile
from typing import Any

import pytest
from hypothesis import given, settings
from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.filestore import FileStorage, RamStorage
from whoosh.reading import IndexReader

from tests.whoosh.histories import CODECS, HISTORIES, SCHEMA, live

# What Whoosh gives of a field for spelling is the words: it adds them all to the first document.
WORDS_ONLY = {"spell_title"}

# Whoosh cannot iterate over them where a document has no value.
NOT_ITERABLE = {"packed", "pickled"}

# Whoosh cannot make a date of the default, which stands where a document has none.
NOT_TRANSLATABLE = {"when"}

ENCODED = ("frequency", "weight", "positions", "characters", "position_boosts", "character_boosts")


# Whoosh's own codec has bugs of its own, which a random run may come upon: the same examples always.
SAME = settings(derandomize=True)


def postings_of(matcher: Any, format_: Any) -> list[Any]:
    found = []
    names = [name for name in ENCODED if format_.supports(name)]
    while matcher.is_active():
        values = {name: matcher.value_as(name) for name in names}
        found.append((matcher.id(), matcher.weight(), matcher.value() or b"", values))
        matcher.next()
    return found


def term_info(reader: IndexReader, fieldname: str, text: bytes) -> tuple[Any, ...]:
    info = reader.term_info(fieldname, text)
    return (
        *(info.weight(), info.doc_frequency(), info.max_weight(), info.min_id(), info.max_id()),
        *(info.min_length() or 0, info.max_length()),
        *(reader.frequency(fieldname, text), reader.doc_frequency(fieldname, text)),
    )


def terms(reader: IndexReader) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for fieldname, text in reader.all_terms():
        found[fieldname, text] = fieldname in WORDS_ONLY or (
            term_info(reader, fieldname, text),
            postings_of(reader.postings(fieldname, text), SCHEMA[fieldname].format),
        )
    return found


def vectors(reader: IndexReader) -> dict[Any, Any]:
    return {
        (doc, name): postings_of(reader.vector(doc, name), SCHEMA[name].vector)
        for doc in range(reader.doc_count_all())
        for name in SCHEMA.names()
        if SCHEMA[name].vector and reader.has_vector(doc, name)
    }


def column_values(reader: IndexReader) -> dict[str, Any]:
    """Give what is in the columns, in order and by document, and what sorts by them."""
    found = {}
    for name in SCHEMA.names():
        if SCHEMA[name].column_type and reader.has_column(name):
            column = reader.column_reader(name, translate=name not in NOT_TRANSLATABLE)
            docs = range(reader.doc_count_all())
            found[name] = [column[doc] for doc in docs], len(column)
            if name not in NOT_ITERABLE:
                found[f"{name} in order"] = list(column)
            if name != "pickled":
                raw = reader.column_reader(name, translate=False)
                found[f"{name} keys"] = [raw.sort_key(doc) for doc in docs]
    return found


def contents(reader: IndexReader) -> dict[str, Any]:
    docs = list(reader.all_doc_ids())
    return {
        "documents": (reader.doc_count_all(), reader.doc_count(), docs, reader.has_deletions()),
        "fields": sorted(reader.indexed_field_names()),
        "terms in order": list(reader.all_terms()),
        "terms": terms(reader),
        "lexicons": {name: list(reader.lexicon(name)) for name in reader.indexed_field_names()},
        "from": [list(reader.terms_from(*place)) for place in (("body", b"b"), ("tags", b""))],
        "prefix": list(reader.expand_prefix("body", "brav")),
        "values": list(reader.field_terms("whole")),
        "stored": [reader.stored_fields(doc) for doc in range(reader.doc_count_all())],
        "iterated": list(reader.iter_docs()),
        "vectors": vectors(reader),
        # Of several segments Whoosh leaves out those that have no such column.
        "columns": column_values(reader) if reader.is_atomic() else {},
        "lengths": [
            (name, doc, reader.doc_field_length(doc, name) or 0)
            for name in SCHEMA.names()
            for doc in docs
        ],
        "field lengths": {name: reader.field_length(name) for name in SCHEMA.names()},
    }


def kinds(value: Any) -> Any:
    """Give the types of all that is in ``value``: 1 equals 1.0 and True."""
    match value:
        case dict():
            return {key: kinds(item) for key, item in value.items()}
        case list() | tuple():
            return type(value), [kinds(item) for item in value]
        case _:
            return type(value)


def compare(theirs: IndexReader, ours: IndexReader) -> None:
    expected, found = contents(theirs), contents(ours)
    for what, value in expected.items():
        if isinstance(value, dict):
            for key, part in value.items():
                assert found[what].get(key) == part, (what, key)
        assert found[what] == value, what
        assert kinds(found[what]) == kinds(value), what
    assert len(ours.leaf_readers()) == len(theirs.leaf_readers())
    for (our_leaf, our_base), (their_leaf, their_base) in zip(
        ours.leaf_readers(), theirs.leaf_readers(), strict=True
    ):
        assert our_base == their_base
        if our_leaf is not ours:
            compare(their_leaf, our_leaf)


@pytest.mark.parametrize("codecs", CODECS.values(), ids=CODECS)
@settings(SAME, max_examples=settings().max_examples // 2)
@given(history=HISTORIES)
def test_in_memory(codecs, history):
    theirs = live(history, RamStorage(), (W3Codec,))
    ours = live(history, RamStorage(), codecs)
    with theirs.reader() as expected, ours.reader() as found:
        compare(expected, found)


@pytest.mark.parametrize("codecs", CODECS.values(), ids=CODECS)
@settings(SAME, max_examples=settings().max_examples // 2)
@given(history=HISTORIES)
def test_on_disk(codecs, history):
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        live(history, FileStorage(one), (W3Codec,)).close()
        live(history, FileStorage(other), codecs).close()
        theirs, ours = (FileStorage(folder).open_index() for folder in (one, other))
        with theirs.reader() as expected, ours.reader() as found:
            compare(expected, found)
