"""One commit of an index, as readers see it for as long as they hold it."""

from __future__ import annotations

import heapq
import threading
import zlib
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, takewhile
from sys import byteorder
from typing import Any, NamedTuple

from whoosh.reading import SegmentReader

from searchlib.article import TextField
from searchlib.codec.schema import ARTICLE_ID, NO_DATE, article_schema
from searchlib.errors import CorruptIndexError, SearchlibError, StorageError
from searchlib.kernels import merging

__all__ = ["NO_DATE", "Postings", "Snapshot", "reading"]

_SCHEMA = article_schema()


class Postings(NamedTuple):
    """The live documents with a term, ``array('I')`` in order, and how often each has it.

    ``frequencies`` is ``array('d')``.
    """

    docs: array[int]
    frequencies: array[float]


@contextmanager
def reading(path: str) -> Iterator[None]:
    """Turn whatever Whoosh raises over a damaged file into CorruptIndexError.

    Its own classes do not tell damage from a bug: struct.error, zlib.error, KeyError, EOFError,
    UnpicklingError, AssertionError and bare Exception have all been seen.
    """
    try:
        yield
    except SearchlibError:
        raise
    except OSError as error:
        raise StorageError(f"the index cannot be read: {error}", path=path) from error
    except Exception as error:
        raise CorruptIndexError(
            f"the index is damaged ({type(error).__name__}: {error}); index the articles again",
            path=path,
        ) from error


