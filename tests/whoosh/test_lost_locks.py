"""Writers that lost their lock, or were forked: none says that it has committed, and has not."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from whoosh.filedb.filestore import RamStorage
from whoosh.index import LockError
from whoosh.writing import AsyncWriter, BufferedWriter

from searchlib import errors
from searchlib.files import publication
from searchlib.whoosh import FileStorage, create_in, open_dir
from searchlib.whoosh.index import searchlib_index as whoosh_index
from searchlib.whoosh.index import whoosh_publishing
from searchlib.whoosh.index.searchlib_index import SearchlibIndex
from tests.helpers.processes import in_child
from tests.whoosh.program_index import FIVE, make_schema, names, paths

LOCK = "MAIN_WRITELOCK"
FORKS = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")


def add(index: SearchlibIndex, path: str) -> None:
    with index.writer() as writer:
        writer.update_document(path=path, body="war and peace")


def test_a_writer_without_its_lock_does_not_undo_what_others_have_committed(index, folder):
    first = index.writer()
    first.add_document(path="/lost")
    Path(folder, LOCK).unlink()
    add(open_dir(folder), "/second")
    add(open_dir(folder), "/third")
    before = names(folder)
    with pytest.raises(LockError, match=r"at generation 3, and was at 1.*run it again") as caught:
        first.commit()
    assert isinstance(caught.value, errors.IndexLockedError)
    assert set(names(folder)) <= set(before)  # nothing of others' has gone, all of its own has
    assert paths(open_dir(folder)) == [*FIVE, "/second", "/third"]
    assert len(names(folder)) == 8
    add(index, "/lost")
    assert paths(index) == [*FIVE, "/lost", "/second", "/third"]


@pytest.mark.parametrize("instead", [None, b"another"])
def test_a_writer_without_its_lock_does_not_commit_beside_another_one(index, folder, instead):
    first = index.writer()
    first.add_document(path="/lost")
    Path(folder, LOCK).unlink()
    if instead is not None:
        Path(folder, LOCK).write_bytes(instead)
    second = open_dir(folder).writer()
    second.add_document(path="/second")
    with pytest.raises(LockError, match=r"deleted or replaced.*nothing of this writer"):
        first.commit()
    second.commit()
    assert paths(index) == [*FIVE, "/second"]
    assert len(names(folder)) == 6


def test_a_writer_of_an_index_that_is_deleted_meanwhile(index, folder):
    writer = index.writer()
    writer.add_document(path="/lost")
    Path(folder, LOCK).unlink()
    FileStorage(folder).clean()
    with pytest.raises(LockError, match="was deleted meanwhile; nothing of this writer"):
        writer.commit()
    assert names(folder) == []


def test_a_writer_whose_files_another_one_has_dropped_says_why(index, folder):
    first = index.writer()
    first.add_document(path="/lost")

    def merge(_writer, segments):
        Path(folder, LOCK).unlink()
        add(open_dir(folder), "/second")  # while this one is at it
        return segments

    with pytest.raises(LockError, match="at generation 2, and was at 1"):
        first.commit(mergetype=merge)
    assert paths(index) == [*FIVE, "/second"]


@pytest.mark.parametrize("commits", [1, 2, 3])
def test_others_that_commit_between_looking_and_publishing(index, folder, monkeypatch, commits):
    real = publication.publish
    first = index.writer()
    first.add_document(path="/lost")

    def publish(*arguments):
        monkeypatch.undo()
        Path(folder, LOCK).unlink()
        for number in range(commits):
            add(open_dir(folder), f"/other{number}")
        real(*arguments)

    monkeypatch.setattr(publication, "publish", publish)
    with pytest.raises(LockError, match=r"another writer has committed generation.*run it again"):
        first.commit()
    assert index.latest_generation() == 1 + commits
    assert paths(index) == [*FIVE, *(f"/other{number}" for number in range(commits))]
    assert len(list(Path(folder).glob("*.commit"))) == 1
    assert len(list(Path(folder).glob("*.docs"))) == len(index._read_toc().segments)


@pytest.mark.parametrize("others", [1, 3])
def test_a_commit_that_others_have_built_upon_already_is_there(index, folder, monkeypatch, others):
    """The other writers come between the new name of the commit and the second look."""
    real = publication.publish

    def publish(*arguments):
        monkeypatch.undo()
        real(*arguments)
        Path(folder, LOCK).unlink()
        for number in range(others):
            with open_dir(folder).writer() as writer:
                writer.add_document(path=f"/other{number}")
                writer.merge = False

    monkeypatch.setattr(publication, "publish", publish)
    add(index, "/mine")
    assert paths(index) == [*FIVE, "/mine", *(f"/other{number}" for number in range(others))]
    add(index, "/after")
    assert len(list(Path(folder).glob("*.commit"))) == 1


def test_a_commit_that_is_withdrawn_and_cannot_be_deleted_is_not_there(index, folder, monkeypatch):
    """The other writers come when the files are synced, and drop a commit of the same name."""
    real, remove, published = publication.publish, os.remove, []

    def publish(storage, name, data, temporary, files):
        monkeypatch.undo()
        Path(folder, LOCK).unlink()
        for number in range(2):
            add(open_dir(folder), f"/other{number}")
        real(storage, name, data, temporary)
        published.append(name)
        monkeypatch.setattr(os, "remove", refuse)

    def refuse(path, *arguments, **options):
        if os.path.basename(path) in published:
            failing()
        remove(path, *arguments, **options)

    writer = index.writer()
    writer.add_document(path="/lost")
    monkeypatch.setattr(publication, "publish", publish)
    with pytest.raises(LockError, match="nothing of this writer was written"):
        writer.commit()
    assert published[0] in names(folder)
    assert not writer._publication.is_there
    assert paths(open_dir(folder)) == [*FIVE, "/other0", "/other1"]


@pytest.mark.parametrize("what", ["searcher", "temporary files"])
@pytest.mark.parametrize("end", ["commit", "cancel"])
def test_the_lock_is_free_whatever_cannot_be_closed(index, monkeypatch, what, end):
    def fail(*_: object) -> None:
        raise ValueError("it cannot be closed")

    writer = index.writer()
    writer.add_document(path="/9")
    if what == "searcher":
        writer.update_document(path="/9")
        monkeypatch.setattr(writer.searcher(), "close", fail)
        monkeypatch.setattr(writer._searcher, "_orig_close", fail)
    else:
        monkeypatch.setattr(writer._tempstorage, "destroy", fail)
    with pytest.raises(ValueError, match="it cannot be closed"):
        getattr(writer, end)()
    index.writer().cancel()


def test_two_that_make_an_index_at_once(folder, monkeypatch):
    real = publication.publish

    def publish(*arguments):
        monkeypatch.undo()
        Path(folder, LOCK).unlink()
        add(create_in(folder, make_schema()), "/other")
        real(*arguments)

    monkeypatch.setattr(publication, "publish", publish)
    with pytest.raises(LockError, match="another writer has committed"):
        create_in(folder, make_schema())
    assert paths(open_dir(folder)) == ["/other"]
    assert len(names(folder)) == 4


def failing(*_: object) -> None:
    raise OSError(errno.EIO, "Input/output error")


def test_an_error_after_publishing_says_that_the_change_is_there(index, folder, monkeypatch):
    writer = index.writer()
    writer.add_document(path="/9")
    monkeypatch.setattr(whoosh_publishing, "sync_names", failing)
    with pytest.raises(errors.StorageError, match="the change is in the index") as caught:
        writer.commit()
    monkeypatch.undo()
    assert "nothing" not in str(caught.value)
    assert paths(open_dir(folder)) == [*FIVE, "/9"]
    add(index, "/a")
    assert paths(index) == [*FIVE, "/9", "/a"]
    assert len(list(Path(folder).glob("*.commit"))) == 1


def test_files_that_cannot_be_deleted_do_not_fail_a_commit(index, folder, monkeypatch):
    monkeypatch.setattr(os, "remove", failing)
    add(index, "/9")
    monkeypatch.undo()
    assert paths(open_dir(folder)) == [*FIVE, "/9"]


def test_ctrl_c_after_publishing_keeps_the_commit(index, folder, monkeypatch):
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    writer = index.writer()
    writer.add_document(path="/9")
    monkeypatch.setattr(whoosh_publishing, "delete_files", interrupted)
    with pytest.raises(KeyboardInterrupt):
        writer.commit()
    monkeypatch.undo()
    assert paths(open_dir(folder)) == [*FIVE, "/9"]
    add(index, "/10")
    assert len(list(Path(folder).glob("*.commit"))) == 1


CALLS: dict[str, tuple] = {
    **dict.fromkeys(("commit", "cancel", "reader", "searcher", "group", "start_group"), ()),
    **dict.fromkeys(("end_group", "temp_storage", "doc_count", "has_deletions"), ()),
    **dict.fromkeys(("delete_document", "is_deleted"), (0,)),
    **dict.fromkeys(("remove_field", "add_reader"), ("path",)),
    "delete_by_term": ("path", "/1"),
    "delete_by_query": (None,),
    "add_field": ("more", None),
}


@FORKS
def test_a_writer_in_a_forked_child_refuses_and_the_parent_goes_on(index, folder):
    writer = index.writer(limitmb=0)
    writer.add_document(path="/before", body="war and peace")
    before = names(folder)

    def child() -> None:
        for name, arguments in CALLS.items():
            with pytest.raises(errors.StorageError, match="forked"):
                getattr(writer, name)(*arguments)
        for name in ("add_document", "update_document"):
            with pytest.raises(errors.StorageError, match="forked"):
                getattr(writer, name)(path="/child")
        with pytest.raises(errors.StorageError, match="forked"), writer:
            pass
        assert "forked" in repr(writer)
        with pytest.raises(LockError):
            index.writer()
        assert paths(index) == FIVE

    assert in_child(child) == 0
    assert names(folder) == before
    with pytest.raises(LockError):
        open_dir(folder).writer()
    writer.add_document(path="/after", body="peace")
    writer.commit()
    assert paths(open_dir(folder)) == [*FIVE, "/after", "/before"]
    for file in Path(folder).glob("*.terms"):
        assert file.stat().st_size > 0
    open_dir(folder).optimize()
    assert paths(index) == [*FIVE, "/after", "/before"]


@FORKS
def test_what_wraps_a_writer_refuses_in_a_child_too(index, folder):
    buffered = BufferedWriter(index, period=None, limit=10)
    buffered.add_document(path="/buffered")

    def child() -> None:
        with pytest.raises(errors.StorageError, match="forked"):
            buffered.add_document(path="/child")
        with pytest.raises(errors.StorageError, match="forked"):
            buffered.close()

    assert in_child(child) == 0
    buffered.close()
    waiting = AsyncWriter(index)
    waiting.add_document(path="/async")

    def other_child() -> None:
        with pytest.raises(errors.StorageError, match="forked"):
            waiting.add_document(path="/child")
        with pytest.raises(errors.StorageError, match="forked"):
            waiting.commit()

    assert in_child(other_child) == 0
    waiting.commit()
    assert paths(open_dir(folder)) == [*FIVE, "/async", "/buffered"]


FORKING = """
import os, sys
from searchlib.whoosh import open_dir
writer = open_dir(sys.argv[1]).writer()
for number in range(300):
    writer.add_document(path=f"/{number}", body=f"word{number} in the buffer of a file")
