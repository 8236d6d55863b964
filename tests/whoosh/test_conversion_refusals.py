"""What is not converted: what is none of Whoosh's indexes, is damaged, or has no place to go to."""

from __future__ import annotations

import errno
import os
import random
from pathlib import Path
from typing import Any

import pytest
import whoosh.index
from whoosh import fields
from whoosh.filedb.filestore import FileStorage

import searchlib
from searchlib import errors
from searchlib.whoosh import convert, create_in, open_dir
from searchlib.whoosh.stock import stock_index as whoosh_stock
from tests.helpers.folders import contents_and_times
from tests.whoosh.stock_index import make_stock

MAPS = {"whole": None, "articles": {"headline": "title", "body": "body"}}


def test_what_is_in_the_way_stays(old, tmp_path):
    other = tmp_path / "other"
    create_in(str(other), fields.Schema(text=fields.TEXT))
    (tmp_path / "file").write_text("mine")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / ".notes").write_text("mine")
    before = contents_and_times(tmp_path)
    for name, what in (
        ("other", "there is an index already"),
        ("file", "it is a file"),
        ("full", "not empty: it has '.notes'"),
    ):
        for names in MAPS.values():
            with pytest.raises(errors.IndexExistsError, match=what):
                convert(old, tmp_path / name, map=names)
    for inside in ("old", "old/new", "old/deep/new"):
        with pytest.raises(errors.StorageError, match="is the directory of the old index"):
            convert(old, tmp_path / inside)
    assert contents_and_times(tmp_path) == before


def test_a_segment_that_cannot_be_opened_leaves_no_reader_of_the_others_open(old, monkeypatch):
    real, readers = whoosh_stock._SegmentReader, []

    def open_segment(*arguments: Any, **options: Any) -> Any:
        if len(readers) % 3 == 2:
            readers.append(None)
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
        readers.append(real(*arguments, **options))
        return readers[-1]

    monkeypatch.setattr(whoosh_stock, "_SegmentReader", open_segment)
    with pytest.raises(errors.StorageError, match="cannot be read: Too many open files"):
        whoosh_stock.stock_open(old)
    assert [reader and reader.is_closed for reader in readers] == [True, True, None]


class Unkept:
    """What may be pickled into a stored field, and has no place in an index of ours."""


def test_a_stored_object_that_is_no_value_is_named(tmp_path):
    os.mkdir(tmp_path / "old")
    index = whoosh.index.create_in(str(tmp_path / "old"), fields.Schema(x=fields.STORED))
    with index.writer() as writer:
        writer.add_document(x=1)
        writer.add_document(x=Unkept())
    with pytest.raises(
        errors.StorageError, match=r"document 1 of segment MAIN_\w+ cannot .*Unkept"
    ):
        convert(index, tmp_path / "new")
    assert not (tmp_path / "new").exists()


class Raises:
    def __init__(self, error: BaseException) -> None:
        self.error = error

    def __reduce__(self) -> Any:
        return raise_it, (self.error,)


def raise_it(error: BaseException) -> None:
    raise error


@pytest.mark.parametrize(
    "error", [RuntimeError("odd"), SystemExit(3), RecursionError(), TypeError("new arguments")]
)
def test_unpickling_may_raise_anything(tmp_path, error):
    os.mkdir(tmp_path / "old")
    schema = fields.Schema(x=fields.TEXT(stored=True))
    schema["x"].odd = Raises(error)
    whoosh.index.TOC.create(FileStorage(str(tmp_path / "old")), schema, "MAIN")
    with pytest.raises(errors.StorageError, match="cannot be read by this Whoosh") as caught:
        convert(str(tmp_path / "old"), tmp_path / "new")
    assert type(error).__name__ in str(caught.value)


def test_what_is_no_index_of_whooshs(tmp_path):
    ours, articles = str(tmp_path / "ours"), str(tmp_path / "articles")
    made = create_in(ours, fields.Schema(text=fields.TEXT))
    searchlib.create(articles)
    (tmp_path / "nothing").mkdir()
    make_stock(str(tmp_path / "blog"), "blog")
    new = tmp_path / "new"
    for old, kind, what in (
        (ours, errors.StorageError, "of searchlib.whoosh, and nothing has to be converted"),
        (articles, errors.StorageError, "of searchlib, and nothing has to be converted"),
        (made, errors.StorageError, "of searchlib, and nothing has to be converted"),
        (open_dir(articles), errors.StorageError, "of searchlib, and nothing has"),
        (tmp_path / "nothing", errors.IndexNotFoundError, "no file name ends in .toc"),
        (tmp_path / "nowhere", errors.IndexNotFoundError, "there is no such directory"),
        (tmp_path / "blog", errors.IndexNotFoundError, "called MAIN; there is blog"),
        (b"bytes", TypeError, "an index of Whoosh or the path of one"),
        (None, TypeError, "an index of Whoosh or the path of one"),
    ):
        with pytest.raises(kind, match=what) as caught:
            convert(old, new)
        assert type(caught.value) is kind
    assert not new.exists()


@pytest.mark.parametrize("change", ["cut", "empty", "flipped", "missing"])
@pytest.mark.parametrize("kind", [".toc", ".seg"])
def test_a_damaged_index(old, tmp_path, kind, change):
    path = min(path for path in Path(old).iterdir() if path.suffix == kind)
    data = path.read_bytes()
    match change:
        case "cut":
            path.write_bytes(data[: len(data) // 2])
        case "empty":
            path.write_bytes(b"")
        case "flipped":
            path.write_bytes(bytes(255 - byte for byte in data))
        case "missing":
            path.unlink()
    kind_of_error = (
        errors.IndexNotFoundError if (kind, change) == (".toc", "missing")
        else errors.CorruptIndexError
    )  # fmt: skip
    for names in MAPS.values():
        with pytest.raises(kind_of_error):
            convert(old, tmp_path / "new", map=names)
        assert sorted(path.name for path in tmp_path.iterdir()) == ["old"]


def test_bytes_that_are_changed_are_an_error_of_storage_or_convert_as_they_are(old, tmp_path):
    """Whoosh has no checksums: what cannot be seen is taken over, and nothing else comes of it."""
    words = random.Random(3)
    paths = sorted(path for path in Path(old).iterdir() if path.suffix in {".toc", ".seg"})
    refused = 0
    for number in range(60):
        path = words.choice(paths)
        data = path.read_bytes()
        changed = bytearray(data)
        changed[words.randrange(len(data))] ^= 1 << words.randrange(8)
        path.write_bytes(changed)
        new = tmp_path / f"new{number}"
        try:
            convert(old, new)
        except errors.StorageError:
            refused += 1
            assert not new.exists()
        path.write_bytes(data)
    assert refused > 5
