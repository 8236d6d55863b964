"""Merging segments: that no segment outgrows its numbers, and what comes out."""

from __future__ import annotations

import pytest

import searchlib
from searchlib import Article
from searchlib.files.storage import open_container
from searchlib.segment import list_writing, sorted_table, term_merging
from searchlib.segment import merging as segment_merging
from searchlib.segment.entry import SegmentEntry, segment_file
from searchlib.segment.merging import merge
from searchlib.segment.segment import KIND
from searchlib.store import due_merges, merge_policy
from searchlib.store.due_merges import sizes_of
from searchlib.store.merge_policy import SegmentSize
from tests.helpers.articles import varied_articles

pytestmark = pytest.mark.kernels

SECTIONS = ("info", "lengths", "published", "ids", "id_ends", "keys", "keys.blocks", "key_lists")
TABLES = ("postings", "terms", "terms.blocks", "words", "words.blocks")


def files(index) -> list[str]:
    return [name for name in index._engine.store.storage.list() if name.endswith(".articles")]


def segments(index) -> list[SegmentEntry]:
    parts = index._engine.store.snapshot().parts
    return [SegmentEntry(part.segment.name, part.segment.num_docs) for part in parts]


def test_an_index_may_outgrow_a_segment(monkeypatch):
    most = 40_000
    monkeypatch.setattr(merge_policy, "_MAX_BYTES", most)
    index = searchlib.in_memory()
    storage = index._engine.store.storage
    everything = varied_articles(600)
    for at in range(0, len(everything), 6):
        with index.writer() as writer:
            writer.add_many(everything[at : at + 6])
    sizes = [storage.file_length(name) for name in files(index)]
    assert sum(sizes) > 3 * most
    assert max(sizes) <= most
    assert len(sizes) <= 2 * sum(sizes) // most + 16
    assert index.count == len(everything)
    assert index.search("the").total == len(everything)
    assert [index.get(article.article_id) for article in everything] == everything
    assert index.check() == []


def test_the_policy_is_told_the_lengths_of_files_and_what_is_deleted():
    index = searchlib.in_memory()
    with index.writer() as writer:
        writer.add_many(varied_articles(9))
    storage = index._engine.store.storage
    (entry,) = segments(index)
    length = storage.file_length(segment_file(entry.name))
    some_deleted = SegmentEntry(entry.name, 9, (0, 7))
    assert sizes_of([entry, some_deleted], storage) == [
        SegmentSize(9, 0, length),
        SegmentSize(7, 2, length),
    ]


def sections(storage, name: str) -> dict[str, bytes]:
    container = open_container(storage, segment_file(name), KIND)
    return {name: bytes(container.section(name)) for name in (*SECTIONS, *TABLES)}


@pytest.fixture
def in_pieces(monkeypatch):
    """Have all that comes in pieces come in many of them."""
    for module in (list_writing, term_merging):
        monkeypatch.setattr(module, "LONG_LIST", 900)
    monkeypatch.setattr(term_merging, "_OCCURRENCES_AT_ONCE", 5000)
    monkeypatch.setattr(segment_merging, "_RECORD_BYTES", 20_000)
    monkeypatch.setattr(segment_merging, "_DOCS_AT_ONCE", 7)
    monkeypatch.setattr(sorted_table, "_MAX_ENTRIES", 32)
    monkeypatch.setattr(sorted_table, "_FIRST_ENTRIES", 16)


@pytest.mark.usefixtures("in_pieces")
@pytest.mark.parametrize("count", [40, 100, 700, 2600])
def test_what_was_merged_is_what_is_written_at_once(monkeypatch, count):
    everything = varied_articles(count)
    whole, parts = searchlib.in_memory(), searchlib.in_memory()
    with whole.writer() as writer:
        writer.add_many(everything)
    monkeypatch.setattr(due_merges, "next_merge", lambda _: None)
    for at in range(0, count, count // 3 + 1):
        with parts.writer() as writer:
            writer.add_many(everything[at : at + count // 3 + 1])
    storage = parts._engine.store.storage
    assert len(segments(parts)) == 3
    merged = merge(storage, segments(parts), lambda _: None)
    (expected,) = segments(whole)
    assert merged.documents == count
    assert sections(storage, merged.name) == sections(whole._engine.store.storage, expected.name)


@pytest.mark.usefixtures("in_pieces")
def test_deleted_documents_are_left_out():
    everything = varied_articles(2000)
    index, expected = searchlib.in_memory(), searchlib.in_memory()
    with index.writer() as writer:
        writer.add_many(everything)
    with index.writer() as writer:
        for article in everything[::2]:
            writer.delete(article.article_id)
    with expected.writer() as writer:
        writer.add_many(everything[1::2])
    assert len(segments(index)) == 1
    assert segments(index)[0].documents == 1000
    assert index.check() == []
    for query in ("the", "horses", "run w7x", '"the run"', "source:one", "authors:Bo"):
        found, wanted = index.search(query, limit=50), expected.search(query, limit=50)
        assert found.total == wanted.total
        assert [(hit.article.article_id, hit.score) for hit in found] == [
            (hit.article.article_id, hit.score) for hit in wanted
        ]


def test_a_term_of_which_all_documents_are_deleted_is_gone():
    index = searchlib.in_memory()
    with index.writer() as writer:
        writer.add_many(
            Article(article_id=str(n), body="gone " * 3 if n < 2 else "here") for n in range(4)
        )
    with index.writer() as writer:
        writer.delete("0")
        writer.delete("1")
    assert segments(index)[0].documents == 2
    assert list(index._engine.store.snapshot().written.beginning_with("g")) == []
    assert index.check() == []