writer.fieldwriter._file.write(b"")
child = os.fork()
if not child:
    sys.exit()  # as a program ends: files are flushed
os.waitpid(child, 0)
writer.commit()
"""


@FORKS
def test_a_child_that_ends_flushes_nothing_of_the_parents(folder):
    create_in(folder, make_schema())
    subprocess.run([sys.executable, "-c", FORKING, folder], check=True)
    index = open_dir(folder)
    assert len(paths(index)) == 300
    with index.reader() as reader:
        assert sum(1 for _ in reader.lexicon("body")) > 300


@FORKS
def test_a_child_that_outlives_its_parent_does_not_keep_the_lock(index, folder):
    reading, writing = os.pipe()
    other = create_in(folder, make_schema(), "other").writer()  # which is forked twice
    child = os.fork()
    if not child:
        writer = index.writer()
        writer.add_document(path="/lost")
        grandchild = os.fork()
        if grandchild:
            os.write(writing, str(grandchild).encode())
            os.kill(os.getpid(), signal.SIGKILL)
        signal.pause()
    os.waitpid(child, 0)
    grandchild = int(os.read(reading, 20))
    try:
        with open_dir(folder).writer(timeout=20, delay=0.01) as writer:  # until it has begun
            writer.add_document(path="/9")
    finally:
        os.kill(grandchild, signal.SIGKILL)
        os.close(reading)
        os.close(writing)
    other.cancel()
    assert paths(index) == [*FIVE, "/9"]
    assert len([name for name in names(folder) if "MAIN" in name]) == 6


def test_an_index_in_memory_has_the_same_writer():
    storage = RamStorage()
    index = SearchlibIndex.create(storage, make_schema())
    writer = index.writer()
    writer.add_document(path="/1")
    with pytest.raises(LockError):
        index.writer()
    writer.commit()
    add(index, "/1")
    add(index, "/2")
    index.optimize()
    assert paths(SearchlibIndex(storage)) == ["/1", "/2"]
    cancelled = index.writer(limitmb=0)
    cancelled.add_document(path="/3", body="war")
    cancelled.cancel()
    assert len(storage.files) == 3


def test_cleaning_without_the_lock_deletes_nothing(index, folder, monkeypatch):
    add(index, "/1")
    storage = index.storage
    read = whoosh_index.read_commit
    calls = 0

    def lost(*arguments):
        nonlocal calls
        calls += 1
        found = read(*arguments)
        if calls == 2:
            Path(folder, LOCK).unlink()
            add(open_dir(folder), "/2")
        return found

    monkeypatch.setattr(whoosh_index, "read_commit", lost)
    with pytest.raises(LockError, match="nothing was deleted"):
        storage.clean()
    monkeypatch.undo()
    assert {"/1", "/2"} <= set(paths(open_dir(folder)))
