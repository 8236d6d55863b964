"""The engines, all set up for the same work.

Each indexes headline, body and caption with English stems and positions, and stores the text, in
one thread. A search parses the query from text, and returns the ids of the ten best articles over
all three fields.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Protocol

import searchlib
from benchmarks.corpus import Kind
from searchlib import Article
from searchlib.article import TEXT_FIELDS

__all__ = ["ENGINES", "Engine", "Opened"]

TOP: Final = 10


class Opened(Protocol):
    """An index that can be searched."""

    def search(self, kind: Kind, words: Sequence[str]) -> list[str]:
        """Return the ids of the best articles."""
        ...

    def snippets(self, words: Sequence[str]) -> list[str]:
        """Return the best passage of each of the ten best articles with any of the words."""
        ...


class Engine(Protocol):
    """A search engine."""

    version: str

    def build(self, path: Path, articles: Sequence[Article]) -> None:
        """Index ``articles`` in the empty directory ``path``, including the last commit."""
        ...

    def open(self, path: Path) -> Opened:
        """Open the index that ``build`` has made."""
        ...


def _query(kind: Kind, words: Sequence[str]) -> str:
    match kind:
        case "and2":
            return "+" + " +".join(words)
        case "phrase2":
            return f'"{" ".join(words)}"'
        case _:
            return " ".join(words)


class _Searchlib:
    version = searchlib.__version__

    def build(self, path: Path, articles: Sequence[Article]) -> None:
        with searchlib.create(path) as index, index.writer() as writer:
            writer.add_many(articles)

    def open(self, path: Path) -> Opened:
        return _OpenedSearchlib(searchlib.open(path))


class _OpenedSearchlib:
    def __init__(self, index: searchlib.Index) -> None:
        self._index = index

    def search(self, kind: Kind, words: Sequence[str]) -> list[str]:
        return [hit.article_id for hit in self._index.search(_query(kind, words), limit=TOP)]

    def snippets(self, words: Sequence[str]) -> list[str]:
        return [hit.snippet for hit in self._index.search(_query("or2", words), limit=TOP)]


class _Tantivy:
    version = ""

    def __init__(self) -> None:
        import tantivy  # noqa: PLC0415  # an optional peer

        self.version = version("tantivy")
        self._tantivy: Any = tantivy
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("id", stored=True, tokenizer_name="raw")
        for field in TEXT_FIELDS:
            builder.add_text_field(field, stored=True, tokenizer_name="en_stem")
        self._schema = builder.build()

    def build(self, path: Path, articles: Sequence[Article]) -> None:
        writer = self._tantivy.Index(self._schema, path=str(path)).writer(
            heap_size=512_000_000, num_threads=1
        )
        for article in articles:
            writer.add_document(
                self._tantivy.Document(
                    id=article.article_id,
                    headline=article.headline,
                    body=article.body,
                    caption=article.caption,
                )
            )
        writer.commit()
        writer.wait_merging_threads()

    def open(self, path: Path) -> Opened:
        return _OpenedTantivy(self._tantivy, self._schema, path)


class _OpenedTantivy:
    def __init__(self, tantivy: Any, schema: Any, path: Path) -> None:
        self._tantivy = tantivy
        self._schema = schema
        self._index = tantivy.Index.open(str(path))
        self._searcher = self._index.searcher()

    def _hits(self, query: Any) -> Any:
        return self._searcher.search(query, TOP, count=False).hits

    def search(self, kind: Kind, words: Sequence[str]) -> list[str]:
        query = self._index.parse_query(_query(kind, words), list(TEXT_FIELDS))
        return [self._searcher.doc(address)["id"][0] for _, address in self._hits(query)]

    def snippets(self, words: Sequence[str]) -> list[str]:
        query = self._index.parse_query(_query("or2", words), list(TEXT_FIELDS))
        make = self._tantivy.SnippetGenerator.create(self._searcher, query, self._schema, "body")
        return [
            make.snippet_from_doc(self._searcher.doc(address)).fragment()
            for _, address in self._hits(query)
        ]


class _Whoosh:
    """Whoosh with its own codec and collector, as its programs use it."""

    def __init__(self) -> None:
        import whoosh  # noqa: PLC0415

        self.version = ".".join(map(str, whoosh.__version__))

    def build(self, path: Path, articles: Sequence[Article]) -> None:
        from whoosh import analysis, fields, index  # noqa: PLC0415

        text = fields.TEXT(analysis.StemmingAnalyzer(), stored=True)
        schema = fields.Schema(
            id=fields.ID(stored=True, unique=True), **dict.fromkeys(TEXT_FIELDS, text)
        )
        writer = index.create_in(str(path), schema).writer(limitmb=512)
        for article in articles:
            writer.add_document(
                id=article.article_id,
                headline=article.headline,
                body=article.body,
                caption=article.caption,
            )
        writer.commit()

    def open(self, path: Path) -> Opened:
        return _OpenedWhoosh(path)


class _OpenedWhoosh:
    def __init__(self, path: Path) -> None:
        from whoosh import index, qparser  # noqa: PLC0415

        opened = index.open_dir(str(path))
        self._searcher = opened.searcher()
        self._any = qparser.MultifieldParser(
            list(TEXT_FIELDS), opened.schema, group=qparser.OrGroup
        )
        self._any.add_plugin(qparser.PlusMinusPlugin())

    def search(self, kind: Kind, words: Sequence[str]) -> list[str]:
        query = self._any.parse(_query(kind, words))
        return [hit["id"] for hit in self._searcher.search(query, limit=TOP)]

    def snippets(self, words: Sequence[str]) -> list[str]:
        query = self._any.parse(_query("or2", words))
        return [hit.highlights("body") for hit in self._searcher.search(query, limit=TOP)]


ENGINES: Final[dict[str, Callable[[], Engine]]] = {
    "searchlib": _Searchlib,
    "tantivy": _Tantivy,
    "whoosh": _Whoosh,
}
