"""For programs written for Whoosh: their indexes with our segments.

>>> from whoosh import fields
>>> from whoosh.filedb.filestore import RamStorage
>>> index = RamStorage().create_index(fields.Schema(text=fields.TEXT(stored=True)))
>>> with index.writer(codec=SearchlibCodec()) as writer:
...     writer.add_document(text="Horses cross the border")
>>> with index.searcher() as searcher:
...     from whoosh.qparser import QueryParser
...     query = QueryParser("text", index.schema).parse("horses")
...     [hit["text"] for hit in searcher.search(query)]
['Horses cross the border']
"""

from __future__ import annotations

from searchlib.codec import SearchlibCodec

__all__ = ["SearchlibCodec"]
