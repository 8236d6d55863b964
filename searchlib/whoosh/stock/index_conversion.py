"""Converts an index that Whoosh has written into one of searchlib, without analyzing it again.

Whoosh's writer copies one segment after the other, as it does to optimize an index. It copies all
postings, also of fields that are not stored, and columns and vectors, but no deleted documents.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from whoosh.matching import ListMatcher

from searchlib.errors import StorageError
from searchlib.whoosh.index.searchlib_index import IndexDirectory, SearchlibIndex
from searchlib.whoosh.schema.schema_writing import encode_schema, supplied_fields
from searchlib.whoosh.stock.stock_index import StockIndex, reading_stock

__all__ = ["Progress", "convert_index"]

Progress = Callable[[int, int], object]

# Shares of the time with Reuters-21578: read documents, read postings, write them sorted.
_SHARES: Final = (0.05, 0.25, 0.7)
_POSTINGS_PER_STEP: Final = 64
"""Number of postings per call of the progress callback."""


def convert_index(old: StockIndex, folder: str, progress: Progress | None) -> dict[str, str]:
    """Write the content of ``old`` into a directory, as an index with the same name.

    Returns the fields that the program has to supply when it opens the index, with the reasons.
    Raises CorruptIndexError for a segment that cannot be read. Raises StorageError for a document
    that cannot be written, for example because a stored value is an object of the program.
    """
    counter = _Counter(old.doc_count, progress)
    index = SearchlibIndex.create(IndexDirectory(folder), old.schema, old.name)
    writer = index.writer()
    try:
        writer.pool = pool = _Pool(writer.pool, counter)
        for reader in old.readers:
            if reader.doc_count():
                _add(writer, _Leaf(reader, old, counter))
        counter.begin(2, 1.0, pool.count)
        writer.commit(merge=False)
    except BaseException:
        if not writer.is_closed:  # an interrupt may come when the commit has closed the writer
            writer.cancel()
        raise
    return supplied_fields(encode_schema(old.schema, folder))


def _add(writer: Any, leaf: _Leaf) -> None:
    try:
        writer.add_reader(leaf)
    except (StorageError, OSError):
        raise
    except Exception as error:  # errors of the leaf are StorageErrors, so this one is of writing
        raise StorageError(
            f"document {leaf.document} of segment {leaf.segment} cannot be written: {error!s:.300}",
            path=leaf.path,
        ) from error


class _Counter:
    """Calls the progress callback with a number of documents that stands for all of the work.

    The work has three stages, and documents are read in the first one only.
    """

    def __init__(self, documents: int, progress: Progress | None) -> None:
        self._documents = documents
        self._progress = progress
        self._reported = -1
        self._done = [0.0, 0.0, 0.0]
        self._stage, self._step = 0, 0.0
        self._report()

    def begin(self, stage: int, share: float, steps: int) -> None:
        """Begin a part of a stage: ``share`` of it, which takes ``steps`` steps."""
        self._stage, self._step = stage, share / max(steps, 1)

    def advance(self, steps: int) -> None:
        """Count ``steps`` steps as done."""
        done = self._done[self._stage] + steps * self._step
        self._done[self._stage] = min(done, 1.0)
        self._report()

    def _report(self) -> None:
        done = sum(share * part for share, part in zip(_SHARES, self._done, strict=True))
        documents = min(int(done * self._documents), max(self._documents - 1, 0))
        if documents > self._reported and self._progress is not None:
            self._reported = documents
            self._progress(documents, self._documents)


def _counted(items: Iterable[Any], counter: _Counter, interval: int) -> Iterator[Any]:
    """Yield the items, and count a step for each; the counter is called once per ``interval``."""
    number = 0
    for number, item in enumerate(items, 1):
        if number % interval == 0:
            counter.advance(interval)
        yield item
    counter.advance(number % interval)


class _Pool:
    """The writer's pool of postings, which counts them."""

    def __init__(self, pool: Any, counter: _Counter) -> None:
        self._pool = pool
        self._counter = counter
        self.count = 0

    def add(self, item: Any) -> None:
        self.count += 1
        self._pool.add(item)

    def iter_postings(self) -> Iterator[Any]:
        return _counted(self._pool.iter_postings(), self._counter, _POSTINGS_PER_STEP)

    def cleanup(self) -> None:
        self._pool.cleanup()


class _Leaf:
    """The part of a segment reader that add_reader uses; its errors are StorageErrors."""

    def __init__(self, reader: Any, old: StockIndex, counter: _Counter) -> None:
        self._reader = reader
        self._schema = old.schema
        self._counter = counter
        self._share = reader.doc_count() / old.doc_count
        self.path = old.path
        self.segment = reader.segment().segment_id()
        self.document = 0

    def indexed_field_names(self) -> set[str]:
        with reading_stock(self.path):
            return {*self._reader.indexed_field_names(), *self._column_names()}

    def _column_names(self) -> Iterator[str]:
        """Yield the fields with a column file. A field of a pattern may have only a column."""
        pattern = re.compile(rf"{re.escape(self.segment)}\.(.+)\.col", re.DOTALL)
        for file in self._reader.storage().list():
            match = pattern.fullmatch(file)
            if match and match[1] in self._schema:
                yield match[1]

    def has_deletions(self) -> bool:
        return bool(self._reader.has_deletions())

    def has_column(self, name: str) -> bool:
        with reading_stock(self.path):
            return bool(self._reader.has_column(name))

    def column_reader(self, name: str, column: Any) -> _Column:
        with reading_stock(self.path):
            return _Column(self._reader.column_reader(name, column, translate=False), self.path)

    def iter_docs(self) -> Iterator[tuple[int, dict[str, Any]]]:
        self._counter.begin(0, self._share, self._reader.doc_count())
        for doc, stored in _counted(self._guarded(self._reader.iter_docs()), self._counter, 1):
            self.document = doc
            yield doc, stored

    def doc_field_length(self, doc: int, name: str) -> int:
        with reading_stock(self.path):
            return self._reader.doc_field_length(doc, name) or 0

    def has_vector(self, doc: int, name: str) -> bool:
        with reading_stock(self.path):
            return bool(self._reader.has_vector(doc, name))

    def vector(self, doc: int, name: str, format_: Any) -> Any:
        with reading_stock(self.path):
            texts, weights, values = [], [], []
            matcher = self._reader.vector(doc, name, format_)
            while matcher.is_active():
                texts.append(matcher.id())
                weights.append(matcher.weight())
                values.append(matcher.value())
                matcher.next()
            return ListMatcher(texts, weights, values, format_)

    def iter_postings(self) -> Iterator[tuple[str, bytes, int, float, bytes]]:
        terms = sum(1 for _ in self._guarded(self._reader.all_terms()))
        self._counter.begin(1, self._share, terms)
        for term in _counted(self._guarded(self._reader.all_terms()), self._counter, 16):
            yield from self._guarded(self._postings(*term))

    def _postings(self, name: str, text: bytes) -> Iterator[tuple[str, bytes, int, float, bytes]]:
        matcher = self._reader.postings(name, text)
        while matcher.is_active():
            yield name, text, matcher.id(), matcher.weight(), matcher.value()
            matcher.next()

    def _guarded(self, items: Iterable[Any]) -> Iterator[Any]:
        # Errors of the consumer are raised outside of the generator, so they are not caught here.
        with reading_stock(self.path):
            yield from items


class _Column:
    """The values of a column, in their stored form."""

    def __init__(self, column: Any, path: str) -> None:
        self._column = column
        self._path = path

    def __getitem__(self, doc: int) -> Any:
        with reading_stock(self._path):
            return self._column[doc]
