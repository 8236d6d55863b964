"""For programs written for Whoosh: their indexes with our segments.

create_in, open_dir and exists_in stand in for those of whoosh.index. All else of a program stays
as it is, from the schema to the searchers.

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
own is not opened, as that unpickles it; ``convert(old, new)`` does, once, and makes one of ours.

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
from searchlib.codec import SETTINGS_FILE, Store
from searchlib.codec.article_index import ArticleIndex
from searchlib.codec.article_schema import Reading
from searchlib.codec.schema_functions import register
from searchlib.codec.whoosh_codec import SearchlibCodec
from searchlib.codec.whoosh_commit import latest_generation
from searchlib.codec.whoosh_index import SearchlibIndex, WhooshStorage
from searchlib.errors import CorruptIndexError
from searchlib.indexing import decode_article
from searchlib.query.leaf_planning import fold_pattern
from searchlib.whoosh_import import Conversion, convert

__all__ = [
    "Conversion",
    "SearchlibCodec",
    "convert",
    "create_in",
    "exists_in",
    "open_dir",
    "register",
]

_DEFAULT_NAME = "MAIN"


def create_in(dirname: str, schema: Any, indexname: str | None = None) -> SearchlibIndex:
    """Make an empty index in a directory, in the place of the one of this name, if any.

    Several indexes with names of their own may be in one directory. Fields, formats, columns and
    analyzers may be of classes of the program's own, which open_dir finds where their modules have
    been imported, and use functions that it has given to ``register``. What else a field has, as a
    lambda, cannot be written: such an index is opened with ``open_dir(dirname, schema=schema)``.
    """
    return SearchlibIndex.create(WhooshStorage(dirname), schema, indexname or _DEFAULT_NAME)


def open_dir(
    dirname: str, indexname: str | None = None, readonly: bool = False, schema: Any = None
) -> SearchlibIndex | ArticleIndex:
    """Open an index that create_in has made; ``schema``, if given, counts for the one written.

    Where there is none, but an index of articles, that is opened for reading. Raises
    whoosh.index.EmptyIndexError, which is an IndexNotFoundError too, if there is neither, and
    CorruptIndexError for a damaged file. StorageError where the schema has a class of a module that
    the program has not imported, or a function that it has not registered: nothing is imported
    because an index says so.
    """
    storage = WhooshStorage(dirname, readonly=readonly)
    name = indexname or _DEFAULT_NAME
    if latest_generation(storage, name) < 0 and _has_articles(dirname, name):
        store = Store.open(dirname)
        return ArticleIndex(store, _reading(store), schema)
    return SearchlibIndex(storage, schema, name)


def exists_in(dirname: str, indexname: str | None = None) -> bool:
    """Tell whether a directory has an index that open_dir opens."""
    name = indexname or _DEFAULT_NAME
    return latest_generation(WhooshStorage(dirname), name) >= 0 or _has_articles(dirname, name)


def _has_articles(dirname: str, indexname: str) -> bool:
    return indexname == _DEFAULT_NAME and os.path.isfile(os.path.join(dirname, SETTINGS_FILE))


def _reading(store: Store) -> Reading:
    try:
        analyzer = get_analyzer(store.settings.analyzer)
    except ValueError as error:
        raise CorruptIndexError(
            f"the settings cannot be read: {error}", path=store.path, file=SETTINGS_FILE
        ) from error
    return Reading(
        tokens=analyzer.tokens,
        query_tokens=analyzer.query_tokens,
        pattern=lambda text: fold_pattern(text, analyzer),
        stem=analyzer.stem,
        fold=fold,
        article=lambda record: dict(decode_article(record).to_dict()),
        stems=bool(analyzer.language),
    )
