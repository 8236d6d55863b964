"""What a commit of a Whoosh index has on the disk, in which order, before it counts and returns."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from whoosh import fields

from searchlib.files import syncing
from searchlib.whoosh import create_in, open_dir


class Seen:
    """The syncs and links of one directory, each with the size that the file has then."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.events: list[tuple[str, str, int]] = []
        sync, link = syncing._sync, os.link

        def synced(path, flags):
            sync(path, flags)
            name = "." if Path(path) == folder else Path(path).name
            self.events.append(("sync", name, os.path.getsize(path)))

        def linked(old, new):
            link(old, new)
            self.events.append(("link", Path(new).name, os.path.getsize(new)))

        monkeypatch.setattr(syncing, "_sync", synced)
        monkeypatch.setattr(os, "link", linked)

    def kinds(self) -> list[str]:
        return [f"{what} {Path(name).suffix or name}" for what, name, _ in self.events]


@pytest.fixture
def index(tmp_path):
    index = create_in(
        str(tmp_path / "index"), fields.Schema(id=fields.ID(unique=True, stored=True))
    )
    with index.writer() as writer:
        writer.add_document(id="first")
        writer.add_document(id="second")
    return index


def test_files_and_their_names_are_there_before_the_commit_counts(index, monkeypatch):
    folder = Path(index.storage.folder)
    seen = Seen(folder, monkeypatch)
    with index.writer() as writer:
        writer.update_document(id="first")
        writer.merge = False
    assert sorted(seen.kinds()[:2]) == ["sync .docs", "sync .terms"]
    assert seen.kinds()[2:] == ["sync .new", "sync .", "link .commit", "sync ."]
    for _, name, size in seen.events:
        if name != "." and not name.endswith(".new"):
            assert size == os.path.getsize(folder / name)
    assert seen.events[2][2] == seen.events[4][2]


def test_a_commit_that_only_deletes_syncs_itself_and_its_name(index, monkeypatch):
    seen = Seen(Path(index.storage.folder), monkeypatch)
    with index.writer() as writer:
        writer.delete_by_term("id", "first")
        writer.merge = False
    assert seen.kinds() == ["sync .new", "link .commit", "sync ."]


@pytest.mark.parametrize("advice", ["refused", "not there"])
def test_where_the_system_takes_no_advice_all_is_synced_too(index, monkeypatch, advice):
    def refused(*_):
        raise OSError(errno.ENOSYS, "no")

    if advice == "refused":
        monkeypatch.setattr(os, "posix_fadvise", refused, raising=False)
    else:
        monkeypatch.delattr(os, "posix_fadvise", raising=False)
    seen = Seen(Path(index.storage.folder), monkeypatch)
    with index.writer() as writer:
        writer.add_document(id="third")
    assert len(seen.events) == 6
    assert open_dir(index.storage.folder).doc_count() == 3


def test_a_file_that_cannot_be_synced_leaves_the_commit_before(index, monkeypatch):
    folder = Path(index.storage.folder)
    before = set(os.listdir(folder))
    sync = syncing._sync

    def failing(path, flags):
        if str(path).endswith(".new"):
            raise OSError(errno.EIO, "input/output error")
        sync(path, flags)

    monkeypatch.setattr(syncing, "_sync", failing)
    writer = index.writer()
    writer.add_document(id="third")
    with pytest.raises(OSError, match="input/output"):
        writer.commit()
    assert set(os.listdir(folder)) == before
    assert open_dir(str(folder)).doc_count() == 2
