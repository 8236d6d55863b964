"""What is done while the operating system fails: each kind of change to an index, and a look at it.

A scenario makes a folder ready, whose index is "index" in it, changes the index, and tells what an
index holds, so that what is there after a fault can be held against the states before and after.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest import mock

import whoosh.index
from whoosh import fields, query

import searchlib
from searchlib import CorruptIndexError, IndexNotFoundError, SearchlibError, StorageError
from searchlib.cli import main
from searchlib.files.storage import DirectoryStorage
from searchlib.segment.entry import segment_file
from searchlib.settings import SETTINGS_FILE
from searchlib.store.commit import COMMIT_NAMES, Commit
from searchlib.whoosh import convert, create_in, open_dir
from tests.damage.conftest import state
from tests.damage.writing_process import article, change, make_index
from tests.helpers.folders import contents

MERGING = 7
"""The number of commits after which the next one merges what they wrote."""

STRANGERS = ("notes.txt", "MAIN_notes.txt", "MAIN_Old.articles", "other.commit", "own/letters.new")
"""Files of other people, some of them in the index's own directory."""


@dataclass
class Told:
    """What the changed index's writer says, if there is one."""

    committed: bool | None = None


@dataclass(frozen=True)
class Scenario:
    """``go_on`` is the next writer, which adds an article to whatever there is.

    ``after_it`` says what a state becomes by that; ``errors`` is what ``act`` may raise.
    ``halfway`` are states between the two that an error may leave if its message says so.
    """

    name: str
    prepare: Callable[[Path], None]
    act: Callable[[Path, Told], None]
    state: Callable[[Path], Any]
    go_on: Callable[[Path], None]
    after_it: Callable[[Any], Any]
    errors: type[Exception] | tuple[type[Exception], ...] = SearchlibError
    halfway: tuple[Any, ...] = ()


def names(folder: Path) -> Counter[str]:
    """Count the files of a folder by their names, without what is random or grows in them.

    What is damaged may keep its name: where repair cannot rename it, it says so.
    """
    found = (str(each.relative_to(folder)) for each in folder.rglob("*"))
    return Counter(re.sub(r"(DAMAGED_)?MAIN_[0-9a-z]+\.(?!txt)", "MAIN_*.", name) for name in found)


def put_strangers(path: Path) -> None:
    for name in STRANGERS:
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"not of an index: {name}")


# Indexes of articles


def articles(path: Path) -> Any:
    """Give the articles of a sound index, None where there is none, the files of a damaged one."""
    try:
        with searchlib.open(path) as index:
            return state(index)
    except IndexNotFoundError:
        return None
    except CorruptIndexError:
        return _files_in_use(path)


def _files_in_use(path: Path) -> dict[str, str]:
    """Give digests of the files that the newest commit names, or of all where none can be read."""
    files = {name: each for name, each in contents(path).items() if name not in STRANGERS}
    storage = DirectoryStorage(str(path))
    name = COMMIT_NAMES.name(COMMIT_NAMES.latest(storage))
    try:
        commit = Commit.decode((path / name).read_bytes(), str(path), name)
    except (OSError, CorruptIndexError):
        return files
    in_use = {name, SETTINGS_FILE, *(segment_file(each.name) for each in commit.segments)}
    return {name: digest for name, digest in files.items() if name in in_use}


def add_after(path: Path) -> None:
    with searchlib.open_or_create(path) as index, index.writer(wait_seconds=0.0) as writer:
        writer.add(article("after", 2))


def repair_and_add_after(path: Path) -> None:
    searchlib.repair(path, wait_seconds=0.0)
    add_after(path)


def with_after(found: Any) -> Any:
    return {**(found or {}), "after": article("after", 2)}


def of_commits(commits: int) -> Callable[[Path], None]:
    def prepare(path: Path) -> None:
        make_index(path, commits)
        put_strangers(path)

    return prepare


def damaged(path: Path) -> None:
    """Make an index of several commits, one segment of which is damaged behind its articles.

    It has deleted articles, which a repair that does not see the commit file would bring back.
    """
    make_index(path, 3)
    with searchlib.open(path) as index, index.writer() as writer:
        writer.delete("0b")
        writer.add(article("1a", 1))
    segment = min(path.glob("*.articles"))
    data = bytearray(segment.read_bytes())
    data[-600] ^= 1
    segment.write_bytes(data)
    put_strangers(path)


def write(path: Path, told: Told) -> None:
    with searchlib.open(path) as index:
        writer = index.writer(wait_seconds=0.0)
        try:
            change(writer, {})
        finally:
            told.committed = writer.committed


def destroy(path: Path, told: Told) -> None:
    searchlib.open(path).destroy()


def create(path: Path, told: Told) -> None:
    searchlib.create(path).close()


def open_or_create(path: Path, told: Told) -> None:
    searchlib.open_or_create(path).close()


def repair(path: Path, told: Told) -> None:
    searchlib.repair(path)


def read(path: Path, told: Told) -> None:
    with searchlib.open(path) as index:
        assert [hit.article.article_id for hit in index.search("common", limit=None)]
        index.stats()
        index.check()


def command(path: Path, told: Told) -> None:
    """Index two articles at the command line; what it says of a fault is raised."""
    lines = b'{"id": "0a", "headline": "common"}\n{"id": "x", "headline": "common"}\n'
    said = io.StringIO()
    stdin = io.TextIOWrapper(io.BytesIO(lines), encoding="utf-8")
    with mock.patch.object(sys, "stdin", stdin), redirect_stderr(said), redirect_stdout(said):
        code = main(["index", "-", "--format", "jsonl", "--index", str(path)])
    if code == 130:
        raise KeyboardInterrupt
    if code == 3:
        raise StorageError(said.getvalue(), path=str(path))
    assert code == 0, f"exit code {code}: {said.getvalue()}"


