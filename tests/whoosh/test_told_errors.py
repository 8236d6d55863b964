"""What errors say of an index that Whoosh itself has made, and of one in memory."""

from __future__ import annotations

import errno
import os
import re
import shlex

import pytest
import whoosh.index
from whoosh.filedb.filestore import RamStorage

from searchlib import errors
from searchlib.cli import main
from searchlib.whoosh import convert, open_dir
from searchlib.whoosh.index import whoosh_publishing
from searchlib.whoosh.index.searchlib_index import SearchlibIndex
from tests.whoosh.program_index import make_schema, paths


@pytest.mark.parametrize(
    ("name", "indexname"),
    [("plain", None), ("it's an old one", None), ("-old", None), ("plain", "b log"), ("-x", "-y")],
)
def test_the_command_that_the_error_names_converts_the_index(
    tmp_path, monkeypatch, name, indexname
):
    monkeypatch.chdir(tmp_path)
    os.mkdir(name)
    with whoosh.index.create_in(name, make_schema(), indexname).writer() as writer:
        writer.add_document(path="/1")
    with pytest.raises(errors.IndexFormatError) as caught:
        open_dir(name, indexname)
    (command,) = re.findall(r"`(.+)`", str(caught.value))
    assert main(shlex.split(command)[1:]) == 0
    assert paths(open_dir("NEW", indexname)) == ["/1"]
    (call,) = re.findall(r"or with searchlib\.whoosh\.(convert\(.+\))", str(caught.value))
    eval(call.replace("NEW", "NEWER"), {"convert": convert})  # as the message says
    assert paths(open_dir("NEWER", indexname)) == ["/1"]


def test_an_index_of_whooshs_own_in_memory_is_converted_by_the_program(tmp_path):
    storage = RamStorage()
    index = storage.create_index(make_schema())
    with index.writer() as writer:
        writer.add_document(path="/1")
    with pytest.raises(errors.IndexFormatError, match=r"convert\(index, 'NEW'\)") as caught:
        SearchlibIndex(storage)
    assert str(caught.value).startswith("(in memory): _MAIN_1.toc")
    assert "''" not in str(caught.value)
    convert(index, tmp_path / "new")
    assert paths(open_dir(tmp_path / "new")) == ["/1"]


def test_errors_over_a_storage_in_memory_name_it(monkeypatch):
    storage = RamStorage()
    index = SearchlibIndex.create(storage, make_schema())
    monkeypatch.setattr(whoosh_publishing, "MAX_GENERATION", 0)
    for call in (index.writer, lambda: SearchlibIndex.create(storage, make_schema())):
        with pytest.raises(errors.StorageError, match=r"^\(in memory\): the index is at") as caught:
            call()
        assert caught.value.path == "(in memory)"
    monkeypatch.undo()
    writer = index.writer()
    writer.add_document(path="/1")
    monkeypatch.setattr(whoosh_publishing, "sync_names", refused_by_the_disk)
    with pytest.raises(errors.StorageError, match=r"^\(in memory\): the change is in the index"):
        writer.commit()
    monkeypatch.undo()
    for name in [name for name in storage.files if name.endswith(".docs")]:
        storage.delete_file(name)
    with pytest.raises(errors.CorruptIndexError, match=r"^\(in memory\): a file of the index is"):
        index.reader()


def refused_by_the_disk(*_: object) -> None:
    raise OSError(errno.EIO, os.strerror(errno.EIO))
