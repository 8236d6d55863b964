"""The codec by itself: what goes in comes out, one commit at a time."""

from __future__ import annotations

import json
import os
import threading
from array import array
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest

from searchlib.analysis import PairTable
from searchlib.errors import (
    CorruptIndexError,
    IndexExistsError,
    IndexFormatError,
    IndexLockedError,
    IndexNotFoundError,
    StorageError,
)
from searchlib.files.commit_names import MAX_GENERATION
from searchlib.segment.documents import DocumentBatch, Tokens
from searchlib.segment.records import decode_record
from searchlib.settings import Settings, _checksum
from searchlib.store import destroying
from searchlib.store.check import check_snapshot
from searchlib.store.creating import create_store, memory_store
from searchlib.store.destroying import destroy_store, destroy_unwritten_store
from searchlib.store.snapshot import NO_DATE
from searchlib.store.store import Store
from searchlib.store.transaction import Transaction

pytestmark = pytest.mark.kernels

# The words of all documents, by number: those of one transaction must share one list.
PAIRS = PairTable()


def document(article_id: str, body: str, published_us: int = NO_DATE) -> DocumentBatch:
    """Make a document by splitting ``body`` at spaces."""
    words = body.split()
    record = f"{len(article_id)} 0 {len(body)} 0\n{article_id}{body}".encode()
    return DocumentBatch(
        article_ids=[article_id],
        records=[record],
        tokens=Tokens(
            array("I", [PAIRS.number(word, word) for word in words]),
            array("I", range(len(words))),
            array("I", [0, len(words), 0]),
        ),
        lengths=array("I", [0, len(words), 0]),
        pair_list=PAIRS,
        keys=[(0, "source", "wire")],
        published_us=array("q", [published_us]),
    )


BODY = 2


