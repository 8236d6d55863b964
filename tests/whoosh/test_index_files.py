"""The folder of an index of searchlib.whoosh: what is in it, and who may open and write it."""

from __future__ import annotations

import os
import pickle
import struct
import sys
import time
from pathlib import Path

import pytest
import whoosh.index
from whoosh import analysis, fields, writing
from whoosh.filedb.filestore import ReadOnlyError
from whoosh.filedb.structfile import StructFile
from whoosh.index import EmptyIndexError, LockError
from whoosh.multiproc import MpWriter, SerialMpWriter
from whoosh.qparser import QueryParser

import searchlib.whoosh
from searchlib import errors
from searchlib.whoosh import FileStorage, create_in, exists_in, open_dir
from searchlib.whoosh.index.searchlib_index import SearchlibIndex
from tests.whoosh.program_index import FIVE, commit_file, document, make_schema, names, paths, state


class RefusedError(Exception):
    pass


finding: list[str] = []


def _audit(event: str, arguments: tuple) -> None:
    if event == "pickle.find_class" and finding:
        finding.append(str(arguments[1:]))


def test_there_is_no_pickle(index, folder, monkeypatch):
    def refuse(*_: object) -> None:
        raise RefusedError

    monkeypatch.setattr(StructFile, "read_pickle", refuse)
    monkeypatch.setattr(StructFile, "write_pickle", refuse)
    monkeypatch.setattr(whoosh.index.TOC, "read", refuse)
    monkeypatch.setattr(whoosh.index.TOC, "write", refuse)
    monkeypatch.setattr(pickle, "dumps", refuse)
    sys.addaudithook(_audit)
    finding[:] = ["watched"]
    try:
        opened = open_dir(folder)
        with opened.writer() as writer:
            writer.update_document(**document(3))
        opened.optimize()
        assert len(state(opened)) > 20
        assert finding == ["watched"]  # Whoosh makes positions from pickles of numbers, in memory
    finally:
        finding.clear()
    suffixes = {path.suffix for path in Path(folder).iterdir()}
    assert suffixes == {".commit", ".docs", ".terms", ""}
    assert commit_file(folder).read_bytes().isascii()


def test_two_updates_of_one_key_leave_one_document(folder):
    schema = fields.Schema(key=fields.ID(unique=True, stored=True), n=fields.NUMERIC(unique=True))
    index = create_in(folder, schema)
    with index.writer() as writer:
        writer.add_document(key="a", n=1)
        writer.update_document(key="b", n=2)
        writer.update_document(key="b", n=3)
        writer.update_document(key="a", n=4)
        writer.update_document(key="c", n=4)  # in the place of a
    with index.searcher() as searcher:
        assert sorted(found["key"] for found in searcher.documents()) == ["b", "c"]
        assert searcher.document(n=2) is None
    for optimize in (False, True):
        with index.writer() as writer:
            writer.optimize = optimize
            for _ in range(3):
                writer.update_document(key="b", n=3)
        assert index.doc_count() == 2
    index.optimize()
    assert index.doc_count_all() == 2


def test_a_second_writer_is_told_that_there_is_one(index, folder):
    first = index.writer()
    for other in (index, open_dir(folder)):
        with pytest.raises(LockError, match=r"writer\(timeout=seconds\)") as caught:
            other.writer()
        assert isinstance(caught.value, errors.IndexLockedError)
    before = time.monotonic()
    with pytest.raises(LockError):
        index.writer(timeout=0.2, delay=0.05)
    assert time.monotonic() - before >= 0.2
    first.add_document(path="/5")
    first.commit()
    index.writer(timeout=5).cancel()
    assert paths(index) == [*FIVE, "/5"]


def test_only_the_newest_commit_stays(index, folder):
    before = names(folder)
    assert len(before) == 4  # and the lock
    token = index._read_toc().token
    for end in (".docs", ".terms", ".run", ".new"):
        left = Path(folder) / f"_MAIN_{token}{'0' * 16}{end}"
        left.write_bytes(b"of a killed writer")
    with index.writer() as writer:
        writer.delete_by_term("path", "/4")
    assert names(folder) == sorted(name.replace("_MAIN_1.", "_MAIN_2.") for name in before)
    index.writer().cancel()
    assert len(names(folder)) == 4


def test_a_reader_keeps_what_it_has_opened_until_it_is_refreshed(index):
    searcher = index.searcher()
    with index.writer() as writer:
        writer.update_document(path="/1", body="other")
        writer.delete_by_term("path", "/2")
        writer.optimize = True
    assert not searcher.up_to_date()
    assert searcher.document(path="/2")["path"] == "/2"
    newer = searcher.refresh()
    assert newer.document(path="/2") is None
    assert newer.document(path="/1")["body"] == "other"
    assert newer.doc_count() == 4


def test_an_index_of_whooshs_own_is_not_opened(folder):
    os.mkdir(folder)
    stock = whoosh.index.create_in(folder, make_schema())
    with stock.writer() as writer:
        writer.add_document(path="/1")
    before = {path.name: path.read_bytes() for path in Path(folder).iterdir()}
    storage = FileStorage(folder)
    for call in (
        *(lambda: exists_in(folder), lambda: open_dir(folder), storage.open_index),
        *(lambda: create_in(folder, make_schema()), storage.index_exists),
        *(lambda: storage.create_index(make_schema()), lambda: SearchlibIndex(storage)),
    ):
        with pytest.raises(
            errors.IndexFormatError, match=r"_MAIN_1\.toc .* import-whoosh"
        ) as caught:
            call()
        assert isinstance(caught.value, whoosh.index.IndexVersionError)
        assert not isinstance(caught.value, EmptyIndexError)
        assert (caught.value.found, caught.value.supported) == (-111, 2)
        assert f"searchlib.whoosh.convert({folder!r}" in str(caught.value)
    assert whoosh.index.version(storage) == (None, -111)
    assert before == {path.name: path.read_bytes() for path in Path(folder).iterdir()}
    assert paths(whoosh.index.open_dir(folder)) == ["/1"]
    assert not exists_in(folder, "other")
    assert create_in(folder, make_schema(), "other").doc_count() == 0


