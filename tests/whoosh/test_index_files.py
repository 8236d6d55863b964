"""Whoosh programs as users write them, with create_in and open_dir of searchlib.whoosh."""

from __future__ import annotations

import json
import os
import pickle
import random
import signal
import subprocess
import sys
import time
import zlib
from datetime import datetime
from pathlib import Path
from types import ModuleType

import pytest
import whoosh.index
from whoosh import analysis, fields, highlight, query, sorting, writing
from whoosh.filedb.filestore import ReadOnlyError
from whoosh.filedb.structfile import StructFile
from whoosh.index import EmptyIndexError, LockError
from whoosh.multiproc import MpWriter, SerialMpWriter
from whoosh.qparser import MultifieldParser, QueryParser

import searchlib.whoosh
from searchlib import errors
from searchlib.codec.whoosh_index import SearchlibIndex
from searchlib.whoosh import create_in, exists_in, open_dir

WORDS = "peace war markets rain border horses horse london paris falling fell again".split()


def make_schema() -> fields.Schema:
    schema = fields.Schema(
        path=fields.ID(stored=True, unique=True),
        title=fields.TEXT(stored=True, sortable=True, field_boost=2.0),
        body=fields.TEXT(analysis.StemmingAnalyzer(), stored=True, spelling=True, vector=True),
        tags=fields.KEYWORD(stored=True, commas=True, lowercase=True, scorable=True),
        date=fields.DATETIME(stored=True, sortable=True),
        size=fields.NUMERIC(int, stored=True, sortable=True),
        live=fields.BOOLEAN(stored=True),
        grams=fields.NGRAMWORDS(2, 4, at="start"),
        extra=fields.STORED(),
    )
    schema.add("*_note", fields.TEXT(stored=True), glob=True)
    return schema


def document(number: int) -> dict:
    words = random.Random(number)
    return {
        "path": f"/{number}",
        "title": " ".join(words.choices(WORDS, k=3)).title(),
        "body": " ".join(words.choices(WORDS, k=20)),
        "tags": ",".join(words.sample(["World", "money", "war"], 2)),
        "date": datetime(2024, 5, 1 + number % 28),  # noqa: DTZ001  # Whoosh knows no time zones
        "size": words.randrange(1000),
        "live": number % 2 == 0,
        "grams": words.choice(WORDS),
        "extra": {"number": number},
        "my_note": words.choice(WORDS),
    }


def state(index: whoosh.index.Index) -> list:
    """Give what a program can see of an index: rankings, groups, excerpts, suggestions."""
    schema = index.schema
    seen: list = [index.doc_count(), index.is_empty(), schema.names()]
    parser = MultifieldParser(["title", "body"], schema)
    with index.searcher() as searcher:
        seen.append(sorted(map(repr, searcher.documents())))
        for text in (
            *("war OR peace", "horse AND london", '"war again"', "mark* NOT rain", "tags:world"),
            *("date:[20240503 TO 20240510]", "size:{10 TO 500]", "live:yes", "grams:ho"),
            *("my_note:peace", "fel~", "body:(fall OR rain)^2"),
        ):
            parsed = parser.parse(text)
            # Ties between the documents are theirs to break: by the path.
            results = searcher.search(parsed, limit=None)
            seen.append((text, sorted((-round(hit.score, 9), hit["path"]) for hit in results)))
            results = searcher.search(
                parsed, limit=None, sortedby=["size", "path"], groupedby="live"
            )
            results.fragmenter = highlight.ContextFragmenter(maxchars=40)
            seen.append([(hit["path"], hit.highlights("body")) for hit in results])
            seen.append({name: len(docs) for name, docs in results.groups().items()})
        facet = sorting.FieldFacet("tags", allow_overlap=True)
        groups = searcher.search(query.Every(), groupedby=facet, limit=None).groups()
        seen.append({name: len(docs) for name, docs in groups.items()})
        page = searcher.search_page(query.Every(), 2, pagelen=3, sortedby="date")
        seen.append((page.total, [hit["date"] for hit in page]))
        seen.append(searcher.suggest("body", "lodnon"))
        seen.append(searcher.correct_query(parser.parse("parris"), "parris").string)
        number = searcher.document_number(path="/3")
        if number is not None:
            seen.append(sorted(hit["path"] for hit in searcher.more_like(number, "body", top=3)))
            seen.append(sorted(word for word, _ in searcher.key_terms([number], "body")))
    return seen


