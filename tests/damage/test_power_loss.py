"""The power fails: only what was synced is on the disk, and of the rest any part.

While an index is made and written to, every change of its directory is recorded. Then each moment
is taken for the last one: a file has the bytes that were synced, or some other part of what was
written; a name that was not synced is there or not, whatever became of later ones. The index must
open as it was before the commit in progress, or as it is after it.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import searchlib
from searchlib import Article
from searchlib.files import storage, syncing

ROUNDS = 12
"""Ways in which each moment's loss is drawn."""


@dataclass
class Disk:
    """What is durable, and what is not yet: names with their content, changes of names in order."""

    folder: Path
    durable: dict[str, bytes] = field(default_factory=dict)
    synced: dict[str, bytes] = field(default_factory=dict)
    changes: list[tuple[str, str]] = field(default_factory=list)
    moments: list[tuple[dict[str, bytes], dict[str, bytes], list[tuple[str, str]]]] = field(
        default_factory=list
    )

    def moment(self) -> None:
        self.moments.append((dict(self.durable), dict(self.synced), list(self.changes)))

    def created(self, name: str) -> None:
        self.synced.pop(name, None)
        self.changes.append(("create", name))
        self.moment()

    def renamed(self, old: str, new: str) -> None:
        self.changes.append((old, new))
        if old in self.synced:
            self.synced[new] = self.synced.pop(old)
        self.moment()

    def linked(self, old: str, new: str) -> None:
        self.changes.append(("create", new))
        if old in self.synced:
            self.synced[new] = self.synced[old]
        self.moment()

    def deleted(self, name: str) -> None:
        self.changes.append(("delete", name))
        self.moment()

    def file_synced(self, name: str) -> None:
        self.synced[name] = (self.folder / name).read_bytes()
        self.moment()

    def directory_synced(self) -> None:
        names = {path.name for path in self.folder.iterdir() if path.is_file()}
        self.durable = {name: self.synced.get(name, b"") for name in names}
        self.changes.clear()
        self.moment()


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Disk:  # noqa: C901  # five stand-ins
    disk = Disk(tmp_path / "index")
    create, rename, link, delete, sync = (
        storage.DirectoryStorage.create_file,
        storage.DirectoryStorage.rename_file,
        os.link,
        storage.DirectoryStorage.delete_file,
        syncing._sync,
    )

    def mine(folder: object) -> bool:
        return Path(str(folder)) == disk.folder

    def create_file(self, name):
        file = create(self, name)
        if mine(self.folder):
            disk.created(name)
        return file

    def rename_file(self, old, new):
        rename(self, old, new)
        if mine(self.folder):
            disk.renamed(old, new)

    def link_file(old, new):
        link(old, new)
        if mine(Path(new).parent):
            disk.linked(Path(old).name, Path(new).name)

    def delete_file(self, name):
        delete(self, name)
        if mine(self.folder):
            disk.deleted(name)

    def synced(path, flags):
        sync(path, flags)
        if Path(path) == disk.folder:
            disk.directory_synced()
        elif mine(Path(path).parent):
            disk.file_synced(Path(path).name)

    monkeypatch.setattr(storage.DirectoryStorage, "create_file", create_file)
    monkeypatch.setattr(storage.DirectoryStorage, "rename_file", rename_file)
    monkeypatch.setattr(storage.DirectoryStorage, "delete_file", delete_file)
    monkeypatch.setattr(syncing, "_sync", synced)
    monkeypatch.setattr(os, "link", link_file)
    return disk


def losses(
    moment: tuple[dict[str, bytes], dict[str, bytes], list[tuple[str, str]]],
    whole: Callable[[str], bytes],
    chance: random.Random,
) -> Iterator[dict[str, bytes]]:
    """Give directories that may be left after a loss of power."""
    durable, synced, changes = moment
    for number in range(ROUNDS):
        files = dict(durable)
        for kind, name in changes:
            # All of the changes, none of them, or some.
            if number == 0 or (number > 1 and chance.random() < 0.5):
                if kind == "delete":
                    files.pop(name, None)
                    continue
                if kind != "create":
                    files.pop(kind, None)
                data = synced.get(name)
                if data is None:
                    data = whole(name)
                    data = data[: chance.choice((0, len(data) // 2, len(data)))]
                    if chance.random() < 0.3:
                        data = bytes(len(data))
                files[name] = data
        yield files


def states(path: Path) -> tuple[str, ...]:
    with searchlib.open(path) as index:
        assert index.check() == []
        return tuple(sorted(hit.article.body for hit in index.search("horses", limit=None)))


def test_a_loss_of_power_at_any_moment_leaves_a_whole_commit(disk, tmp_path):
    chance = random.Random(11)
    tried = 0
    contents: dict[str, bytes] = {}
    before: tuple[str, ...] | None = None
    index = None
    for step in range(6):
        if step == 0:
            index = searchlib.create(disk.folder)
        else:
            with index.writer() as writer:
                for number in range(step, step + 3):
                    writer.add(
                        Article(
                            article_id=f"a{number}",
                            body=f"step {step} horses {number}",
                            published="2022-11-02",
                        )
                    )
                writer.delete("a1" if step == 3 else "none")
                if step == 5:
                    writer.delete_matching("body:2")
        contents.update((p.name, p.read_bytes()) for p in disk.folder.iterdir() if p.is_file())
        after = states(disk.folder)
        for moment in disk.moments:
            for files in losses(moment, lambda name: contents.get(name, b"x" * 100), chance):
                left = tmp_path / "left"
                left.mkdir()
                for name, data in files.items():
                    (left / name).write_bytes(data)
                try:
                    found = states(left)
                except searchlib.IndexNotFoundError:
                    found = None
                assert found in (before, after), sorted(files)
                tried += 1
                shutil.rmtree(left)
        # Once the commit has returned it is there, whatever is lost.
        assert disk.durable.keys() >= {
            name
            for name in os.listdir(disk.folder)
            if name.endswith((".commit", ".docs", ".terms"))
        }
        before = after
        disk.moments.clear()
    assert tried > 500
