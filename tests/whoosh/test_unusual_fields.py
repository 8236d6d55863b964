"""Fields and values that a segment must keep apart, or refuse without harm."""

from __future__ import annotations

import struct

import pytest
from whoosh import columns, fields
from whoosh.filedb.filestore import RamStorage

from searchlib.whoosh import SearchlibCodec
from searchlib.whoosh.codec.docs_reading import DocsReader
from searchlib.whoosh.codec.terms_reading import TermsReader


@pytest.mark.parametrize(
    "names", [("a", "a#"), ("a", "a#", "a##"), ("%23", "#", "%", "%2523"), ("é", "a:b")]
)
def test_names_that_look_like_the_sections_of_others(names):
    schema = fields.Schema(**{name: fields.TEXT(vector=True, sortable=True) for name in names})
    storage = RamStorage()
    index = storage.create_index(schema)
    with index.writer(codec=SearchlibCodec()) as writer:
        writer.add_document(**{name: f"word{place} both" for place, name in enumerate(names)})
    with index.reader() as reader:
        assert sorted(reader.indexed_field_names()) == sorted(names)
        for place, name in enumerate(names):
            assert list(reader.field_terms(name)) == ["both", f"word{place}"]
            assert list(reader.vector_as("frequency", 0, name)) == [
                ("both", 1),
                (f"word{place}", 1),
            ]
            assert reader.column_reader(name)[0] == f"word{place} both"
            assert reader.doc_field_length(0, name) == 2
            assert list(reader.postings(name, "both").all_ids()) == [0]
        (segment,) = reader.segments() or [reader.segment()]
    docs = DocsReader(storage, segment)
    docs.check()
    TermsReader(storage, segment).check()
    assert sorted(docs.list_columns()) == sorted(names)


def test_a_value_that_a_column_refuses():
    """Its document is not there, and the writer goes on."""
    schema = fields.Schema(
        first=fields.COLUMN(columns.NumericColumn("B")),
        second=fields.COLUMN(columns.NumericColumn("B")),
        key=fields.STORED(),
    )
    index = RamStorage().create_index(schema)
    writer = index.writer(codec=SearchlibCodec())
    writer.add_document(first=1, second=2, key="a")
    with pytest.raises((struct.error, OverflowError)):
        writer.add_document(first=3, second=300, key="b")
    writer.add_document(first=5, second=6, key="c")
    writer.commit()
    with index.reader() as reader:
        assert list(reader.all_stored_fields()) == [{"key": "a"}, {"key": "c"}]
        assert list(reader.column_reader("first")) == [1, 5]
        assert list(reader.column_reader("second")) == [2, 6]


def test_a_value_that_cannot_be_stored():
    index = RamStorage().create_index(fields.Schema(key=fields.STORED(), value=fields.STORED()))
    writer = index.writer(codec=SearchlibCodec())
    with pytest.raises(TypeError, match="cannot be stored"):
        writer.add_document(key="a", value=object())
    writer.add_document(key="b", value=[1])
    writer.commit()
    with index.reader() as reader:
        assert list(reader.all_stored_fields()) == [{"key": "b", "value": [1]}]