class Snapshot:
    """One commit: postings, columns and articles, each document under a number from 0.

    Numbers are of this snapshot only. Deleted documents keep theirs until a merge drops them, and
    no method gives one. Safe to use from many threads: a lock guards the reading of files, since
    Whoosh's readers share one file position.
    """

    def __init__(self, storage: Any, segments: Sequence[Any], path: str, generation: int) -> None:
        self.path = path
        self.generation = generation
        self._lock = threading.RLock()
        self._columns: dict[str, array[int]] = {}
        self._articles: dict[int, Any] = {}
        self._averages: dict[TextField, float] = {}
        self._terms_in_use: dict[str, tuple[str, ...]] = {}
        self._readers = [SegmentReader(storage, _SCHEMA, segment) for segment in segments]
        self._bases: list[int] = []
        self.doc_limit = 0
        deleted: list[int] = []
        for reader in self._readers:
            self._bases.append(self.doc_limit)
            deleted += [self.doc_limit + doc for doc in sorted(reader.deleted_docs_set)]
            self.doc_limit += reader.doc_count_all()
        self._deleted = array("I", deleted)
        self.num_docs = self.doc_limit - len(deleted)
        everything = array("I", range(self.doc_limit))
        self.live, _ = merging.difference(everything, _zeros(self.doc_limit), self._deleted)

    # Postings

    def postings(self, field: str, term: str) -> Postings:
        """Give the postings of ``term`` in ``field``; empty ones if nothing has it."""
        docs, frequencies = array("I"), array("d")
        with self._lock, reading(self.path):
            for base, block in self._blocks(field, term):
                block._read_ids()
                block._read_weights()
                docs.extend([base + doc for doc in block._ids] if base else block._ids)
                frequencies.extend(list(block._weights))
        return self._live_only(docs, frequencies)

    def positions(self, field: TextField, term: str) -> dict[int, bytes]:
        """Give the encoded positions of ``term`` by live document; see kernels.positions."""
        places: dict[int, bytes] = {}
        with self._lock, reading(self.path):
            for base, block in self._blocks(field, term):
                block._read_ids()
                block._read_values()
                places.update(zip([base + doc for doc in block._ids], block._values, strict=True))
        for doc in self._deleted:
            places.pop(doc, None)
        return places

    def _blocks(self, field: str, term: str) -> Iterator[tuple[int, Any]]:
        # Whoosh's matcher decodes a posting a call; its blocks, taken whole, are 6 times faster.
        key = _key(term)
        for base, reader in zip(self._bases, self._readers, strict=True):
            terms = reader._terms
            if (field, key) not in terms:
                continue
            block = terms.matcher(field, key, _SCHEMA[field].format)
            while block.is_active():
                if base + block._maxid >= self.doc_limit:
                    raise ValueError(f"document {block._maxid} of {reader.doc_count_all()}")
                yield base, block
                block._next_block()

    def _live_only(self, docs: array[int], frequencies: array[float]) -> Postings:
        if self._deleted:
            return Postings(*merging.difference(docs, frequencies, self._deleted))
        return Postings(docs, frequencies)

    # Terms

    def terms(self, field: str, prefix: str = "") -> Iterator[str]:
        """Give the terms of ``field`` that begin with ``prefix``, each once, in UTF-8 order.

        A term whose documents were all deleted may still be among them.
        """
        key = _key(prefix)
        with self._lock, reading(self.path):
            lists = [
                [
                    # Code points sort as UTF-8 does; what is no UTF-8 is damage.
                    term.decode()
                    for _, term in takewhile(
                        lambda found: found[0] == field and found[1].startswith(key),
                        reader._terms.terms_from(field, key),
                    )
                ]
                for reader in self._readers
                if field in reader._terms.indexed_field_names()
            ]
        previous = None
        for term in heapq.merge(*lists):
            if term != previous:
                yield term
                previous = term

    def terms_in_use(self, field: str) -> tuple[str, ...]:
        """Give the terms of ``field`` that a live document has; kept, so for few terms only."""
        with self._lock:
            if field not in self._terms_in_use:
                self._terms_in_use[field] = tuple(
                    term for term in self.terms(field) if self.postings(field, term).docs
                )
            return self._terms_in_use[field]

    # Columns

    def lengths(self, field: TextField) -> array[int]:
        """Give the exact length of ``field`` in words for every document, as ``array('I')``."""
        return self._column(f"{field}_length", "I")

    def avg_length(self, field: TextField) -> float:
        """Give the average length of ``field`` over the live documents with it; 0.0 if none."""
        with self._lock:
            if field not in self._averages:
                lengths = self.lengths(field)
                present = [lengths[doc] for doc in self.live if lengths[doc]]
                self._averages[field] = sum(present) / len(present) if present else 0.0
            return self._averages[field]

    def published(self) -> array[int]:
        """Give the date of every document in microseconds from 1970 UTC, NO_DATE where none is."""
        return self._column("published", "q")

    def inserted(self) -> array[int]:
        """Give for every document its place in the order of insertion, as ``array('Q')``."""
        return self._column("inserted", "Q")

    def _column(self, name: str, typecode: str) -> array[int]:
        with self._lock:
            if name not in self._columns:
                with reading(self.path):
                    values = [self._segment_column(r, name, typecode) for r in self._readers]
                self._columns[name] = array(typecode, chain.from_iterable(values))
            return self._columns[name]

    def _segment_column(self, reader: Any, name: str, typecode: str) -> array[int]:
        # Whoosh reads a value a call. The column is a big-endian array without its trailing
        # default values.
        count = reader.doc_count_all()
        column_type = _SCHEMA[name].column_type
        values = array(typecode)
        if reader._perdoc.has_column(name):
            column = reader._perdoc.column_reader(name, column_type)
            size = min(column._count, count) * values.itemsize
            values.frombytes(column._dbfile.get(column._basepos, size))
            if byteorder == "little":
                values.byteswap()
        values.extend([column_type.default_value()] * (count - len(values)))
        return values

    # Articles

    def find(self, article_id: str) -> int | None:
        """Give the live document of ``article_id``, or None."""
        docs = self.postings(ARTICLE_ID, article_id).docs
        return docs[-1] if docs else None

    def article(self, doc: int) -> bytes:
        """Give the article of ``doc`` as it was handed to the writer."""
        with self._lock, reading(self.path):
            place = max(i for i, base in enumerate(self._bases) if base <= doc)
            if place not in self._articles:
                reader = self._readers[place]
                self._articles[place] = reader._perdoc.column_reader(
                    "article", _SCHEMA["article"].column_type
                )
            return zlib.decompress(self._articles[place][doc - self._bases[place]])


def _key(term: str) -> bytes:
    # No term has a lone surrogate, but somebody may ask for one.
    return term.encode(errors="surrogatepass")


def _zeros(count: int) -> array[float]:
    return array("d", bytes(8 * count))
