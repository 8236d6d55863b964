"""searchlib.whoosh.install, in processes of their own: this one keeps its Whoosh."""

from __future__ import annotations

import mmap
import pickle
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
import whoosh.filedb.filestore
import whoosh.index
from whoosh import fields
from whoosh.filedb.filestore import ReadOnlyError
from whoosh.index import EmptyIndexError

import searchlib
from searchlib import errors
from searchlib.whoosh import FileStorage, create_in, open_dir
from searchlib.whoosh.articles.article_index import ArticleIndex
from searchlib.whoosh.index.searchlib_index import SearchlibIndex
from tests.whoosh.program_index import FIVE, names, paths

SCHEMA = fields.Schema(path=fields.ID(stored=True, unique=True), body=fields.TEXT(stored=True))

BEGINNING = """
import sys, warnings
from pathlib import Path
warnings.simplefilter("error")
warnings.simplefilter("ignore", ResourceWarning)
warnings.filterwarnings("ignore", module="whoosh")
import searchlib.whoosh
folder = sys.argv[1]
assert searchlib.whoosh.install() == ()
from whoosh import fields, index
from whoosh.filedb.filestore import FileStorage, RamStorage, copy_to_ram
from whoosh.writing import AsyncWriter, BufferedWriter, SegmentWriter
from whoosh.multiproc import MpWriter, MultiSegmentWriter, SerialMpWriter
from searchlib.whoosh.index.searchlib_index import SearchlibIndex
schema = fields.Schema(path=fields.ID(stored=True, unique=True), body=fields.TEXT(stored=True))
def paths(ix):
    with ix.searcher() as searcher:
        return sorted(fields["path"] for fields in searcher.documents())
"""


def run(folder: str, program: str, beginning: str = BEGINNING, **options: object) -> str:
    code = beginning + textwrap.dedent(program)
    command = [sys.executable, "-c", code, folder]
    return subprocess.run(
        command, check=True, stdout=subprocess.PIPE, text=True, **options
    ).stdout.strip()


def test_a_program_of_whooshs_has_our_indexes(folder):
    run(
        folder,
        """
        assert not index.exists_in(folder)
        storage = FileStorage(folder, supports_mmap=True, readonly=False, debug=False).create()
        assert not storage.index_exists()
        made = storage.create_index(schema)
        with made.writer(procs=2, multisegment=True) as writer:
            writer.add_document(path="/1", body="war")
        assert isinstance(made, index.FileIndex) and isinstance(made, SearchlibIndex)
        for opened in (
            index.open_dir(folder), storage.open_index(), index.FileIndex(storage),
            index.open_dir(folder, readonly=True), index.FileIndex(storage, schema, "MAIN"),
        ):
            assert type(opened) is SearchlibIndex
            assert paths(opened) == ["/1"]
        assert index.exists_in(folder) and index.exists(storage) and storage.index_exists()
        assert type(index.FileIndex.create(storage, schema, "other")) is SearchlibIndex
        assert index.version_in(folder)
        again = index.create_in(folder, schema)
        assert paths(again) == []
        names = {path.suffix for path in Path(folder).iterdir()}
        assert names == {".commit", ""}, names
        """,
    )
    assert paths(open_dir(folder)) == []
    with pytest.raises(EmptyIndexError):
        whoosh.index.open_dir(folder)  # this process has Whoosh's own


def test_the_writers_of_whoosh_write_our_indexes(folder):
    run(
        folder,
        """
        made = index.create_in(FileStorage(folder).create().folder, schema)
        kinds = (SegmentWriter, MpWriter, SerialMpWriter, MultiSegmentWriter)
        for number, kind in enumerate(kinds):
            with kind(made) as writer:
                writer.add_document(path=f"/{number}", body="war")
        with MpWriter(made, 2, 10, multisegment=True, limitmb=8) as writer, writer.group():
            writer.add_document(path="/4", body="war")
        with SegmentWriter(made, None, 1.0, limitmb=8) as writer:
            writer.update_document(path="/5", body="war")
        try:
            with SegmentWriter(made) as first:
                SegmentWriter(made)
        except index.LockError:
            pass
        else:
            raise AssertionError
        waiting = AsyncWriter(made)
        waiting.add_document(path="/6")
        waiting.commit()
        buffered = BufferedWriter(made, period=None, limit=100)
        for number in range(7, 10):
            buffered.add_document(path=f"/{number}")
        buffered.close()
        assert paths(made) == [f"/{number}" for number in range(10)]
        try:
            SegmentWriter(made, _lk=False)
        except TypeError as error:
            assert "without its lock" in str(error)
        else:
            raise AssertionError
        """,
    )
    assert paths(open_dir(folder)) == [f"/{number}" for number in range(10)]
    assert all(path.suffix in {".commit", ".docs", ".terms", ""} for path in Path(folder).iterdir())


