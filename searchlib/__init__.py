"""A search engine for news archives: ranked, highlighted search over articles.

    index = searchlib.open_or_create("index")
    with index.writer() as writer:
        writer.add(searchlib.Article(headline="Horses cross the border"))
    for hit in index.search("horses"):
        print(hit.rank, hit.headline, hit.snippet)

Importing searchlib is cheap: the modules that an index needs (NLTK among them) are imported on
first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from searchlib.article import Article
from searchlib.errors import (
    CorruptIndexError,
    IndexExistsError,
    IndexFormatError,
    IndexLockedError,
    IndexNotFoundError,
    IngestError,
    MalformedArticleError,
    QueryError,
    QuerySyntaxError,
    SearchlibError,
    StorageError,
    UnknownFieldError,
    UnsupportedFormatError,
)

if TYPE_CHECKING:
    from searchlib.engine import Explanation, IndexStats
    from searchlib.indexing.reanalysis import Repair, repair
    from searchlib.ingest import read
    from searchlib.library import (
        Index,
        create,
        in_memory,
        open,  # noqa: A004  # searchlib.open, as gzip.open
        open_or_create,
    )
    from searchlib.query import Diagnostic
    from searchlib.results import Hit, SearchResults
    from searchlib.samples import sample_articles
    from searchlib.snippets import Snippet
    from searchlib.writer import Writer

__version__ = "0.1.0"

__all__ = [
    "Article",
    "CorruptIndexError",
    "Diagnostic",
    "Explanation",
    "Hit",
    "Index",
    "IndexExistsError",
    "IndexFormatError",
    "IndexLockedError",
    "IndexNotFoundError",
    "IndexStats",
    "IngestError",
    "MalformedArticleError",
    "QueryError",
    "QuerySyntaxError",
    "Repair",
    "SearchResults",
    "SearchlibError",
    "Snippet",
    "StorageError",
    "UnknownFieldError",
    "UnsupportedFormatError",
    "Writer",
    "__version__",
    "create",
    "in_memory",
    "open",
    "open_or_create",
    "read",
    "repair",
    "sample_articles",
]

_LAZY_EXPORTS = {
    "Diagnostic": "query",
    "Explanation": "engine",
    "Hit": "results",
    "Index": "library",
    "IndexStats": "engine",
    "Repair": "indexing.reanalysis",
    "SearchResults": "results",
    "Snippet": "snippets",
    "Writer": "writer",
    "create": "library",
    "in_memory": "library",
    "open": "library",
    "open_or_create": "library",
    "read": "ingest",
    "repair": "indexing.reanalysis",
    "sample_articles": "samples",
}


def __getattr__(name: str) -> object:
    if name not in _LAZY_EXPORTS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415  # only where it is needed

    value = getattr(import_module(f"{__name__}.{_LAZY_EXPORTS[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