@pytest.fixture(params=["directory", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "memory":
        return memory_store(Settings())
    return create_store(str(tmp_path / "index"), Settings())


def write(store: Store, *documents: DocumentBatch) -> None:
    transaction = Transaction(store, 1.0)
    for each in documents:
        transaction.add(each)
    transaction.commit()


def bodies(store: Store) -> dict[str, str]:
    snapshot = store.snapshot()
    articles = [decode_record(snapshot.article(doc)) for doc in snapshot.live]
    assert list(check_snapshot(snapshot)) == []
    return {article.article_id: article.text("body") for article in articles}


def test_postings_positions_and_columns_come_back(store: Store) -> None:
    write(store, document("a", "to be or not to be", 7), document("b", "be"), document("c", ""))
    snapshot = store.snapshot()
    assert snapshot.num_docs == 3
    assert snapshot.postings(BODY, "be") == (array("I", [0, 1]), array("d", [2.0, 1.0]))
    assert snapshot.postings(5, "be").docs == array("I")
    first = 1 << 30  # the body of the first document
    assert [list(at) for _, at in snapshot.phrase([["to"], ["be"]])] == [[first + 1, first + 5]]
    found = snapshot.phrase([["not", "be"], ["to", "or"]])
    assert [list(at) for _, at in found] == [[first + 2, first + 4]]
    assert [snapshot.length("body", doc) for doc in range(3)] == [6, 1, 0]
    assert snapshot.avg_length("body") == 3.5
    assert snapshot.avg_length("headline") == 0.0
    assert list(snapshot.published) == [7, NO_DATE, NO_DATE]
    assert list(snapshot.terms(BODY)) == ["be", "not", "or", "to"]
    assert list(snapshot.terms(1)) == []
    assert list(snapshot.written.beginning_with("n")) == ["not"]
    assert snapshot.df("be") == 2
    assert snapshot.df("be", 1) == 0
    assert snapshot.key_docs("source", "wire") == array("I", [0, 1, 2])
    assert list(snapshot.key_values("article_id", "b")) == ["b"]
    assert snapshot.postings(BODY, "missing").docs == array("I")
    assert snapshot.find("b") == 1
    assert snapshot.find("x") is None


def test_postings_longer_than_a_block_come_back(store: Store) -> None:
    write(store, *(document(f"{n:03}", "word " * (n % 3 + 1)) for n in range(300)))
    docs, frequencies = store.snapshot().postings(BODY, "word")
    assert list(docs) == list(range(300))
    assert list(frequencies) == [n % 3 + 1 for n in range(300)]


def test_the_last_of_an_article_id_wins_within_and_across_transactions(store: Store) -> None:
    write(store, document("a", "one"), document("b", "two"), document("a", "three"))
    assert bodies(store) == {"a": "three", "b": "two"}
    write(store, document("b", "four"))
    assert bodies(store) == {"a": "three", "b": "four"}
    assert store.snapshot().postings(BODY, "two").docs == array("I")


def test_delete_reaches_this_transaction_and_earlier_ones(store: Store) -> None:
    write(store, document("a", "one"), document("b", "two"))
    transaction = Transaction(store, 1.0)
    transaction.add(document("c", "three"))
    assert [transaction.delete(each) for each in ("a", "a", "c", "x")] == [True, False, True, False]
    transaction.add(document("a", "again"))
    transaction.commit()
    assert bodies(store) == {"a": "again", "b": "two"}


def test_delete_where_spares_what_is_added_after_it(store: Store) -> None:
    write(store, document("a", "old"))
    transaction = Transaction(store, 1.0)
    transaction.add(document("b", "new"))
    transaction.delete_where(lambda snapshot: snapshot.live)
    transaction.add(document("c", "newer"))
    transaction.commit()
    assert bodies(store) == {"c": "newer"}


def test_rollback_leaves_the_index_and_no_file(store: Store) -> None:
    write(store, document("a", "one"))
    before = sorted(store.storage.list())
    transaction = Transaction(store, 1.0)
    transaction.add(document("a", "two"))
    transaction.delete("a")
    transaction.rollback()
    assert bodies(store) == {"a": "one"}
    assert sorted(store.storage.list()) == before
    write(store, document("b", "two"))
    assert bodies(store) == {"a": "one", "b": "two"}


def test_a_transaction_that_changes_nothing_makes_no_commit(store: Store) -> None:
    write(store, document("a", "one"))
    generation = store.snapshot().generation
    write(store)
    assert store.snapshot().generation == generation


def test_many_commits_merge_into_few_segments_and_keep_the_order_of_insertion(
    store: Store,
) -> None:
    for n in range(40):
        write(store, document(f"{n:02}", f"word w{n}"), document("same", f"round {n}"))
    snapshot = store.snapshot()
    assert len(bodies(store)) == 41
    assert len(snapshot.parts) < 10
    ids = [decode_record(snapshot.article(doc)).article_id for doc in snapshot.live]
    assert ids == [f"{n:02}" for n in range(40)] + ["same"]
    assert list(snapshot.written.beginning_with("w"))[:3] == ["w0", "w1", "w10"]


def test_a_snapshot_stays_as_it_was(store: Store) -> None:
    write(store, document("a", "one two"))
    held = store.snapshot()
    for n in range(20):
        write(store, document("a", f"three {n}"))
    assert decode_record(held.article(held.live[0])).text("body") == "one two"
    assert held.postings(BODY, "two").docs == array("I", [0])
    assert bodies(store) == {"a": "three 19"}


def test_a_second_writer_waits_for_the_first(store: Store) -> None:
    first = Transaction(store, 1.0)
    first.add(document("a", "one"))
    with pytest.raises(IndexLockedError, match="this thread already has a writer"):
        Transaction(store, 60.0)
    second = threading.Thread(target=write, args=(store, document("b", "two")))
    # write() waits up to a second for the lock; the commit frees it.
    second.start()
    first.commit()
    second.join()
    assert bodies(store) == {"a": "one", "b": "two"}


def test_another_store_on_the_same_directory_sees_the_commit(tmp_path: Path) -> None:
    path = str(tmp_path)
    create_store(path, Settings(k1=2.0))
    one, other = Store.open(path), Store.open(path)
    assert other.snapshot().num_docs == 0
    write(one, document("a", "one"))
    assert other.snapshot().num_docs == 1
    assert other.settings.k1 == 2.0


def test_create_refuses_an_index_and_keeps_other_files(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine")
    store = create_store(str(tmp_path), Settings())
    write(store, document("a", "one"))
    with pytest.raises(IndexExistsError):
        create_store(str(tmp_path), Settings())
    assert bodies(Store.open(str(tmp_path))) == {"a": "one"}
    destroy_store(store)
    assert [path.name for path in tmp_path.iterdir()] == ["README.md"]


@pytest.mark.parametrize("name", ["MAIN_zkzw1oc9gjqqxwmx.seg", "MAIN_notes.txt", "_MAIN_1.toc"])
def test_files_of_others_with_our_prefix_stay(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("of an index of Whoosh's own, say")
    store = create_store(str(tmp_path), Settings())
    size = store.size_bytes()
    for number in range(3):
        write(store, document("a", f"one {number}"))
    (tmp_path / name).write_text("")
    assert create_store(str(tmp_path / "other"), Settings()).size_bytes() == size
    destroy_store(store)
    assert {path.name for path in tmp_path.iterdir()} == {name, "other"}


def test_only_what_was_never_written_to_is_destroyed_as_such(tmp_path: Path) -> None:
    store = create_store(str(tmp_path), Settings())
    lock = store.lock(0.0)
    assert not destroy_unwritten_store(store)  # a writer is at it
    lock.release()
    write(store, document("a", "one"))
    assert not destroy_unwritten_store(store)
    assert bodies(store) == {"a": "one"}
    destroy_store(store)
    assert destroy_unwritten_store(create_store(str(tmp_path), Settings()))
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_index_is_not_found(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path, tmp_path / "none", tmp_path / "file"):
        with pytest.raises(IndexNotFoundError) as caught:
            Store.open(str(path))
        assert caught.value.path == str(path)


def test_another_format_says_which(tmp_path: Path) -> None:
    create_store(str(tmp_path), Settings())
    (tmp_path / "searchlib.json").write_text('{"format": 1, "analyzer": "english"}')
    with pytest.raises(IndexFormatError) as caught:
        Store.open(str(tmp_path))
    assert (caught.value.found, caught.value.supported) == (1, 4)


@pytest.mark.parametrize(
    "content",
    ["", "[]", "null", "{}", '{"format": "1"}', '{"format": 4}', '{"format": 4, "analyzer": 3}'],
)
def test_damaged_settings_are_named(tmp_path: Path, content: str) -> None:
    create_store(str(tmp_path), Settings())
    (tmp_path / "searchlib.json").write_text(content)
    with pytest.raises(CorruptIndexError) as caught:
        Store.open(str(tmp_path))
    assert caught.value.file == "searchlib.json"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"weights": {}}, "there is no weight of headline"),
        ({"weights": {"headline": 1, "caption": 1}}, "there is no weight of body"),
        ({"weights": {"headline": 10**400, "body": 1, "caption": 1}}, r"0{70}"),
        ({"format": "4"}, "the format is '4'"),
        ({"format": 4.0}, "the format is 4.0"),
        ({"format": True}, "the format is True"),
        ({"format": None}, "the format is None"),
    ],
)
def test_settings_that_nobody_wrote_are_damage(tmp_path: Path, change, problem) -> None:
    create_store(str(tmp_path), Settings())
    path = tmp_path / "searchlib.json"
    values = {**json.loads(path.read_text()), **change}
    del values["crc32"]
    path.write_text(json.dumps({**values, "crc32": _checksum(values)}))
    with pytest.raises(CorruptIndexError, match=problem) as caught:
        Store.open(str(tmp_path))
    assert len(str(caught.value)) < 500


