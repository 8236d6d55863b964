"""Whoosh indexes with segments of searchlib, for programs that are written for Whoosh.

create_in, open_dir and exists_in replace those of whoosh.index, and FileStorage replaces that of
whoosh.filedb.filestore. The rest of a program stays as it is, from the schema to the searchers.
install() replaces all of them for a whole process.

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

The files have checksums and no pickles, so opening an index runs no code from it. A commit is on
the disk when the call returns, and a crash leaves the last commit. An index that Whoosh itself has
written is not opened, because that would unpickle it, and it is not overwritten: ``convert(old,
new)`` reads it once and writes an index of searchlib. searchlib deletes only files that it has
written.

SearchlibCodec is for indexes that are created by Whoosh's own functions, in any storage. Whoosh
pickles their list of segments and their schema.

>>> from whoosh.filedb.filestore import RamStorage
>>> index = RamStorage().create_index(fields.Schema(text=fields.TEXT(stored=True)))
>>> with index.writer(codec=SearchlibCodec()) as writer:
...     writer.add_document(text="Horses cross the border")
>>> index.doc_count()
1

open_dir opens an index of articles, which searchlib.create has made, too. Every query of Whoosh
runs on its segments. It can be written with searchlib only.

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

It has these fields:

- headline, body and caption, with searchlib's terms: folded, stemmed, including stop words;
- spell_headline, spell_body and spell_caption, with surface forms, for prefixes and suggestions;
- article_id, unchanged; source, section, url, language, tags and authors: whole values, folded;
- published, in UTC.

The fields of a hit are Article.to_dict(). QueryParser analyzes words with the index's analyzer;
articles in another language may have other stems. As in every Whoosh index, statistics count
deleted articles until their segments are merged.
"""

from __future__ import annotations

import os
from typing import Any

from searchlib.analysis import fold, get_analyzer
from searchlib.errors import CorruptIndexError
from searchlib.indexing.article_analysis import decode_article
from searchlib.planning.leaf_planning import fold_pattern
from searchlib.settings import SETTINGS_FILE
from searchlib.store.store import Store
from searchlib.whoosh.articles.article_index import ArticleIndex
from searchlib.whoosh.articles.article_schema import ArticleAnalysis
from searchlib.whoosh.codec.searchlib_codec import SearchlibCodec

# Named here by the pickles of Whoosh's own functions.
from searchlib.whoosh.codec.searchlib_codec import SearchlibSegment as SearchlibSegment
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

    ``create_index``, ``open_index`` and ``index_exists`` work like create_in, open_dir and
    exists_in. ``create_file`` raises FileExistsError if the file exists. ``clean`` and ``destroy``
    delete the Whoosh indexes that searchlib has made, and no other files.
    """

    def open_index(
        self, indexname: str = _DEFAULT_NAME, schema: Any = None, indexclass: Any = None
    ) -> Any:
        """Open an index. If there is only an index of articles, open that for reading."""
        has_articles = indexclass is None and self._has_articles(indexname)
        if has_articles and not super().index_exists(indexname):
            store = Store.open(self.folder)
            return ArticleIndex(store, _article_analysis(store), schema)
        return super().open_index(indexname, schema, indexclass)

    def index_exists(self, indexname: str | None = None) -> bool:
        """Return whether open_index finds an index. Raises the same errors as exists_in."""
        return super().index_exists(indexname) or self._has_articles(indexname or _DEFAULT_NAME)

    def _has_articles(self, indexname: str) -> bool:
        file = os.path.join(self.folder, SETTINGS_FILE)
        return indexname == _DEFAULT_NAME and os.path.isfile(file)


def create_in(dirname: str, schema: Any, indexname: str | None = None) -> SearchlibIndex:
    """Create an empty index in a directory; it replaces the index with this name, if any.

    One directory may have several indexes with different names. Fields, formats, columns and
    analyzers may be of the program's own classes; open_dir finds these if their modules are
    imported. They may use functions that the program has given to ``register``. A field with
    anything else, such as a lambda, cannot be written to the schema. Such an index is opened with
    ``open_dir(dirname, schema=schema)``.

    Raises IndexFormatError if Whoosh itself has made the existing index, and CorruptIndexError if
    the existing index cannot be read. In both cases nothing is deleted.
    """
    index: SearchlibIndex = FileStorage(dirname).create_index(schema, indexname or _DEFAULT_NAME)
    return index


def open_dir(
    dirname: str, indexname: str | None = None, readonly: bool = False, schema: Any = None
) -> SearchlibIndex | ArticleIndex:
    """Open an index that create_in has made; ``schema``, if given, is used in place of its schema.

    If there is only an index of articles, it is opened for reading. Raises
    whoosh.index.EmptyIndexError, which is an IndexNotFoundError too, if there is neither. Raises
    CorruptIndexError for a damaged file. Raises IndexFormatError if Whoosh itself has made the
    index; the message says how to convert it. Raises StorageError if the schema names a class whose
    module the program has not imported, or a function that the program has not registered: nothing
    is imported because an index names it.
    """
    storage = FileStorage(dirname, readonly=readonly)
    index: SearchlibIndex | ArticleIndex = storage.open_index(indexname or _DEFAULT_NAME, schema)
    return index


def exists_in(dirname: str, indexname: str | None = None) -> bool:
    """Return whether a directory has an index that open_dir can open.

    Raises IndexFormatError if Whoosh itself has made it, because programs create an index after
    False.
    """
    return FileStorage(dirname).index_exists(indexname)


def install() -> tuple[str, ...]:
    """Replace Whoosh's functions and classes by those of this module, in the whole process.

    It replaces whoosh.index.create_in, open_dir, exists_in and FileIndex,
    whoosh.filedb.filestore.FileStorage and the default codec. SegmentWriter and MpWriter then write
    indexes of searchlib, in one process. A RamStorage has such indexes, too. Further calls change
    nothing. The cost is one pass over the names in all modules.

    Call it before the modules of the program are imported. Returns the names, as "module.name",
    that other modules had imported from Whoosh before, sorted; a RuntimeWarning lists them, too.
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
