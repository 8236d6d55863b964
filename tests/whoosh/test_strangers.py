"""Files of others in the directory of an index: no call deletes or changes one."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import zlib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from whoosh import fields, writing
from whoosh.index import LockError

from searchlib import errors
from searchlib.whoosh import FileStorage, create_in, exists_in, open_dir
from searchlib.whoosh.index.searchlib_index import locked
from tests.whoosh.program_index import FIVE, commit_file, document, make_schema, names, paths

SCHEMA = fields.Schema(path=fields.ID(stored=True, unique=True), body=fields.TEXT(stored=True))

# Those that Whoosh, older versions of this codec, editors, and users make.
LIKELY = [
    *("_MAIN_1.toc", "_MAIN_2.toc.123.4", "MAIN_abcdefgh12345678.seg", "MAIN_x.articles"),
    *("_MAIN_abc.docs", "_MAIN_zzz.terms", "_MAIN_0123456789abcdef0123456789abcdef.docs"),
    *("_MAIN_0123456789abcdef.run", "_MAIN_0123456789abcdef.new", "_MAIN_notes.txt"),
    *("_MAIN_07.commit", "_MAIN_99999999999999999999.commit", "_MAIN_1000000000000.commit"),
    *("_MAIN_1.commit.new", "_MAIN_2.commit~", "_MAIN_-1.commit", "_MAIN_x_1.commit.new"),
    *("MAIN_1.docs", "MAIN_1.commit", "MAIN_2.commit.new", "searchlib.json.new", "MAIN_.seg"),
    *("main_WRITELOCK", "_main_1.commit", "notes.txt", ".hidden", "MAIN_0123456789abcdef.run"),
    *("_MAIN_0.docs", "_MAIN_.commit", "_MAIN_\u0661.commit", "_MAIN_1.commit\n", "MAIN.tmp.txt"),
]
PARTS = st.one_of(
    st.sampled_from(["MAIN", "_MAIN", "_", ".", "0", "1", "2", "00", "commit", "docs", "terms"]),
    st.sampled_from([".commit", ".docs", ".terms", ".toc", ".seg", ".new", ".run", ".tmp", "~"]),
    st.text("0123456789abcdefxyz_.", min_size=1, max_size=16),
)
NAMES = st.one_of(st.sampled_from(LIKELY), st.lists(PARTS, min_size=1, max_size=6).map("".join))


def is_commit(name: str) -> bool:
    """Tell whether a name is that of a commit: it would be a damaged one, of which below."""
    return name in {f"_MAIN_{number}.commit" for number in range(1000)}


class Strangers:
    """Files, a directory with files, and links to files outside; and what they were like."""

    def __init__(self, folder: str, outside: Path, wanted: list[str]) -> None:
        self._folder = Path(folder)
        self._outside = outside
        outside.mkdir(exist_ok=True)
        self._folder.mkdir(exist_ok=True)
        for number, name in enumerate(wanted):
            path = self._folder / name
            if len(name) > 200 or name in {".", ".."} or os.path.lexists(path):
                continue
            if number % 7 == 5:
                path.symlink_to(outside / f"nowhere{number}")
            elif number % 3 == 2:
                (outside / str(number)).write_bytes(b"outside")
                path.symlink_to(outside / str(number))
            else:
                path.write_bytes(name.encode())
        for name in ("MAIN.tmp", "_MAIN_tmp.docs", "MAIN_0123456789abcdef.tmp"):
            if not os.path.lexists(self._folder / name):
                (self._folder / name).mkdir()
                for inner in ("a.run", "b.doclist", "notes.txt"):
                    (self._folder / name / inner).write_bytes(inner.encode())
        self._before = self._state(everything=True)
        self._there = self._state(everything=False)

    def _state(self, *, everything: bool) -> dict[str, object]:
        found: dict[str, object] = {}
        for base in (self._folder, self._outside):
            for path in base.rglob("*"):
                name = str(path)
                if not everything and name not in self._before:
                    continue
                if path.is_symlink():
                    found[name] = ("link", os.readlink(path))
                elif path.is_file():
                    found[name] = path.read_bytes()
                else:
                    found[name] = "directory"
        return found

    def check(self) -> None:
        assert self._state(everything=False) == self._before
        outside = [str(path) for path in self._outside.rglob("*")]
        assert set(outside) <= set(self._before)  # nothing was made through a link


def use_all(folder: str) -> None:
    """Call whatever writes or deletes."""
    index = create_in(folder, SCHEMA)
    for number in range(3):
        with index.writer() as writer:
            for doc in range(3):
                writer.update_document(path=f"/{number}{doc}", body="war and peace " * number)
    assert exists_in(folder)
    assert index.doc_count() == 9
    with open_dir(folder).writer(limitmb=0) as writer:  # whose postings go to files
        writer.add_document(path="/more", body="more words than one")
        writer.delete_by_term("path", "/00")
    index.writer().commit()
    index.writer().commit(merge=False)
    index.optimize()
    cancelled = index.writer(limitmb=0)
    cancelled.add_document(path="/never", body="never said")
    cancelled.cancel()
    failing = index.writer()
    failing.add_document(path="/never", body="never")
    with pytest.raises(ZeroDivisionError):
        failing.commit(mergetype=lambda *_: 1 // 0)
    assert index.doc_count() == 9
    index.writer().commit(mergetype=writing.CLEAR)
    assert index.doc_count() == 0
    temporary = index.storage.temp_storage("kept.tmp")
    temporary.create_file("a.run").close()
    temporary.destroy()
    create_in(folder, SCHEMA)
    create_in(folder, SCHEMA, "other").writer().commit()
    assert FileStorage(folder).index_exists("other")


def without_toc(wanted: list[str]) -> list[str]:
    return [name for name in wanted if not name.endswith(".toc") and not is_commit(name)]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(NAMES, max_size=20, unique=True))
@example(LIKELY)
@example([])
@example([*LIKELY[3:8], "_main_1.commit", "_MAIN_2.toc.123.4", LIKELY[2], "main_WRITELOCK"])
def test_no_call_touches_the_files_of_others(tmp_path_factory, wanted):
    place = tmp_path_factory.mktemp("strangers")
    folder = str(place / "index")
    strangers = Strangers(folder, place / "outside", without_toc(wanted))
    use_all(folder)
    strangers.check()
    # _x_1.commit is that of an index called x, and x_WRITELOCK, which may be a link, its lock.
    with suppress(errors.StorageError):
        FileStorage(folder).destroy()
    strangers.check()
    assert not exists_in(folder)
    left = {name for name in names(folder) if name.endswith("_WRITELOCK")}
    assert left <= {"main_WRITELOCK"}


def test_with_a_table_of_contents_of_whooshs_nothing_is_written_at_all(tmp_path):
    folder = str(tmp_path / "index")
    strangers = Strangers(folder, tmp_path / "outside", LIKELY)
    before = names(folder)
    for call in (lambda: create_in(folder, SCHEMA), lambda: open_dir(folder)):
        with pytest.raises(errors.IndexFormatError, match=r"_MAIN_1\.toc"):
            call()
    FileStorage(folder).clean(ignore=True)
    strangers.check()
    left = set(names(folder)) - set(before)
    assert left == set()


def test_a_damaged_commit_keeps_everything(index, folder):
    commit_file(folder).write_bytes(b"damaged")
    before = {path.name: path.read_bytes() for path in Path(folder).iterdir()}
    for call in (
        *(lambda: create_in(folder, SCHEMA), lambda: open_dir(folder), index.writer),
        *(FileStorage(folder).clean, FileStorage(folder).destroy),
    ):
        with pytest.raises(errors.CorruptIndexError, match="damaged"):
            call()
    FileStorage(folder).clean(ignore=True)
    assert before == {path.name: path.read_bytes() for path in Path(folder).iterdir()}


def test_an_index_of_another_version_is_not_made_anew(index, folder):
    data = commit_file(folder).read_bytes().partition(b"\n")[0]
    changed = data.replace(b'"version": 2', b'"version": 1') + b"\n"
    commit_file(folder).write_bytes(changed + b"crc32 %08x\n" % zlib.crc32(changed))
    before = names(folder)
    with pytest.raises(errors.IndexFormatError, match="version 1"):
        create_in(folder, SCHEMA)
    assert names(folder) == before


def test_files_that_cannot_be_deleted_are_deleted_by_a_later_commit(index, folder, monkeypatch):
    real = os.remove

    def refusing(path, **options):
        if Path(path).suffix in {".docs", ".terms", ".commit"}:
            raise PermissionError(13, "a reader has it open")
        real(path, **options)

    first = names(folder)
    monkeypatch.setattr(os, "remove", refusing)
    for _ in range(3):
        index.optimize()
        with index.writer() as writer:
            writer.add_document(path="/9")
            writer.optimize = True
    grown = names(folder)
    assert set(first) < set(grown)
    assert len(grown) > 15
    monkeypatch.undo()
    with index.writer() as writer:
        writer.delete_by_term("path", "/9")
    last = open_dir(folder)
    assert len(names(folder)) == 4
    last.writer().commit()
    assert len(last._read_toc().dropped) <= 4  # names are carried on while there is such a file
    assert len(names(folder)) == 4


def test_a_file_that_is_there_is_not_written_over(folder):
    storage = FileStorage(folder).create()
    Path(folder, "notes").write_bytes(b"kept")
    Path(folder, "link").symlink_to(Path(folder, "nowhere"))
    for name in ("notes", "link"):
        for options in ({}, {"mode": "w+b"}, {"excl": True}, {"excl": False}):
            with pytest.raises(FileExistsError):
                storage.create_file(name, **options)
    with storage.create_file("new", mode="w+b") as file:
        file.write(b"written")
        file.seek(0)
        assert file.read() == b"written"
    with pytest.raises(NameError, match="exists"):
        storage.rename_file("new", "notes", safe=True)
    assert Path(folder, "notes").read_bytes() == b"kept"
    assert not Path(folder, "nowhere").exists()


def move_to_the_last_generation(folder: str) -> None:
    create_in(folder, SCHEMA)
    values = json.loads(commit_file(folder).read_bytes().partition(b"\n")[0])
    line = json.dumps(values | {"generation": 999_999_999_999}).encode() + b"\n"
    commit_file(folder).rename(Path(folder, "_MAIN_999999999999.commit"))
    commit_file(folder).write_bytes(line + b"crc32 %08x\n" % zlib.crc32(line))


def test_there_is_a_last_generation(folder):
    move_to_the_last_generation(folder)
    index = open_dir(folder)
    before = names(folder)
    for call in (index.writer, lambda: create_in(folder, SCHEMA), index.optimize):
        with pytest.raises(errors.StorageError, match="which is the maximum"):
            call()
    assert names(folder) == before
    assert index.doc_count() == 0


def test_destroying_an_index_leaves_other_files(index, folder):
    create_in(folder, SCHEMA, "other")
    writer = index.writer()
    storage = FileStorage(folder)
    with pytest.raises(LockError):
        storage.clean()
    storage.clean(ignore=True)
    assert [name for name in names(folder) if "other" in name] == []
    writer.cancel()
    assert paths(open_dir(folder)) == FIVE
    Path(folder, "MAIN_WRITELOCK").write_bytes(b"my own")
    storage.destroy()
    assert names(folder) == ["MAIN_WRITELOCK"]
    Path(folder, "MAIN_WRITELOCK").unlink()
    create_in(folder, SCHEMA)
    storage.destroy()
    assert not Path(folder).exists()


@pytest.mark.parametrize("kind", ["link", "nowhere", "directory"])
def test_a_lock_that_is_somebody_elses(folder, tmp_path, kind):
    lock = Path(FileStorage(folder).create().folder, "MAIN_WRITELOCK")
    target = tmp_path / "target"
    if kind == "directory":
        lock.mkdir()
    else:
        lock.symlink_to(target)
        if kind == "link":
            target.write_bytes(b"outside")
    with pytest.raises(errors.StorageError, match=r"MAIN_WRITELOCK.*nothing was written"):
        create_in(folder, SCHEMA)
    assert names(folder) == ["MAIN_WRITELOCK"]
    assert target.exists() == (kind == "link")


def test_the_same_thread_does_not_wait_for_its_own_writer(index, folder):
    writer = index.writer()
    with (
        pytest.raises(LockError, match="another writer has the index"),
        locked(index.storage, "MAIN"),
    ):
        pass
    writer.cancel()


KILLED = """
import os, signal, sys
from searchlib.whoosh import create_in, open_dir
index = open_dir(sys.argv[1])
real = os.link
def link(*names):
    if sys.argv[2] == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    real(*names)
    if sys.argv[2] == "after":
        os.kill(os.getpid(), signal.SIGKILL)