def test_indexes_in_memory_go_on_to_work(folder):
    create_in(folder, SCHEMA).writer().commit()
    run(
        folder,
        """
        import pickle
        made = RamStorage().create_index(schema)
        with made.writer(limitmb=0) as writer:
            writer.add_document(path="/1", body="war and peace")
        assert paths(made) == ["/1"]
        assert paths(made.storage.open_index()) == ["/1"]
        on_disk = index.open_dir(folder)
        with on_disk.writer() as writer:
            writer.add_document(path="/2", body="war")
        storage = copy_to_ram(FileStorage(folder))
        assert storage.index_exists()
        copied = storage.open_index()
        with copied.writer() as writer:
            writer.add_document(path="/3", body="peace")
        assert (paths(copied), paths(on_disk)) == (["/2", "/3"], ["/2"])
        assert not any(b"cwhoosh" in data for data in storage.files.values())
        try:
            RamStorage().open_index()
        except index.EmptyIndexError:
            pass
        else:
            raise AssertionError
        """,
    )


def test_an_index_of_articles_is_opened_and_not_written(folder):
    with searchlib.create(folder) as archive, archive.writer() as writer:
        writer.add(searchlib.Article(headline="Horses"))
    run(
        folder,
        """
        for opened in (index.open_dir(folder), FileStorage(folder).open_index()):
            assert opened.doc_count() == 1
            for kind in (SegmentWriter, MpWriter):
                try:
                    kind(opened)
                except searchlib.StorageError as error:
                    assert "searchlib.open" in str(error)
                else:
                    raise AssertionError
        assert index.exists_in(folder) and FileStorage(folder).index_exists()
        """,
    )


def test_an_index_of_whooshs_own_is_refused_and_can_still_be_read_as_such(folder):
    Path(folder).mkdir()
    with whoosh.index.create_in(folder, SCHEMA).writer() as writer:
        writer.add_document(path="/1", body="war")
    before = {path.name: path.read_bytes() for path in Path(folder).iterdir()}
    run(
        folder,
        """
        from searchlib.whoosh.stock.stock_index import stock_open
        def refused(call, *arguments):
            try:
                call(*arguments)
            except searchlib.IndexFormatError as error:
                assert "import-whoosh" in str(error)
                assert not isinstance(error, index.EmptyIndexError)
            else:
                raise AssertionError(call)
        refused(index.open_dir, folder)
        refused(index.exists_in, folder)
        refused(index.create_in, folder, schema)
        storage = FileStorage(folder)
        refused(storage.open_index)
        refused(storage.index_exists)
        refused(storage.create_index, schema)
        refused(index.FileIndex, storage)
        refused(index.FileIndex.create, storage, schema)
        refused(copy_to_ram(storage).open_index)
        assert index.version_in(folder) == (None, -111)
        stock = stock_open(folder)
        assert stock.doc_count == 1
        assert [reader.stored_fields(0) for reader in stock.readers] == [{"path": "/1", "body": "war"}]
        assert stock.schema.names() == ["body", "path"]
        made = searchlib.whoosh.convert(folder, folder + "-new")
        assert made.documents == 1
        assert paths(index.open_dir(folder + "-new")) == ["/1"]
        """,
    )
    assert before == {path.name: path.read_bytes() for path in Path(folder).iterdir()}


EARLY = """
import sys, types, warnings
for name, code in {
    "early": "from whoosh.index import create_in, open_dir as opened; import whoosh.index",
    "early.storage": "from whoosh.filedb.filestore import FileStorage, RamStorage",
    "late": "from whoosh.index import LockError",
}.items():
    sys.modules[name] = types.ModuleType(name)
    exec(code, sys.modules[name].__dict__)
from whoosh.index import exists_in
from whoosh import fields
import searchlib.whoosh
schema = fields.Schema(path=fields.ID(stored=True))
"""