# Indexes of Whoosh programs


def whoosh_index(path: Path) -> None:
    schema = fields.Schema(path=fields.ID(stored=True, unique=True), text=fields.TEXT(stored=True))
    path.mkdir()
    index = create_in(str(path), schema)
    for n in range(2):
        with index.writer() as writer:
            writer.add_document(path=f"/{n}a", text="common horses")
            writer.add_document(path=f"/{n}b", text="common railway")
    put_strangers(path)


def whoosh_write(path: Path, told: Told) -> None:
    writer = open_dir(str(path)).writer()
    with writer:
        writer.add_document(path="/new", text="common new")
        writer.update_document(path="/0a", text="common again")
        writer.delete_by_term("path", "/1a")


def whoosh_create(path: Path, told: Told) -> None:
    create_in(str(path), fields.Schema(text=fields.TEXT(stored=True)))


def whoosh_documents(path: Path) -> Any:
    try:
        index = open_dir(str(path))
    except IndexNotFoundError:
        return None
    with index.searcher() as searcher:
        found = [dict(each) for each in searcher.documents()]
        hits = searcher.search(query.Term("text", "common"), limit=None)
        assert sorted(map(str, found)) == sorted(str(hit.fields()) for hit in hits)
        return found


def whoosh_add_after(path: Path) -> None:
    if whoosh_documents(path) is None:
        whoosh_create(path, Told())
    with open_dir(str(path)).writer(timeout=0.0) as writer:
        writer.add_document(text="common after")


# The conversion of an index of Whoosh's own, which is "old" beside the new one


def stock_index(path: Path) -> None:
    schema = fields.Schema(path=fields.ID(stored=True, unique=True), text=fields.TEXT(stored=True))
    old = path.with_name("old")
    old.mkdir()
    index = whoosh.index.create_in(str(old), schema)
    for n in range(2):
        writer = index.writer()
        writer.add_document(path=f"/{n}a", text="common horses")
        writer.add_document(path=f"/{n}b", text="common railway")
        writer.commit(merge=False)
    writer = index.writer()
    writer.delete_by_term("path", "/0a")
    writer.commit(merge=False)


def stock_index_and_empty_place(path: Path) -> None:
    stock_index(path)
    path.mkdir()


def convert_stock(path: Path, told: Told, names: dict[str, str] | None = None) -> None:
    try:
        convert(path.with_name("old"), path, map=names)
    except BaseException as error:
        notes = "\n".join(getattr(error, "__notes__", ()))
        TO_BE_DELETED[:] = re.findall(r"^(.+) could not be deleted; delete it", notes, re.MULTILINE)
        raise


def convert_stock_articles(path: Path, told: Told) -> None:
    convert_stock(path, told, {"article_id": "path", "headline": "text"})


TO_BE_DELETED: list[str] = []
"""What the error of a conversion says is left, as the disk goes on failing."""


def delete_what_is_left(path: Path) -> None:
    for folder in TO_BE_DELETED:
        shutil.rmtree(folder)
    for folder in path.glob(".importing-*"):
        folder.rmdir()  # an empty one in a whole index is in nobody's way


def check_the_old(path: Path) -> None:
    """See that the old index is as it was."""
    digests, before = path.with_name("digests.json"), contents(path.with_name("old"))
    if not digests.exists():
        digests.write_text(json.dumps(before))
    assert json.loads(digests.read_text()) == before, "the old index is changed"


def _articles(
    name: str, prepare: Any, act: Any, go_on: Any = add_after, halfway: tuple[Any, ...] = ()
) -> Scenario:
    return Scenario(name, prepare, act, articles, go_on, with_after, halfway=halfway)


def _whoosh(name: str, prepare: Any, act: Any) -> Scenario:
    return Scenario(
        name, prepare, act, whoosh_documents, whoosh_add_after,
        lambda found: [*(found or []), {"text": "common after"}],
        errors=(SearchlibError, OSError),  # which programs of Whoosh's know
    )  # fmt: skip


def _conversion(scenario: Scenario) -> Scenario:
    def state(path: Path) -> Any:
        check_the_old(path)
        return scenario.state(path)

    def go_on(path: Path) -> None:
        delete_what_is_left(path)
        scenario.go_on(path)

    return replace(scenario, state=state, go_on=go_on, errors=SearchlibError)


def articles_if_any(path: Path) -> Any:
    return articles(path) or None


SCENARIOS = {
    each.name: each
    for each in (
        _articles("create", put_strangers, create),
        _articles("create-directory", lambda path: None, create),
        _articles("open-or-create", put_strangers, open_or_create),
        _articles("first-commit", of_commits(0), write),
        _articles("commit", of_commits(2), write),
        _articles("merge", of_commits(MERGING), write),
        _articles("destroy", of_commits(2), destroy, halfway=({},)),
        _articles("repair", damaged, repair, repair_and_add_after),
        _articles("read", of_commits(2), read),
        _articles("command", of_commits(2), command),
        # A disk that goes on failing keeps what was made: an empty index, which is none here.
        replace(_articles("command-new", lambda path: None, command), state=articles_if_any),
        _whoosh("whoosh-create", lambda path: None, whoosh_create),
        _whoosh("whoosh-commit", whoosh_index, whoosh_write),
        _conversion(_whoosh("import", stock_index, convert_stock)),
        _conversion(_whoosh("import-empty", stock_index_and_empty_place, convert_stock)),
        _conversion(
            _articles("import-articles", stock_index_and_empty_place, convert_stock_articles)
        ),
    )
}