os.link = link
remove = os.remove
def killed(name):
    if name.endswith(".docs"):
        os.kill(os.getpid(), signal.SIGKILL)
    remove(name)
if sys.argv[2] == "deleting":
    os.remove = killed
writer = index.writer(limitmb=0)
for number in range(20):
    writer.update_document(path=f"/{number}", body="killed as it is")
if sys.argv[2] == "adding":
    os.kill(os.getpid(), signal.SIGKILL)
writer.commit(optimize=True)
"""


@pytest.mark.parametrize("moment", ["adding", "before", "after", "deleting"])
def test_what_a_killed_writer_leaves_goes_and_nothing_else(folder, tmp_path, moment):
    strangers = Strangers(folder, tmp_path / "outside", without_toc(LIKELY))
    there = set(names(folder))
    index = create_in(folder, make_schema())
    with index.writer() as writer:
        for number in range(5):
            writer.add_document(**document(number))
    command = [sys.executable, "-c", KILLED, folder, moment]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    left = set(names(folder)) - there
    assert len(left) > 4
    strangers.check()
    count = len(paths(open_dir(folder)))
    assert count == (5 if moment in {"adding", "before"} else 20)
    index.writer().commit()
    with suppress(FileNotFoundError):
        assert len(set(names(folder)) - there) == 4
    strangers.check()
    assert len(paths(open_dir(folder))) == count
