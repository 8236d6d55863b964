"""Programs as users of Whoosh write them, with SearchlibCodec in their index."""

from __future__ import annotations

import pickle
import pickletools
from datetime import datetime
from pathlib import Path

import pytest
import whoosh.codec
from whoosh import fields, index, query, sorting
from whoosh.analysis import StemmingAnalyzer
from whoosh.codec.whoosh3 import W3Codec
from whoosh.index import Index
from whoosh.qparser import MultifieldParser, QueryParser
from whoosh.writing import AsyncWriter, BufferedWriter

from searchlib.whoosh import SearchlibCodec

SCHEMA = fields.Schema(
    path=fields.ID(stored=True, unique=True),
    title=fields.TEXT(stored=True, sortable=True),
    body=fields.TEXT(StemmingAnalyzer(), stored=True, spelling=True, chars=True, vector=True),
    tags=fields.KEYWORD(stored=True, commas=True, lowercase=True),
    date=fields.DATETIME(stored=True, sortable=True),
    extra=fields.STORED(),
)
ARTICLES = [
    ("/1", "Peace at last", "The long wars are over in Paris", "world,peace", 1),
    ("/2", "Markets fall", "Markets in Paris and London fell again", "money", 2),
    ("/3", "War again", "A war began near London", "world,war", 3),
    ("/4", "Rain", "Rain falls on the markets", "weather,Money", 4),
]


@pytest.fixture(autouse=True)
def _default_codec(monkeypatch):
    monkeypatch.setattr(whoosh.codec, "default_codec", SearchlibCodec)


@pytest.fixture
def folder(tmp_path):
    return str(tmp_path)


@pytest.fixture
def news(folder):
    made = index.create_in(folder, SCHEMA)
    with made.writer() as writer:
        for path, title, body, tags, day in ARTICLES:
            writer.add_document(
                path=path,
                title=title,
                body=body,
                tags=tags,
                date=datetime(2024, 5, day),  # noqa: DTZ001  # Whoosh knows no time zones
                extra={"words": body.split(), "day": day},
            )
    return made


def paths(ix: Index, wanted: query.Query, **options: object) -> list[str]:
    with ix.searcher() as searcher:
        return [hit["path"] for hit in searcher.search(wanted, **options)]


def search(ix: Index, text: str, **options: object) -> list[str]:
    return paths(ix, QueryParser("body", SCHEMA).parse(text), **options)


# How pickles of dictionaries, lists and tuples begin, and how they name a class of Whoosh's.
PICKLED = (b"\x80\x02}", b"\x80\x02]", b"\x80\x02(", b"cwhoosh")


def segment_files(folder: str) -> list[Path]:
    """Give the files of the segments: the list of them and the lock are Whoosh's."""
    return [path for path in Path(folder).iterdir() if path.suffix not in {".toc", ""}]


def test_the_files_are_ours_and_hold_no_pickle(news, folder):
    with news.writer() as writer:
        writer.update_document(path="/3", body="War no more", extra=[(1, 2), {3}, None])
    assert {path.suffix for path in segment_files(folder)} == {".docs", ".terms"}
    for path in segment_files(folder):
        data = path.read_bytes()
        assert not any(pickled in data for pickled in PICKLED)
        with pytest.raises(ValueError, match=r"opcode|data"):
            list(pickletools.genops(data))


def test_the_files_of_whooshs_own_codec_hold_pickles(folder):
    made = index.create_in(folder, SCHEMA)
    with made.writer(codec=W3Codec()) as writer:
        writer.add_document(path="/1", body="Old news")
    assert any(PICKLED[2] in path.read_bytes() for path in segment_files(folder))


def test_searching_an_index_that_is_opened_again(news, folder):
    news.close()
    opened = index.open_dir(folder)
    assert index.exists_in(folder)
    assert search(opened, "war", sortedby="path") == ["/1", "/3"]
    assert search(opened, '"in paris"', sortedby="path") == ["/1", "/2"]
    assert search(opened, "market* NOT falling") == ["/2"]
    assert search(opened, "tags:money", sortedby="path") == ["/2", "/4"]
    assert search(opened, "date:[20240502 TO 20240503]", sortedby="path") == ["/2", "/3"]
    assert search(opened, "path:/4") == ["/4"]
    with opened.searcher() as searcher:
        assert searcher.document(path="/1")["extra"] == {
            "words": ARTICLES[0][2].split(),
            "day": 1,
        }


def test_several_fields(news):
    parsed = MultifieldParser(["title", "body"], SCHEMA, {"title": 3.0}).parse("rain OR again")
    assert sorted(paths(news, parsed)) == ["/2", "/3", "/4"]


def test_updates_and_deletions(news):
    with news.writer() as writer:
        writer.update_document(path="/3", title="Peace again", body="No fighting near London")
    assert search(news, "war") == ["/1"]
    assert search(news, "fight") == ["/3"]
    with news.writer() as writer:
        writer.delete_by_query(query.Prefix("body", "market"))
    assert news.doc_count() == 2
    assert search(news, "market") == []
    with news.writer() as writer:
        assert writer.delete_by_term("path", "/1") == 1
    news.optimize()
    assert (news.doc_count(), news.doc_count_all()) == (1, 1)
    assert paths(news, query.Every()) == ["/3"]


