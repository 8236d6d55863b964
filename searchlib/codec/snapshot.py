"""One commit of an index, as readers see it for as long as they hold it."""

from __future__ import annotations

import heapq
import threading
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, takewhile
from sys import byteorder
from typing import Any, NamedTuple

from searchlib.article import TextField
from searchlib.codec.commit import Commit
from searchlib.codec.docs_reading import DocsReader
from searchlib.codec.schema import ARTICLE_ID, NO_DATE, article_schema
from searchlib.codec.term_dictionary import TermEntry
from searchlib.codec.terms_reading import TermsReader
from searchlib.errors import CorruptIndexError, SearchlibError, StorageError
from searchlib.kernels import merging, postings

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
    no method gives one. Safe to use from many threads.
    """

    def __init__(self, storage: Any, commit: Commit, path: str) -> None:
        self.path = path
        self.generation = commit.generation
        self._lock = threading.RLock()
        self._columns: dict[str, array[int]] = {}
        self._ids: dict[int, Any] = {}
        self._averages: dict[TextField, float] = {}
        self._terms_in_use: dict[str, tuple[str, ...]] = {}
        self._terms = [TermsReader(storage, segment) for segment in commit.segments]
        self._docs = [DocsReader(storage, segment) for segment in commit.segments]
        self._bases: list[int] = []
        self.doc_limit = 0
        deleted: list[int] = []
        for segment, docs in zip(commit.segments, self._docs, strict=True):
            if docs.doc_count_all() != segment.doc_count_all():
                raise ValueError(f"{segment.segment_id()} has {docs.doc_count_all()} documents")
            self._bases.append(self.doc_limit)
            deleted += [self.doc_limit + doc for doc in segment.deleted_docs()]
            self.doc_limit += docs.doc_count_all()
        self._deleted = array("I", deleted)
        self.num_docs = self.doc_limit - len(deleted)
        everything = array("I", range(self.doc_limit))
        self.live, _ = merging.difference(everything, _zeros(self.doc_limit), self._deleted)

    # Postings

    def postings(self, field: str, term: str) -> Postings:
        """Give the postings of ``term`` in ``field``; empty ones if nothing has it."""
        docs, frequencies = array("I"), array("d")
        with reading(self.path):
            for base, terms, entry in self._entries(field, term):
                data = terms.posting_bytes(field, entry)
                found, weights = postings.decode(data, entry.df, base)
                if found[-1] != base + entry.max_doc or weights is None:
                    raise ValueError(f"the postings of {field}:{term}")
                docs.extend(found)
                frequencies.extend(weights)
        return self._live_only(docs, frequencies)

    def positions(self, field: TextField, term: str, wanted: array[int]) -> dict[int, bytes]:
        """Give the encoded positions of ``term`` in those of the ``wanted`` documents that have it.

        ``wanted`` is ``array('I')``, strictly increasing; see kernels.positions for the code.
        """
        places: dict[int, bytes] = {}
        with reading(self.path):
            for base, terms, entry in self._entries(field, term):
                data = terms.posting_bytes(field, entry)
                found = postings.payloads(data, entry.df, base, wanted)
                for doc, start, end in zip(*found, strict=True):
                    places[doc] = bytes(data[start:end])
        return places

    def _entries(self, field: str, term: str) -> Iterator[tuple[int, TermsReader, TermEntry]]:
        """Give what each segment knows of a term, and the number of its first document."""
        key = _key(term)
        for base, terms, docs in zip(self._bases, self._terms, self._docs, strict=True):
            entry = terms.find(field, key)
            if entry is None:
                continue
            if entry.max_doc >= docs.doc_count_all():
                raise ValueError(f"document {entry.max_doc} of {docs.doc_count_all()}")
            yield base, terms, entry

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
        with reading(self.path):
            lists = [
                [
                    # Code points sort as UTF-8 does; what is no UTF-8 is damage.
                    term.decode()
                    for term, _ in takewhile(
                        lambda found: found[0].startswith(key), terms.entries(field, key)
                    )
                ]
                for terms in self._terms
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
                    values = [_segment_column(docs, name, typecode) for docs in self._docs]
                self._columns[name] = array(typecode, chain.from_iterable(values))
            return self._columns[name]

    # Articles

    def find(self, article_id: str) -> int | None:
        """Give the live document of ``article_id``, or None."""
        docs = self.postings(ARTICLE_ID, article_id).docs
        return docs[-1] if docs else None

    def article_id(self, doc: int) -> str:
        """Give the id of the article of ``doc``, without reading that."""
        with reading(self.path):
            place = bisect_right(self._bases, doc) - 1
            ids = self._ids.get(place)
            if ids is None:
                column_type = _SCHEMA[ARTICLE_ID].column_type
                ids = self._docs[place].column_reader(ARTICLE_ID, column_type)
                self._ids[place] = ids
            article_id: bytes = ids[doc - self._bases[place]]
            return article_id.decode()

    def article(self, doc: int) -> bytes:
        """Give the article of ``doc`` as it was handed to the writer."""
        with reading(self.path):
            place = bisect_right(self._bases, doc) - 1
            data: bytes = self._docs[place].stored_fields(doc - self._bases[place])["article"]
            return data

    def check(self) -> Iterator[str]:
        """Read every byte of the segments; give a line for each file that is damaged."""
        readers: list[DocsReader | TermsReader] = [*self._docs, *self._terms]
        for reader in readers:
            try:
                with reading(self.path):
                    reader.check()
            except StorageError as error:
                yield str(error)


def _segment_column(docs: DocsReader, name: str, typecode: str) -> array[int]:
    # Whoosh reads a value a call. The column is a big-endian array without its trailing default
    # values.
    count = docs.doc_count_all()
    values = array(typecode)
    if docs.has_column(name):
        data = docs.column_data(name)
        values.frombytes(data[: min(len(data) // values.itemsize, count) * values.itemsize])
        if byteorder == "little":
            values.byteswap()
    default = _SCHEMA[name].column_type.default_value()
    values.extend([default] * (count - len(values)))
    return values


def _key(term: str) -> bytes:
    # No term has a lone surrogate, but somebody may ask for one.
    return term.encode(errors="surrogatepass")


def _zeros(count: int) -> array[float]:
    return array("d", bytes(8 * count))
