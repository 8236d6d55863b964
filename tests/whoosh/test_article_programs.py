"""Whoosh's programs on an index of articles: parsers, highlights, suggestions, refreshed searchers."""

from __future__ import annotations

from pathlib import Path

import pytest
from whoosh import fields, query
from whoosh.filedb.filestore import RamStorage, ReadOnlyError
from whoosh.index import EmptyIndexError
from whoosh.qparser import MultifieldParser, QueryParser

import searchlib
from searchlib import Article
from searchlib.whoosh import create_in, exists_in, open_dir
from tests.helpers.indexes import add_and_delete


def test_queries_are_parsed_with_our_analyzer(tmp_path):
    path = str(tmp_path)
    article = Article(
        article_id="Rail-1",
        headline="The COVID-19 ward opens",
        body="Mr O'Brien saw 30 horses cross the border.",
        source="Old Wire",
        authors=["Anna O'Brien"],
        tags=["North Korea"],
        published="2022-11-02T09:30:00+10:00",
        language="en",
        metadata={"page": 4},
    )
    other = Article(article_id="x", headline="Nineteen covid wards", body="Cakes, cakes.")
    add_and_delete(path, [article, other])
    index = open_dir(path)
    asked = """horse; HORSES; "crosses the border"; o'brien; headline:"covid-19"; headline:covid-19
        cro*; hor?; horses AND NOT cakes; source:"old wire"; source:"Old Wire"; source:OLD*
        tags:"north korea"; authors:brien OR authors:o'brien; article_id:Rail-1; published:20221101
        published:[20221101 to 20221102]; language:EN; spell_body:horses; border^2; [bo TO bz]"""
    parser = QueryParser("body", index.schema)
    with index.searcher() as searcher:
        for text in asked.replace("\n", ";").split(";"):
            found = searcher.search(parser.parse(text.strip()))
            assert [hit["article_id"] for hit in found] == ["Rail-1"], text
        assert found[0].fields() == article.to_dict()
        assert searcher.document(article_id="Rail-1") == article.to_dict()
        assert searcher.document(article_id="rail-1") is None
        both = MultifieldParser(["headline", "body"], index.schema).parse("ward cake")
        assert len(searcher.search(both)) == 1


def test_highlights_suggestions_and_similar_articles(tmp_path):
    path = str(tmp_path)
    for article in searchlib.sample_articles():
        add_and_delete(path, [article])
    index = open_dir(path)
    with index.searcher() as searcher:
        wanted = QueryParser("body", index.schema).parse("horse")
        best = searcher.search(wanted, terms=True)[0]
        assert ">horses<" in best.highlights("body").lower()
        assert best.matched_terms() == [("body", b"hors")]
        similar = best.more_like_this("body")
        assert similar
        assert best.docnum not in similar.docs()
        assert "hors" in {term for term, _ in searcher.key_terms([best.docnum], "body", 20)}
        assert "horses" in searcher.suggest("body", "horzes", limit=10)
        assert searcher.corrector("headline").suggest("railwy")[0] == "railway"
        misspelt = QueryParser("body", index.schema).parse("railwaz")
        assert searcher.correct_query(misspelt, "railwaz").string == "railway"
        assert searcher.reader().most_distinctive_terms("body", 3)
        assert b"horses" in searcher.lexicon("spell_body")
        assert not searcher.reader().has_vector(best.docnum, "body")


def test_words_as_they_were_written_have_a_field(tmp_path):
    path = str(tmp_path)
    texts = ["Horses and a horse", "A horse", "Horsing"]
    add_and_delete(path, [Article(article_id=text, headline="Horses", body=text) for text in texts])
    index = open_dir(path)
    parser = QueryParser("spell_body", index.schema)
    with index.searcher() as searcher:
        found = {
            text: [(hit["body"], hit.score) for hit in searcher.search(parser.parse(text))]
            for text in ("horses", "HORSE", "hors*", "horsed")
        }
        assert list(searcher.lexicon("spell_headline")) == [b"horse", b"horses", b"horsing"]
        assert len(searcher.search(query.FuzzyTerm("body", "horz"))) == 3  # a stem, not a word
    assert found["horses"] == [("Horses and a horse", 1.0)]
    assert found["HORSE"] == [("Horses and a horse", 1.0), ("A horse", 1.0)]
    assert {body for body, _ in found["hors*"]} == set(texts)
    assert found["horsed"] == []