def test_a_writer_that_is_cancelled_changes_nothing(news, folder):
    writer = news.writer()
    writer.add_document(path="/5", body="never")
    writer.delete_by_term("path", "/1")
    writer.cancel()
    with pytest.raises(ZeroDivisionError), news.writer() as writer:
        writer.add_document(path="/6", body=str(1 // 0))
    for opened in (news, index.open_dir(folder)):
        assert paths(opened, query.Every(), sortedby="path") == ["/1", "/2", "/3", "/4"]
        assert search(opened, "never") == []


def test_a_searcher_sees_what_it_opened_until_it_is_refreshed(news):
    searcher = news.searcher()
    with news.writer() as writer:
        writer.add_document(path="/5", body="Later")
        writer.delete_by_term("path", "/1")
    assert not searcher.up_to_date()
    assert searcher.document(path="/5") is None
    assert searcher.document(path="/1")["title"] == "Peace at last"
    # A searcher that is refreshed keeps its old segments as well: so Whoosh does it.
    newer = searcher.refresh()
    assert newer.up_to_date()
    assert newer.document(path="/5")["body"] == "Later"
    newer.close()
    assert search(news, "path:/1") == []
    assert search(news.refresh(), "later") == ["/5"]


def test_a_writer_that_waits(news):
    first = news.writer()
    waiting = AsyncWriter(news, delay=0.01)
    waiting.add_document(path="/5", body="Waited")
    waiting.delete_by_term("path", "/1")
    waiting.commit()
    first.add_document(path="/6", body="First")
    first.commit()
    waiting.join()
    assert search(news, "waited OR first", sortedby="path") == ["/5", "/6"]
    assert search(news, "path:/1") == []


def test_a_writer_with_a_buffer(news):
    writer = BufferedWriter(news, period=None, limit=3)
    try:
        writer.add_document(path="/5", body="Buffered")
        with writer.searcher() as searcher:
            assert searcher.document(path="/5")["body"] == "Buffered"
            assert searcher.document(path="/1")["title"] == "Peace at last"
        assert search(news, "buffered") == []
        writer.delete_by_term("path", "/1")
        for path in ("/6", "/7"):  # the third one is written
            writer.add_document(path=path, body="More")
        assert search(news, "buffered OR more", sortedby="path") == ["/5", "/6", "/7"]
        writer.add_document(path="/8", body="More")
    finally:
        writer.close()
    assert search(news, "buffered OR more", sortedby="path") == ["/5", "/6", "/7", "/8"]
    assert search(news, "path:/1") == []


def test_sorting_grouping_and_paging(news):
    by_date = sorting.FieldFacet("date", reverse=True)
    assert paths(news, query.Every(), sortedby=by_date) == ["/4", "/3", "/2", "/1"]
    assert paths(news, query.Every(), sortedby="title") == ["/2", "/1", "/4", "/3"]
    with news.searcher() as searcher:
        overlapping = sorting.FieldFacet("tags", allow_overlap=True)
        groups = searcher.search(query.Every(), groupedby=overlapping).groups()
        counts = {"world": 2, "peace": 1, "money": 2, "war": 1, "weather": 1}
        assert {tag: len(docs) for tag, docs in groups.items()} == counts
        page = searcher.search_page(query.Every(), 2, pagelen=3)
        assert (page.total, page.pagecount, [hit["path"] for hit in page]) == (4, 2, ["/4"])


def test_excerpts_corrections_and_similar_articles(news):
    with news.searcher() as searcher:
        parsed = QueryParser("body", SCHEMA).parse("wars")
        (hit,) = [hit for hit in searcher.search(parsed) if hit["path"] == "/1"]
        assert hit.highlights("body") == (
            'The long <b class="match term0">wars</b> are over in Paris'
        )
        assert searcher.suggest("body", "marktes") == ["markets"]
        misspelt = QueryParser("body", SCHEMA).parse("londno")
        assert searcher.correct_query(misspelt, "londno").string == "london"
        similar = searcher.document_number(path="/2")
        assert {hit["path"] for hit in searcher.more_like(similar, "body")} == {"/1", "/3", "/4"}


def test_a_codec_for_one_writer(folder, monkeypatch):
    monkeypatch.undo()
    made = index.create_in(folder, SCHEMA)
    with made.writer() as writer:  # Whoosh's own
        writer.add_document(path="/1", body="Old")
    with made.writer(codec=SearchlibCodec()) as writer:
        writer.add_document(path="/2", body="New")
        writer.merge = False
    assert {path.suffix for path in Path(folder).iterdir()} >= {".seg", ".docs", ".terms"}
    assert search(made, "old OR new", sortedby="path") == ["/1", "/2"]
    made.writer(codec=SearchlibCodec()).commit(optimize=True)
    assert ".seg" not in {path.suffix for path in Path(folder).iterdir()}
    assert search(made, "old OR new", sortedby="path") == ["/1", "/2"]


KEPT_SEGMENT = (
    b"\x80\x02csearchlib.whoosh\nSearchlibSegment\n)\x81}(X\x09\x00\x00\x00indexnameX\x04\x00\x00\x00MAIN"
    b"X\x05\x00\x00\x00segidX\x10\x00\x00\x000123456789abcdefX\x08\x00\x00\x00compound\x89"
    b"X\x06\x00\x00\x00_countK\x03X\x08\x00\x00\x00_deletedc__builtin__\nset\n]K\x01a\x85Rub."
)
"""A segment in a list of Whoosh's own: what it says, and where its class stands, may not change."""


def test_an_index_of_whooshs_own_functions_names_the_segments_where_they_stay(folder):
    segment = pickle.loads(KEPT_SEGMENT)
    assert (segment.segment_id(), segment.doc_count_all()) == ("MAIN_0123456789abcdef", 3)
    assert list(segment.deleted_docs()) == [1]
    assert pickletools.optimize(pickle.dumps(segment, 2)) == KEPT_SEGMENT
    made = index.create_in(folder, SCHEMA)
    with made.writer(codec=SearchlibCodec()) as writer:
        writer.add_document(path="/1", body="Old")
    toc = max(Path(folder).glob("*.toc")).read_bytes()
    assert b"searchlib.whoosh" in toc
    assert b"searchlib.whoosh." not in toc