def test_a_missing_commit_file_is_damage(tmp_path: Path) -> None:
    create_store(str(tmp_path), Settings())
    for path in tmp_path.glob("*.commit"):
        path.unlink()
    with pytest.raises(CorruptIndexError, match="commit file is missing"):
        Store.open(str(tmp_path))


def test_a_path_under_a_file_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot be made"):
        create_store(str(tmp_path / "file" / "index"), Settings())


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"k1": -1.0}, "k1"),
        ({"k1": float("nan")}, "k1"),
        ({"b": 1.5}, "b must"),
        ({"weights": {"headline": -2}}, "weight of headline"),
        ({"weights": {"title": 2}}, "'title'"),
        ({"weights": {"body": "2"}}, "weight of body"),
    ],
)
def test_settings_outside_their_range_are_refused(values, problem) -> None:
    with pytest.raises(ValueError, match=problem):
        Settings(**values)


def test_making_an_index_leaves_the_lock_where_it_is(tmp_path: Path) -> None:
    (tmp_path / "MAIN_WRITELOCK").touch()  # Whoosh's own, say
    before = (tmp_path / "MAIN_WRITELOCK").stat().st_ino
    store = create_store(str(tmp_path), Settings())
    assert (tmp_path / "MAIN_WRITELOCK").stat().st_ino == before
    write(store, document("a", "one"))
    destroy_store(store)
    assert [path.name for path in tmp_path.iterdir()] == ["MAIN_WRITELOCK"]
    assert (tmp_path / "MAIN_WRITELOCK").stat().st_ino == before


