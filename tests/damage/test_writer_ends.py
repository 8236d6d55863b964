"""How a writer ends beside others, and when the files or the system are in its way."""

from __future__ import annotations

import errno
import gc
import os
from contextlib import suppress

import pytest

import searchlib
from searchlib import Article, StorageError
from searchlib.local.local_transaction import LocalTransaction
from searchlib.segment import merging as segment_merging
from tests.helpers.indexes import add, stored_ids


def test_committed_is_true_though_another_writer_was_faster(tmp_path, monkeypatch) -> None:
    index = searchlib.create(tmp_path)
    ended = LocalTransaction._end_processes

    def end_processes(self: LocalTransaction) -> None:
        ended(self)
        monkeypatch.setattr(LocalTransaction, "_end_processes", ended)
        add(index, "other")  # it takes a while if there are processes: the lock is free then

    monkeypatch.setattr(LocalTransaction, "_end_processes", end_processes)
    with index.writer() as writer:
        writer.add(Article(article_id="mine"))
    assert writer.committed
    assert stored_ids(tmp_path) == ["mine", "other"]


def test_a_directory_of_an_older_time_hides_no_commit_from_a_writer(tmp_path) -> None:
    index = searchlib.create(tmp_path)
    add(index, "first")
    old = os.stat(tmp_path).st_mtime_ns - 60_000_000_000
    os.utime(tmp_path, ns=(old, old))
    assert index.count == 1
    add(searchlib.open(tmp_path), "second")
    os.utime(tmp_path, ns=(old, old))  # as rsync and touch can do, and NFS does
    add(index, "third")
    assert stored_ids(tmp_path) == ["first", "second", "third"]


def test_a_commit_that_a_writer_has_not_seen_is_not_replaced(tmp_path) -> None:
    index = searchlib.create(tmp_path)
    add(index, "first")
    theirs = tmp_path / "MAIN_2.commit"
    with pytest.raises(StorageError, match="another one has committed"), index.writer() as writer:  # noqa: PT012
        writer.add(Article(article_id="second"))
        theirs.write_bytes(b"of one that knows no lock")
    assert not writer.committed
    assert theirs.read_bytes() == b"of one that knows no lock"
    theirs.unlink()
    assert stored_ids(tmp_path) == ["first"]
    assert len(list(tmp_path.glob("*.articles"))) == 1


@pytest.mark.parametrize("suffix", [".articles", ".commit"])
def test_what_cannot_be_deleted_is_deleted_by_a_later_commit(tmp_path, monkeypatch, suffix) -> None:
    index = searchlib.create(tmp_path)
    remove = os.remove

    def refused(path: str) -> None:
        if str(path).endswith(suffix):  # on Windows: a file that is mapped
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        remove(path)

    for _ in range(2):
        with monkeypatch.context() as patched:
            patched.setattr(os, "remove", refused)
            for _ in range(4):
                add(index, "same")
            with suppress(KeyError), index.writer() as writer:
                writer.add(Article(article_id="none"))
                writer.delete("none")  # for which it is written
                raise KeyError
        assert len(list(tmp_path.glob(f"*{suffix}"))) > 1
        add(index, "same")
        files = [file.suffix for file in tmp_path.iterdir()]
        assert sorted(files) == ["", ".articles", ".commit", ".json"]


def test_a_disk_that_is_full_in_a_merge_is_no_reason_not_to_commit(tmp_path, monkeypatch) -> None:
    index = searchlib.create(tmp_path)
    for number in range(20):
        add(index, str(number))
        if len(list(tmp_path.glob("*.articles"))) <= number:
            break
    due = number
    index.destroy()
    index = searchlib.create(tmp_path)
    for number in range(due):
        add(index, str(number))

    class Full(segment_merging.SegmentFile):
        def finish(self, *_: object) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(segment_merging, "SegmentFile", Full)
    add(index, "last")
    assert len(stored_ids(tmp_path)) == len(list(tmp_path.glob("*.articles"))) == due + 1
    monkeypatch.undo()
    add(index, "after")
    assert len(stored_ids(tmp_path)) == due + 2
    assert len(list(tmp_path.glob("*.articles"))) < due + 2


def test_ctrl_c_in_the_rollback_frees_the_lock(monkeypatch) -> None:
    index = searchlib.in_memory()

    def interrupt(_name: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), index.writer() as writer:  # noqa: PT012
        writer.add(Article(article_id="none"))
        writer.delete("none")  # for which a segment is begun
        monkeypatch.setattr(index._engine.store.storage, "delete_file", interrupt)
        raise ValueError
    monkeypatch.undo()
    assert not writer.committed
    add(index, "after")
    assert index.count == 1


def test_in_memory_a_dropped_writer_leaves_nothing_when_it_is_collected() -> None:
    index = searchlib.in_memory()
    before = index._engine.store.storage.list()
    with suppress(KeyError), index.writer() as writer:
        writer.add(Article(article_id="a", body="horses"))
        writer.delete("none")  # for which the article is written
        raise KeyError
    del writer
    gc.collect()
    assert index._engine.store.storage.list() == before
