"""Presents the terms of all fields of a segment of articles to Whoosh."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from whoosh.codec import base
from whoosh.reading import TermInfo, TermNotFound

from searchlib.files.damage import corruption_guard
from searchlib.store.snapshot import SegmentView
from searchlib.whoosh.articles.article_fields import Field, fields_of
from searchlib.whoosh.articles.article_matcher import ArticleMatcher, FieldPostings
from searchlib.whoosh.codec.term_cursor import TermCursor

__all__ = ["TermsReader"]

_MAX_CACHED_NUMBERS: Final = 1_000_000
"""Maximum number of documents and positions in the cache of a segment, to bound it to 12 MB.

When it is exceeded, the cache is emptied.
"""


class TermsReader(base.TermsReader):  # type: ignore[misc]  # whoosh has no types
    """The terms of all fields, and their postings."""

    def __init__(self, part: SegmentView, path: str) -> None:
        self._fields: dict[str, Field] = fields_of(part.segment, path)
        self._path = path
        self._cache: dict[tuple[str, bytes], FieldPostings] = {}
        self._cached_numbers = 0

    def indexed_field_names(self) -> list[str]:
        return [name for name in self._fields if next(self.terms_of(name, b""), None) is not None]

    def terms_of(self, fieldname: str, start: bytes) -> Iterator[bytes]:
        """Yield the terms of one field from ``start`` on."""
        if fieldname in self._fields:
            with corruption_guard(self._path):
                yield from self._fields[fieldname].terms(start)

    def find(self, fieldname: str, text: bytes) -> FieldPostings | None:
        """Return the postings of a term; None if the field does not have it. They are cached."""
        postings = self._cache.get((fieldname, text))
        if postings is None and fieldname in self._fields:
            with corruption_guard(self._path):
                postings = self._fields[fieldname].find(text)
            if postings is not None:
                self._add_to_cache(fieldname, text, postings)
        return postings

    def _add_to_cache(self, fieldname: str, text: bytes, postings: FieldPostings) -> None:
        self._cached_numbers += postings.size
        if self._cached_numbers > _MAX_CACHED_NUMBERS:
            self._cache = {}
            self._cached_numbers = postings.size
        self._cache[fieldname, text] = postings

    def _postings(self, fieldname: str, text: bytes) -> FieldPostings:
        postings = self.find(fieldname, text)
        if postings is None:
            raise TermNotFound(f"there is no term {fieldname}:{text!r}")
        return postings

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return self.find(*term) is not None

    def cursor(self, fieldname: str, fieldobj: Any) -> TermCursor:
        return TermCursor(
            fieldobj,
            lambda start: ((term, None) for term in self.terms_of(fieldname, start)),
            lambda item: self.term_info(fieldname, item[0]),
        )

    def terms(self) -> Iterator[tuple[str, bytes]]:
        return self._terms_of(list(self._fields), b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        names = list(self._fields)
        if fieldname not in names:
            return iter(())
        return self._terms_of(names[names.index(fieldname) :], prefix)

    def _terms_of(self, names: list[str], start: bytes) -> Iterator[tuple[str, bytes]]:
        for number, name in enumerate(names):
            for term in self.terms_of(name, b"" if number else start):
                yield name, term

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(
        self, fieldname: str, prefix: bytes
    ) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        return self._postings(fieldname, text).info()

    def frequency(self, fieldname: str, text: bytes) -> float:
        postings = self.find(fieldname, text)
        return postings.weight() if postings else 0.0

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        postings = self.find(fieldname, text)
        return len(postings.docs) if postings else 0

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> Any:
        return ArticleMatcher(self._postings(fieldname, text), (fieldname, text), format_, scorer)