@pytest.mark.parametrize(
    ("content", "version"),
    [
        (b"\4\10\4" + struct.pack("!ii", -12345, -105), -105),
        (b"\4\10\4" + struct.pack("!ii", 12345, 7) + b"cos\nsystem\n", -111),
        (b"", -111),
        (b"notes", -111),
        (None, -111),
    ],
)
def test_the_version_of_an_index_of_whooshs_own_is_read_from_its_beginning(
    folder, content, version
):
    os.mkdir(folder)
    if content is None:
        os.mkfifo(Path(folder, "_MAIN_10.toc"))
    else:
        Path(folder, "_MAIN_10.toc").write_bytes(content)
    Path(folder, "_MAIN_9.toc").write_bytes(b"older")
    with pytest.raises(errors.IndexFormatError, match=r"_MAIN_10\.toc") as caught:
        exists_in(folder)
    assert caught.value.found == version


def test_a_commit_of_ours_counts_beside_a_table_of_contents_of_whooshs(index, folder):
    Path(folder, "_MAIN_7.toc").write_bytes(b"old")
    assert exists_in(folder)
    assert paths(open_dir(folder)) == FIVE
    assert create_in(folder, make_schema()).doc_count() == 0
    assert Path(folder, "_MAIN_7.toc").read_bytes() == b"old"


def test_an_index_of_articles_may_be_in_the_same_directory(folder):
    create_in(folder, make_schema())
    with searchlib.create(folder) as articles:
        for number in range(3):
            with articles.writer() as adding:
                adding.add(searchlib.Article(article_id=f"a{number}", headline="Horses"))
            with open_dir(folder).writer() as writer:
                writer.update_document(**document(number))
                writer.optimize = True
        assert articles.count == 3
        assert articles.search("horses").total == 3
    assert paths(open_dir(folder)) == ["/0", "/1", "/2"]


def test_where_there_is_none(folder):
    assert not exists_in(folder)
    with pytest.raises(EmptyIndexError, match="create_in"):
        open_dir(folder)
    assert not Path(folder).exists()


def test_an_index_that_is_only_read(index, folder):
    opened = open_dir(folder, readonly=True)
    assert paths(opened) == FIVE
    storage = FileStorage(folder, readonly=True)
    for call in (
        *(opened.writer, lambda: storage.create_index(make_schema()), storage.clean),
        *(storage.destroy, lambda: storage.create_file("x"), lambda: storage.delete_file("x")),
        *(lambda: storage.rename_file("x", "y"), lambda: storage.rename_new("x", "y")),
    ):
        with pytest.raises(ReadOnlyError, match="opened with readonly=True") as caught:
            call()
        assert isinstance(caught.value, errors.StorageError)
        assert caught.value.path == folder
    index.writer().cancel()
    assert opened.storage.index_exists()
    assert isinstance(opened.storage.open_index(), SearchlibIndex)


class Shouting(analysis.Filter):
    def __init__(self):
        self.shouted = lambda text: text.upper()  # nothing that an index can name

    def __call__(self, tokens):
        for token in tokens:
            token.text = self.shouted(token.text)
            yield token


def test_an_analyzer_that_cannot_be_written_is_supplied_again(folder):
    schema = fields.Schema(path=fields.ID(stored=True))
    index = create_in(folder, schema.copy())
    reopened = open_dir(folder)
    reopened.add_field("text", fields.TEXT(analysis.RegexTokenizer() | Shouting()))
    with reopened.writer() as writer:
        writer.add_document(path="/1", text="word")
    schema.add("text", fields.TEXT(analysis.RegexTokenizer() | Shouting()))
    with pytest.raises(errors.StorageError, match=r"text \(.*<lambda>\).*schema=schema") as caught:
        open_dir(folder)
    assert not isinstance(caught.value, errors.CorruptIndexError)
    assert index.latest_generation() == 2
    for opened in (reopened, open_dir(folder, schema=schema)):
        with opened.searcher() as searcher:
            found = searcher.search(QueryParser("text", opened.schema).parse("Word"))
            assert [hit["path"] for hit in found] == ["/1"]


def test_an_empty_schema_that_is_given_counts(index, folder):
    assert open_dir(folder, schema=fields.Schema()).schema.names() == []


@pytest.mark.parametrize("kind", [writing.SegmentWriter, SerialMpWriter, MpWriter])
def test_writers_that_would_write_a_toc_are_refused(index, folder, kind):
    before = names(folder)
    with pytest.raises(TypeError, match=r"use index\.writer\(\)"):
        kind(index)
    assert names(folder) == before


def test_a_writer_that_whoosh_would_give_for_several_processes(index, folder):
    with pytest.raises(TypeError, match="SearchlibCodec only"):
        index.writer(codec=object())
    with index.writer(
        procs=2, multisegment=True, batchsize=10, codec=searchlib.whoosh.SearchlibCodec()
    ) as ours:
        ours.add_document(path="/7")
    assert paths(open_dir(folder)) == [*FIVE, "/7"]
    assert not [name for name in names(folder) if name.endswith(".seg")]