def program(module: ModuleType, folder: str) -> list:
    """Live through an index as a program does, and tell what it sees at every step."""
    seen: list = [module.exists_in(folder)]
    index = module.create_in(folder, make_schema())
    seen += [
        module.exists_in(folder),
        index.is_empty(),
        index.latest_generation(),
        index.doc_count(),
    ]
    with index.writer() as writer:
        for number in range(12):
            writer.add_document(**document(number))
    seen += [state(index), state(module.open_dir(folder))]
    with index.writer(limitmb=32, procs=1) as writer:
        writer.update_document(**{**document(3), "body": "no more war near london"})
        writer.update_document(**document(99))
    seen.append(state(index))
    index.delete_by_query(query.Term("tags", "money"))
    index.delete_by_term("path", "/1")
    seen.append(state(index))
    writer = index.writer()
    writer.add_document(path="/100", body="never")
    writer.delete_by_term("path", "/3")
    writer.cancel()
    with pytest.raises(ZeroDivisionError), index.writer() as writer:
        writer.add_document(path="/101", body=str(1 // 0))
    with pytest.raises(fields.UnknownFieldError), index.writer() as writer:
        writer.add_document(nowhere="x")
    seen.append(state(index))
    for number, options in enumerate(({"merge": False}, {"mergetype": writing.NO_MERGE}, {})):
        writer = index.writer()
        with writer.group():
            writer.add_document(**document(20 + number))
            writer.add_document(**document(30 + number))
        writer.commit(**options)
    seen.append(state(module.open_dir(folder, readonly=True)))
    index.add_field("added", fields.KEYWORD(stored=True))
    index.remove_field("grams")
    with index.writer() as writer:
        writer.add_document(path="/102", added="new fields", body="rain")
    index = module.open_dir(folder)
    with index.searcher() as searcher:
        seen.append([hit["path"] for hit in searcher.search(query.Term("added", "fields"))])
    index.optimize()
    seen.append(state(index))
    seen.append((index.doc_count_all(), index.latest_generation(), index.up_to_date()))
    buffered = writing.BufferedWriter(index, period=None, limit=2)
    for number in (40, 41, 42):
        buffered.update_document(**{k: v for k, v in document(number).items() if k != "grams"})
    buffered.close()
    first, waiting = index.writer(), writing.AsyncWriter(index, delay=0.01)
    waiting.add_document(path="/103", body="war")
    waiting.commit()
    first.commit()
    waiting.join()
    seen.append(state(index.refresh()))
    index.writer().commit(mergetype=writing.CLEAR)
    seen.append(state(index))
    other = module.create_in(folder, fields.Schema(text=fields.TEXT), indexname="other")
    seen += [other.doc_count(), module.exists_in(folder, "other"), module.exists_in(folder, "no")]
    index = module.create_in(folder, make_schema())
    seen.append((index.doc_count(), module.open_dir(folder, indexname="other").schema.names()))
    with pytest.raises(EmptyIndexError):
        module.open_dir(folder, indexname="no")
    return seen


def test_programs_run_the_same(tmp_path):
    (tmp_path / "theirs").mkdir()
    (tmp_path / "ours").mkdir()
    theirs = program(whoosh.index, str(tmp_path / "theirs"))
    ours = program(searchlib.whoosh, str(tmp_path / "ours"))
    assert len(ours) == len(theirs)
    for number, (found, expected) in enumerate(zip(ours, theirs, strict=True)):
        assert found == expected, number


@pytest.fixture
def folder(tmp_path):
    return str(tmp_path / "index")


@pytest.fixture
def index(folder):
    made = create_in(folder, make_schema())
    with made.writer() as writer:
        for number in range(5):
            writer.add_document(**document(number))
    return made


def names(folder: str) -> list[str]:
    return sorted(path.name for path in Path(folder).iterdir())


def commit_file(folder: str) -> Path:
    (found,) = Path(folder).glob("*.commit")
    return found


def paths(index: whoosh.index.Index) -> list[str]:
    with index.searcher() as searcher:
        return sorted(fields["path"] for fields in searcher.documents())


FIVE = [f"/{number}" for number in range(5)]


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
    assert len(names(folder)) == 4  # and the lock
    for name in ("_MAIN_9.commit.new", "_MAIN_0123456789abcdef.docs", "MAIN_0123456789abcdef.seg"):
        (Path(folder) / name).write_bytes(b"of a killed writer")
    for name in ("_MAIN_x_1.commit.new", "_OTHER_1.docs", "MAIN_1.docs", "notes.txt"):
        (Path(folder) / name).write_bytes(b"of somebody else")
    with index.writer() as writer:
        writer.delete_by_term("path", "/4")
    kept = ["MAIN_1.docs", "MAIN_WRITELOCK", "_MAIN_2.commit", "_MAIN_x_1.commit.new"]
    segments = [name for name in names(folder) if len(name) > 21]
    assert names(folder) == sorted([*kept, *segments, "_OTHER_1.docs", "notes.txt"])
    assert len(segments) == 2
    index.writer().cancel()
    assert len(names(folder)) == 8


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
    whoosh.index.create_in(folder, make_schema()).writer().commit()
    assert not exists_in(folder)
    with pytest.raises(EmptyIndexError, match="Whoosh's own") as caught:
        open_dir(folder)
    assert isinstance(caught.value, errors.IndexNotFoundError)
    create_in(folder, make_schema())
    assert exists_in(folder)
    assert names(folder) == ["MAIN_WRITELOCK", "_MAIN_0.commit"]
    with pytest.raises(EmptyIndexError):
        whoosh.index.open_dir(folder)


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
    with pytest.raises(ReadOnlyError):
        opened.writer()
    index.writer().cancel()
    assert opened.storage.index_exists()
    assert isinstance(opened.storage.open_index(), SearchlibIndex)


class Shouting(analysis.Filter):
    def __call__(self, tokens):
        for token in tokens:
            token.text = token.text.upper()
            yield token


def test_an_analyzer_of_the_programs_own_is_supplied_again(folder):
    schema = fields.Schema(path=fields.ID(stored=True))
    index = create_in(folder, schema.copy())
    reopened = open_dir(folder)
    reopened.add_field("text", fields.TEXT(analysis.RegexTokenizer() | Shouting()))
    with reopened.writer() as writer:
        writer.add_document(path="/1", text="word")
    schema.add("text", fields.TEXT(analysis.RegexTokenizer() | Shouting()))
    with pytest.raises(errors.StorageError, match=r"text \(.*Shouting\).*schema=schema") as caught:
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
    with pytest.raises(TypeError, match=r"use index\.writer\(\)"):
        kind(index)
    index.storage.abandon_files()  # Whoosh leaves its temporary file open
    assert [name for name in names(folder) if not name.endswith(".tmp")] == names(folder)[-4:]


def test_a_writer_that_whoosh_would_give_for_several_processes(index, folder):
    with pytest.raises(TypeError, match="SearchlibCodec only"):
        index.writer(codec=object())
    with index.writer(
        procs=2, multisegment=True, batchsize=10, codec=searchlib.whoosh.SearchlibCodec()
    ) as ours:
        ours.add_document(path="/7")
    assert paths(open_dir(folder)) == [*FIVE, "/7"]
    assert not [name for name in names(folder) if name.endswith(".seg")]


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_a_commit_that_fails_changes_nothing_and_frees_the_lock(
    index, folder, monkeypatch, failing
):
    before = names(folder)
    with monkeypatch.context() as patch:
        patch.setattr(os, failing, lambda *_: (_ for _ in ()).throw(OSError(28, "no space")))
        writer = index.writer()
        writer.update_document(path="/1", body="lost")
        with pytest.raises(OSError, match="no space"):
            writer.commit()
        writer.cancel()
        with pytest.raises(writing.IndexingError):
            writer.commit()
    left = [name for name in names(folder) if not name.endswith(".new")]
    assert left == before
    assert paths(open_dir(folder)) == FIVE
    with index.writer() as writer:
        writer.add_document(path="/9")
    assert len(names(folder)) <= 6
    assert paths(index) == [*FIVE, "/9"]


def test_every_damage_of_the_commit_file_is_found(index, folder):
    file = commit_file(folder)
    data = file.read_bytes()
    places = random.Random(1).sample(range(len(data)), 150)
    damaged = [data[:place] for place in places] + [b"", data + b"\n", data * 2, data[:-1]]
    for place in places:
        flipped = bytearray(data)
        flipped[place] ^= 1 << place % 8
        damaged.append(bytes(flipped))
    for content in damaged:
        file.write_bytes(content)
        with pytest.raises(errors.CorruptIndexError, match="is damaged"):
            open_dir(folder)
        with pytest.raises(errors.CorruptIndexError):
            index.reader()
    with pytest.raises(errors.CorruptIndexError):
        index.writer()
    assert exists_in(folder)
    file.write_bytes(data)
    index.writer().cancel()
    assert paths(index) == FIVE


def test_a_segment_that_is_missing_is_a_damage(index, folder):
    next(Path(folder).glob("*.docs")).unlink()
    with pytest.raises(errors.CorruptIndexError, match="missing"):
        open_dir(folder).searcher()


def hostile(folder: str, **more: object) -> None:
    file = commit_file(folder)
    values = json.loads(file.read_bytes().partition(b"\n")[0]) | more
    line = json.dumps(values).encode() + b"\n"
    file.write_bytes(line + b"crc32 %08x\n" % zlib.crc32(line))


SYSTEM = {"fields": [["x", {"os.system": {}}]], "subfields": {}, "dynamic": []}
SEGMENT = {"name": "x1", "documents": 3, "deleted": []}


NEVER_WRITTEN: list[dict[str, object]] = [
    *({"schema": SYSTEM}, {"schema": None}, {"schema": 5}, {"generation": 3}),
    *({"generation": None}, {"version": "1"}, {"version": True}, {"segments": 5}),
    *({"segments": [5]}, {"segments": [SEGMENT | {"more": 1}]}, {"segments": None}),
    *({"segments": [SEGMENT | {"name": name}]} for name in ("../x", "", "X", None, "a_b", "x\n")),
    *({"segments": [SEGMENT | {"documents": number}]} for number in (-1, 1.5, "3", None)),
    *({"segments": [SEGMENT | {"deleted": docs}]} for docs in ([3], [-1], 1, ["0"], None)),
]


def test_what_was_never_written_is_refused(index, folder):
    data = commit_file(folder).read_bytes()
    for values in NEVER_WRITTEN:
        commit_file(folder).write_bytes(data)
        hostile(folder, **values)
        with pytest.raises(errors.CorruptIndexError, match="cannot be read"):
            open_dir(folder)


def test_another_version_is_an_error_of_its_own(index, folder):
    hostile(folder, version=2, schema="in a way of its own")
    with pytest.raises(errors.IndexFormatError, match="version 2"):
        open_dir(folder)


WRITING = """
import sys
from searchlib.whoosh import open_dir
index = open_dir(sys.argv[1])
start = int(sys.argv[2])
print("ready", flush=True)
for batch in range(start, start + 1000):
    with index.writer(timeout=5) as writer:
        writer.delete_by_term("path", f"/{batch - 1}")
        for part in range(3):
            writer.add_document(path=f"/{batch}", body="war and peace", size=part)
        writer.optimize = batch % 3 == 0
"""


def test_a_writer_that_is_killed_leaves_the_last_commit(folder):
    index = create_in(folder, make_schema())
    moments = random.Random(7)
    last = 0
    for _ in range(10):
        command = [sys.executable, "-c", WRITING, folder, str(last + 1)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(moments.uniform(0, 0.15))
            process.send_signal(signal.SIGKILL)
        found = paths(open_dir(folder))
        assert found in ([], [f"/{found[0]}"[1:]] * 3 if found else [])
        last = int(found[0][1:]) if found else last
        with index.writer() as writer:  # nobody has the lock, and what was left goes
            writer.delete_by_term("path", "/none")
        assert sum(name.endswith(".commit") for name in names(folder)) == 1
        assert not [name for name in names(folder) if name.endswith((".new", ".tmp"))]
        assert paths(index) == found
    assert last