def test_modules_that_have_imported_from_whoosh_before_are_named(folder):
    program = """
    expected = ("__main__.exists_in", "early.create_in", "early.opened", "early.storage.FileStorage")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert searchlib.whoosh.install() == expected
        assert searchlib.whoosh.install() == expected  # and does nothing more
    (warning,) = caught
    assert warning.category is RuntimeWarning
    assert all(name in str(warning.message) for name in expected)
    assert warning.filename == "<string>", warning.filename
    with warnings.catch_warnings(record=True) as caught:
        exec("from whoosh.index import create_in, open_dir", sys.modules["late"].__dict__)
        assert searchlib.whoosh.install() == expected
    assert not caught
    early = sys.modules["early"]
    made = early.create_in(sys.argv[1], schema)  # what they have makes our indexes all the same
    with made.writer() as writer:
        writer.add_document(path="/1")
    sys.modules["early.storage"].FileStorage(sys.argv[1]).create_index(schema, "other")
    assert early.opened(sys.argv[1]).doc_count() == 1
    assert exists_in(sys.argv[1])
    """
    Path(folder).mkdir()
    run(folder, program, EARLY)
    assert paths(open_dir(folder)) == ["/1"]
    assert open_dir(folder, "other").doc_count() == 0
    assert not [name for name in names(folder) if name.endswith(".toc")]


def test_objects_that_were_made_before_go_on_as_they_were(folder):
    Path(folder).mkdir()
    program = """
    from whoosh import index
    from whoosh.filedb.filestore import RamStorage
    from whoosh.writing import BufferedWriter
    stock = index.create_in(sys.argv[1], schema)
    memory = RamStorage().create_index(schema)
    warnings.simplefilter("ignore")
    searchlib.whoosh.install()
    for made in (stock, memory):
        for procs in (1, 2):
            with made.writer(procs=procs) as writer:
                writer.add_document(path="/1")
        assert made.doc_count() == 2
        assert any(name.endswith(".toc") for name in made.storage.list())
    """
    run(folder, program, EARLY)
    assert paths(whoosh.index.open_dir(folder)) == ["/1", "/1"]


def test_importing_installs_nothing():
    assert whoosh.index.create_in is not create_in
    assert whoosh.filedb.filestore.FileStorage is not FileStorage
    assert "__new__" not in vars(whoosh.writing.SegmentWriter)


def test_a_storage_of_our_own_without_install(index, folder):
    storage = FileStorage(folder)
    assert repr(storage) == f"FileStorage({folder!r})"
    assert isinstance(storage, whoosh.filedb.filestore.FileStorage)
    assert storage.index_exists()
    assert not storage.index_exists("other")
    assert paths(storage.open_index()) == FIVE
    with pytest.raises(EmptyIndexError):
        storage.open_index("other")
    assert storage.create_index(SCHEMA, "other").doc_count() == 0
    assert paths(storage.open_index()) == FIVE
    reading = FileStorage(Path(folder), readonly=True)
    assert paths(reading.open_index(schema=index.schema)) == FIVE
    for call in (
        *(lambda: reading.create_index(SCHEMA), lambda: reading.create_file("x")),
        *(lambda: reading.open_index().writer(), reading.clean, reading.destroy),
        *(lambda: reading.delete_file("x"), lambda: reading.rename_file("x", "y")),
    ):
        with pytest.raises(ReadOnlyError):
            call()
    again = pickle.loads(pickle.dumps(index))
    assert paths(again) == FIVE
    assert again.storage.created == []
    stock = whoosh.filedb.filestore.FileStorage(folder)
    assert paths(SearchlibIndex(stock)) == FIVE

    class Noting(whoosh.filedb.filestore.FileStorage):
        """Has nothing of its own that matters."""

    class Listing(whoosh.filedb.filestore.FileStorage):
        def list(self):
            return super().list()

    for kind, folder_of in (Noting, folder), (Listing, ""):
        opened = SearchlibIndex(kind(folder))
        assert opened.storage.folder == folder_of
        with opened.writer() as writer:
            writer.update_document(path="/4")
        assert paths(opened) == FIVE
    with pytest.raises(ValueError, match="not a Storage"):
        SearchlibIndex(folder)
    for name in (5, "a/b", "../x", "\0"):
        with pytest.raises(ValueError, match="indexname"):
            create_in(folder, SCHEMA, name)


def test_a_storage_that_forbids_mapping_is_not_mapped(index, folder, monkeypatch):
    opened = FileStorage(folder, supports_mmap=False).open_index()

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("mapped")

    monkeypatch.setattr(mmap, "mmap", refuse)
    assert paths(opened) == FIVE
    next(Path(folder).glob("*.docs")).write_bytes(b"")
    with pytest.raises(errors.CorruptIndexError, match="cut off"):
        opened.reader()


def test_a_storage_opens_an_index_of_articles(folder):
    with searchlib.create(folder) as archive, archive.writer() as writer:
        writer.add(searchlib.Article(headline="Horses"))
    storage = FileStorage(folder)
    assert storage.index_exists()
    assert isinstance(storage.open_index(), ArticleIndex)
    with pytest.raises(EmptyIndexError):
        storage.open_index("other")
    storage.clean()
    with searchlib.open(folder) as archive:
        assert archive.count == 1