@pytest.mark.parametrize("analyzer", ["plain", "exact", "german"])
def test_every_analyzer_reads_queries(tmp_path, analyzer):
    path = str(tmp_path)
    searchlib.create(path, analyzer=analyzer)
    add_and_delete(path, [Article(body="Die Pferde der Brücke", language="de")])
    index = open_dir(path)
    asked = {"plain": "pferde", "exact": "Pferde", "german": "PFERDEN"}
    with index.searcher() as searcher:
        for text in (asked[analyzer], f'"{asked[analyzer]} der"', f"{asked[analyzer][:4]}*"):
            assert len(searcher.search(QueryParser("body", index.schema).parse(text))) == 1, text
        suggested = searcher.suggest("body", "pferds", limit=1)
    assert suggested == ["Pferde" if analyzer == "exact" else "pferde"]


def test_articles_are_copied_into_an_index_of_whooshs_own(tmp_path):
    for article in searchlib.sample_articles():
        add_and_delete(str(tmp_path), [article])
    index = open_dir(str(tmp_path))
    schema = fields.Schema(
        headline=fields.TEXT(stored=True),
        body=fields.TEXT(stored=True),
        published=fields.DATETIME,
        source=fields.ID,
    )
    copied = RamStorage().create_index(schema)
    writer = copied.writer()
    writer.add_reader(index.reader())
    writer.commit()
    wanted = query.Phrase("body", ["the", "railway"])
    with index.searcher() as one, copied.searcher() as other:
        found = [[hit["body"] for hit in searcher.search(wanted)] for searcher in (one, other)]
    assert found[0]
    assert found[1] == found[0]


def test_a_searcher_keeps_its_commit(tmp_path):
    path = str(tmp_path)
    assert not exists_in(path)
    with pytest.raises(EmptyIndexError):
        open_dir(path)
    searchlib.create(path)
    index = open_dir(path)
    assert exists_in(path)
    assert not exists_in(path, "OTHER")
    assert index.is_empty()
    wanted = query.Term("body", "hors")
    with index.searcher() as empty:
        add_and_delete(path, [Article(article_id="a", body="Horses")])
        assert not empty.up_to_date()
        assert not empty.search(wanted)
        first = empty.refresh()
    assert len(first.search(wanted)) == 1
    add_and_delete(path, [Article(article_id="b", body="A horse")], ["a"])
    assert [hit["article_id"] for hit in first.search(wanted)] == ["a"]
    with index.refresh().searcher() as second:
        assert [hit["article_id"] for hit in second.search(wanted)] == ["b"]
        assert second.up_to_date()
    assert index.doc_count() == 1
    assert index.last_modified() > 0
    for write in (index.writer, index.optimize, lambda: index.delete_by_term("body", "hors")):
        with pytest.raises(ReadOnlyError, match=r"searchlib\.open\(.*\)\.writer\(\)"):
            write()
    create_in(path, index.schema)  # a Whoosh program's own index comes first
    assert open_dir(path, schema=index.schema).doc_count() == 0


@pytest.mark.parametrize("part", range(1, 20))
def test_damage_is_a_corrupt_index(tmp_path, part):
    path = str(tmp_path)
    add_and_delete(path, list(searchlib.sample_articles()))
    (file,) = Path(path).glob("*.articles")
    data = bytearray(file.read_bytes())
    data[len(data) * part // 20] ^= 0xFF
    file.write_bytes(data)

    def read() -> None:
        reader = open_dir(path).reader()
        for term in reader.all_terms():
            list(reader.postings(*term).items_as("frequency"))
        list(reader.all_stored_fields())

    with pytest.raises(searchlib.CorruptIndexError):
        read()
