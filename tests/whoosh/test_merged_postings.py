"""The postings that a writer takes over when it merges are those that Whoosh's readers give."""

from __future__ import annotations

import pytest
from whoosh import analysis, fields, formats
from whoosh.reading import ReaderClosed

from searchlib.whoosh import create_in, open_dir


class Own(formats.Positions):
    """A format of the program's, whose values stay as they are."""


def schema() -> fields.Schema:
    return fields.Schema(
        id=fields.ID(stored=True, unique=True),
        text=fields.TEXT(stored=True),
        chars=fields.TEXT(chars=True),
        stems=fields.TEXT(analyzer=analysis.StemmingAnalyzer(), spelling=True),
        tags=fields.KEYWORD(commas=True, scorable=True),
        number=fields.NUMERIC(),
        boosted=fields.FieldType(
            formats.PositionBoosts(),
            analysis.StandardAnalyzer() | analysis.DelimitedAttributeFilter(),
        ),
        own=fields.FieldType(Own(), analysis.StandardAnalyzer()),
    )


def document(number: int) -> dict[str, object]:
    text = f"horses crossed border {number} and horse {number % 7}"
    return {
        "id": str(number),
        "tags": f"a{number % 3},b,b",
        "number": [number, number],
        "boosted": f"{text} heavy^2.5",
    } | dict.fromkeys(("text", "chars", "stems", "own"), text)


@pytest.mark.parametrize("count", [1, 300])  # a list of several blocks
def test_they_are_those_of_whooshs_reader(tmp_path, count):
    index = create_in(str(tmp_path), schema())
    with index.writer() as writer:
        for number in range(count):
            writer.add_document(**document(number))
    with index.writer() as writer:
        writer.delete_by_term("id", "3")
        writer.delete_by_term("id", "200")
        writer.merge = False
    with index.reader() as reader:
        expected = list(reader.iter_postings())
        assert len({posting[0] for posting in expected}) == 9
        assert list(reader._terms.postings(reader.schema, reader.deleted_docs_set)) == expected
        del reader.schema._fields["chars"]
        expected = [posting for posting in expected if posting[0] != "chars"]
        assert list(reader._terms.postings(reader.schema, reader.deleted_docs_set)) == expected


def test_a_segment_that_is_merged_has_the_postings_it_had(tmp_path):
    index = create_in(str(tmp_path), schema())
    for start in (0, 150):
        with index.writer() as writer:
            for number in range(start, start + 150):
                writer.add_document(**document(number))
            writer.merge = False
    with index.reader() as reader:
        assert not reader.is_atomic()
        parts = reader.leaf_readers()
        expected = sorted(
            (field, term, doc + base, weight, value)
            for part, base in parts
            for field, term, doc, weight, value in part.iter_postings()
            if field != "spell_stems"
        )
    index.optimize()
    with open_dir(str(tmp_path)).reader() as reader:
        assert reader.is_atomic()
        assert sorted(p for p in reader.iter_postings() if p[0] != "spell_stems") == expected


def test_a_closed_reader_is_refused_as_whooshs_writer_does(tmp_path):
    index = create_in(str(tmp_path), schema())
    with index.writer() as writer:
        writer.add_document(**document(1))
    reader = index.reader()
    reader.close()
    writer = index.writer()
    with pytest.raises(ReaderClosed):
        writer.add_postings_to_pool(reader, 0, None)
    writer.cancel()
