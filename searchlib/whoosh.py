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
own is not opened: index its documents again.

SearchlibCodec is for indexes that Whoosh's own functions make, in any storage. Their list of
segments and their schema are Whoosh's pickles.

>>> from whoosh.filedb.filestore import RamStorage
>>> index = RamStorage().create_index(fields.Schema(text=fields.TEXT(stored=True)))
>>> with index.writer(codec=SearchlibCodec()) as writer:
...     writer.add_document(text="Horses cross the border")
>>> index.doc_count()
1
"""

from __future__ import annotations

from typing import Any

from searchlib.codec.whoosh_codec import SearchlibCodec
from searchlib.codec.whoosh_index import SearchlibIndex, WhooshStorage, latest_generation

__all__ = ["SearchlibCodec", "create_in", "exists_in", "open_dir"]

_DEFAULT_NAME = "MAIN"


def create_in(dirname: str, schema: Any, indexname: str | None = None) -> SearchlibIndex:
    """Make an empty index in a directory, in the place of the one of this name, if any.

    Several indexes with names of their own may be in one directory. A field whose analyzer has
    classes or functions of the program's own cannot be written: such an index is opened with
    ``open_dir(dirname, schema=schema)``.
    """
    return SearchlibIndex.create(WhooshStorage(dirname), schema, indexname or _DEFAULT_NAME)


def open_dir(
    dirname: str, indexname: str | None = None, readonly: bool = False, schema: Any = None
) -> SearchlibIndex:
    """Open an index that create_in has made; ``schema``, if given, counts for the one written.

    Raises whoosh.index.EmptyIndexError, which is an IndexNotFoundError too, if there is none, and
    CorruptIndexError for a damaged file.
    """
    storage = WhooshStorage(dirname, readonly=readonly)
    return SearchlibIndex(storage, schema, indexname or _DEFAULT_NAME)


def exists_in(dirname: str, indexname: str | None = None) -> bool:
    """Tell whether a directory has an index that create_in has made."""
    return latest_generation(WhooshStorage(dirname), indexname or _DEFAULT_NAME) >= 0
