"""For programs written for Whoosh: their indexes with our segments.

create_in, open_dir and exists_in stand in for those of whoosh.index, and FileStorage for that of
whoosh.filedb.filestore. All else of a program stays as it is, from the schema to the searchers.
install() puts all of them in place of Whoosh's own, for a whole process.

>>> import tempfile
>>> from whoosh import fields
>>> from whoosh.qparser import QueryParser
>>> folder = tempfile.mkdtemp()
>>> index = create_in(folder, fields.Schema(text=fields.TEXT(stored=True)))
>>> with index.writer() as writer:
...     writer.add_document(text="Horses cross the border")
>>> index = open_dir(folder)
>>> with index.searcher() as searcher:
...     query = QueryParser("text", index.schema).parse("horses")
...     [hit["text"] for hit in searcher.search(query)]
['Horses cross the border']

What is in the directory has checksums and no pickles: to open an index runs nothing that is in it.
A commit is on the disk when the call returns, and a crash leaves the last one. An index of Whoosh's
own is neither opened, as that unpickles it, nor written over: ``convert(old, new)`` reads it once,
and makes one of ours. No file is deleted that searchlib has not written.

SearchlibCodec is for indexes that Whoosh's own functions make, in any storage. Their list of
segments and their schema are Whoosh's pickles.

>>> from whoosh.filedb.filestore import RamStorage
>>> index = RamStorage().create_index(fields.Schema(text=fields.TEXT(stored=True)))
>>> with index.writer(codec=SearchlibCodec()) as writer:
...     writer.add_document(text="Horses cross the border")
>>> index.doc_count()
1

An index of articles, which searchlib.create has made, is opened by open_dir too: any query of
Whoosh's runs on it, on the same segments. It is written with searchlib only.

>>> import searchlib
>>> from whoosh import query
>>> folder = tempfile.mkdtemp()
>>> with searchlib.create(folder).writer() as writer:
...     writer.add(searchlib.Article(headline="Horses cross the border", source="Old Wire"))
>>> index = open_dir(folder)
>>> with index.searcher() as searcher:
...     wanted = query.And([query.FuzzyTerm("headline", "bordr"), query.Prefix("source", "old")])
...     [hit["headline"] for hit in searcher.search(wanted)]
['Horses cross the border']

Its fields are headline, body and caption, whose terms are those of searchlib: folded, stemmed, stop
words among them; spell_headline, spell_body and spell_caption, with the words as they were written,
for prefixes and for spelling; article_id; source, section, url, language, tags and authors, whole
and folded; published, in UTC. The fields of a hit are Article.to_dict(). QueryParser reads words as
the index's own analyzer does: articles in another language may have other stems. As in any index of
Whoosh's, statistics count deleted articles until segments are merged.
"""

from __future__ import annotations

import os
from typing import Any

from searchlib.analysis import fold, get_analyzer
from searchlib.errors import CorruptIndexError
from searchlib.indexing.article_analysis import decode_article
from searchlib.planning.leaf_planning import fold_pattern
from searchlib.store.settings import SETTINGS_FILE
from searchlib.store.store import Store
from searchlib.whoosh.articles.article_index import ArticleIndex
from searchlib.whoosh.articles.article_schema import ArticleAnalysis
from searchlib.whoosh.codec.searchlib_codec import SearchlibCodec
from searchlib.whoosh.index import installing as _installing
from searchlib.whoosh.index.searchlib_index import IndexDirectory, SearchlibIndex
from searchlib.whoosh.schema.schema_functions import register
from searchlib.whoosh.stock.convert import Conversion, convert
from searchlib.whoosh.stock.convert import WrongMapError as WrongMapError  # for the command

__all__ = [
    "Conversion",
    "FileStorage",
    "SearchlibCodec",
    "convert",
    "create_in",
    "exists_in",
    "install",
    "open_dir",
    "register",
]

_DEFAULT_NAME = "MAIN"