def test_what_is_left_of_an_index_that_was_not_made_or_destroyed_whole(tmp_path: Path) -> None:
    path = tmp_path / "index"
    store = create_store(str(path), Settings())
    (path / "searchlib.json").unlink()  # killed before it was written
    store = create_store(str(path), Settings())
    write(store, document("a", "one"))
    held = {each.name: each.read_bytes() for each in path.iterdir()}

    def killed(storage: object, names: list[str]) -> list[str]:
        store.storage.delete_file(names[0])
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patched, pytest.raises(KeyboardInterrupt):  # noqa: PT012
        patched.setattr(destroying, "delete_files", killed)
        destroy_store(store)
    assert "searchlib.json" not in os.listdir(path)
    assert held.keys() & set(os.listdir(path))
    with pytest.raises(IndexNotFoundError):
        Store.open(str(path))
    store = create_store(str(path), Settings())
    assert bodies(store) == {}
    assert len(list(path.iterdir())) == 3
    destroy_store(store)
    assert list(path.iterdir()) == []


def test_segments_without_settings_are_not_taken_for_nothing(tmp_path: Path) -> None:
    store = create_store(str(tmp_path), Settings())
    write(store, document("a", "one"))
    (tmp_path / "searchlib.json").unlink()
    for attempt in (Store.open, lambda path: create_store(path, Settings())):
        with pytest.raises(CorruptIndexError, match=r"searchlib\.json is missing"):
            attempt(str(tmp_path))
    assert len(list(tmp_path.glob("*.articles"))) == 1


def test_a_commit_that_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "MAIN_3.commit").write_text("notes of mine")
    with pytest.raises(CorruptIndexError, match="in another directory"):
        create_store(str(tmp_path), Settings())
    assert {path.name for path in tmp_path.iterdir()} == {"MAIN_3.commit"}
    assert (tmp_path / "MAIN_3.commit").read_text() == "notes of mine"


def test_the_last_generation_is_followed_by_none(tmp_path: Path) -> None:
    store = create_store(str(tmp_path), Settings())
    write(store, document("a", "one"))
    commit, _ = store.latest()
    last = replace(commit, generation=MAX_GENERATION)
    (tmp_path / last.file_name).write_bytes(last.encode())
    before = sorted(os.listdir(tmp_path))
    with pytest.raises(StorageError, match="the highest number"):
        write(store, document("b", "two"))
    assert sorted(os.listdir(tmp_path)) == before
    assert bodies(store) == {"a": "one"}
    assert list(check_snapshot(store.snapshot())) == []
    copy = tmp_path.with_name(f"{tmp_path.name}-copy")
    copytree(tmp_path, copy)
    destroy_store(Store.open(str(copy)))  # it is not kept from that
    assert os.listdir(copy) == ["MAIN_1.commit"]  # which no commit has dropped
    beyond = tmp_path / f"MAIN_{MAX_GENERATION + 1}.commit"
    beyond.write_text("none of ours")
    (tmp_path / last.file_name).unlink()
    write(store, document("b", "two"))
    assert bodies(store) == {"a": "one", "b": "two"}
    assert beyond.read_text() == "none of ours"