class FileStorage(IndexDirectory):
    """A directory of indexes, in place of whoosh.filedb.filestore.FileStorage.

    ``create_index``, ``open_index`` and ``index_exists`` do what create_in, open_dir and exists_in
    do. ``create_file`` writes over nothing: FileExistsError. ``clean`` and ``destroy`` delete the
    Whoosh indexes that searchlib has made, and no other file.
    """

    def open_index(
        self, indexname: str = _DEFAULT_NAME, schema: Any = None, indexclass: Any = None
    ) -> Any:
        """Open an index, or the articles of one where there is no other, to be read."""
        has_articles = indexclass is None and self._has_articles(indexname)
        if has_articles and not super().index_exists(indexname):
            store = Store.open(self.folder)
            return ArticleIndex(store, _article_analysis(store), schema)
        return super().open_index(indexname, schema, indexclass)

    def index_exists(self, indexname: str | None = None) -> bool:
        """Tell whether open_index opens an index. Raises what exists_in does."""
        return super().index_exists(indexname) or self._has_articles(indexname or _DEFAULT_NAME)

    def _has_articles(self, indexname: str) -> bool:
        file = os.path.join(self.folder, SETTINGS_FILE)
        return indexname == _DEFAULT_NAME and os.path.isfile(file)


def create_in(dirname: str, schema: Any, indexname: str | None = None) -> SearchlibIndex:
    """Make an empty index in a directory, in the place of the one of this name, if any.

    Several indexes with names of their own may be in one directory. Fields, formats, columns and
    analyzers may be of classes of the program's own, which open_dir finds where their modules have
    been imported, and use functions that it has given to ``register``. What else a field has, as a
    lambda, cannot be written: such an index is opened with ``open_dir(dirname, schema=schema)``.

    Raises IndexFormatError where Whoosh itself has made an index, and CorruptIndexError where the
    one there is cannot be read. Nothing is deleted then.
    """
    index: SearchlibIndex = FileStorage(dirname).create_index(schema, indexname or _DEFAULT_NAME)
    return index


def open_dir(
    dirname: str, indexname: str | None = None, readonly: bool = False, schema: Any = None
) -> SearchlibIndex | ArticleIndex:
    """Open an index that create_in has made; ``schema``, if given, counts for the one written.

    Where there is none, but an index of articles, that is opened for reading. Raises
    whoosh.index.EmptyIndexError, which is an IndexNotFoundError too, if there is neither,
    CorruptIndexError for a damaged file, and IndexFormatError where Whoosh itself has made the
    index: it says how to convert it. StorageError where the schema has a class of a module that the
    program has not imported, or a function that it has not registered: nothing is imported because
    an index says so.
    """
    storage = FileStorage(dirname, readonly=readonly)
    index: SearchlibIndex | ArticleIndex = storage.open_index(indexname or _DEFAULT_NAME, schema)
    return index


def exists_in(dirname: str, indexname: str | None = None) -> bool:
    """Tell whether a directory has an index that open_dir opens.

    Raises IndexFormatError where Whoosh itself has made one: programs make a new one after False.
    """
    return FileStorage(dirname).index_exists(indexname)


def install() -> tuple[str, ...]:
    """Put the functions and classes of this module in place of Whoosh's, in the whole process.

    whoosh.index.create_in, open_dir, exists_in and FileIndex, whoosh.filedb.filestore.FileStorage
    and the default codec are those of searchlib from then on; SegmentWriter and MpWriter write the
    indexes of searchlib, in one process. A RamStorage has such indexes too. To call it again does
    nothing more. It costs a look at the names of all modules.

    Call it before the modules of the program are imported. Returns the names, as "module.name",
    that others have imported from Whoosh before, sorted; a RuntimeWarning names them too.
    """
    functions = {"create_in": create_in, "open_dir": open_dir, "exists_in": exists_in}
    return _installing.install(functions, FileStorage)


def _article_analysis(store: Store) -> ArticleAnalysis:
    try:
        analyzer = get_analyzer(store.settings.analyzer)
    except ValueError as error:
        raise CorruptIndexError(
            f"the settings cannot be read: {error}", path=store.path, file=SETTINGS_FILE
        ) from error
    return ArticleAnalysis(
        tokens=analyzer.tokens,
        query_tokens=analyzer.query_tokens,
        pattern=lambda text: fold_pattern(text, analyzer),
        stem=analyzer.stem,
        fold=fold,
        article=lambda record: dict(decode_article(record).to_dict()),
        stems=bool(analyzer.language),
    )
