"""Reading a whole snapshot to find damage."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator
from itertools import pairwise

from searchlib.article import TEXT_FIELDS, TextField
from searchlib.codec.schema import ARTICLE_ID, KEY_FIELDS, words_field
from searchlib.codec.snapshot import Snapshot
from searchlib.errors import StorageError
from searchlib.kernels import positions

__all__ = ["check_snapshot"]


def check_snapshot(snapshot: Snapshot) -> Iterator[str]:
    """Read every posting list, position, column and article; give a line for each thing wrong.

    A sound snapshot gives none. Costs a pass over the whole index.
    """
    damaged = list(snapshot.check())
    yield from damaged
    if damaged:
        return  # whatever else is wrong comes from that
    yield from _check_articles(snapshot)
    for field in TEXT_FIELDS:
        yield from _check_text(snapshot, field)
        yield from _check_lists(snapshot, words_field(field))
    for name in KEY_FIELDS:
        yield from _check_lists(snapshot, name)


def _check_articles(snapshot: Snapshot) -> Iterator[str]:
    owners: dict[int, str] = {}
    try:
        for article_id in snapshot.terms(ARTICLE_ID):
            docs = snapshot.postings(ARTICLE_ID, article_id).docs
            if len(docs) > 1:
                yield f"article {article_id!r} is there {len(docs)} times"
            owners.update(dict.fromkeys(docs, article_id))
    except StorageError as error:
        yield str(error)
        return
    for doc in snapshot.live:
        try:
            found = json.loads(snapshot.article(doc)).get("article_id")
        except (StorageError, AttributeError, ValueError) as error:
            yield f"the article of document {doc} cannot be read: {error}"
            continue
        if not found == owners.get(doc) == snapshot.article_id(doc):
            yield f"document {doc} holds article {found!r} under the id {owners.get(doc)!r}"


def _check_lists(snapshot: Snapshot, field: str) -> Iterator[str]:
    try:
        for term in snapshot.terms(field):
            docs, frequencies = snapshot.postings(field, term)
            yield from _check_order(f"{field}:{term}", docs, frequencies)
    except StorageError as error:
        yield f"{field}: {error}"


def _check_text(snapshot: Snapshot, field: TextField) -> Iterator[str]:
    try:
        lengths = snapshot.lengths(field)
        ends = array("I", bytes(4 * len(lengths)))
        for term in snapshot.terms(field):
            docs, frequencies = snapshot.postings(field, term)
            yield from _check_order(f"{field}:{term}", docs, frequencies)
            for (doc, data), frequency in zip(
                snapshot.positions(field, term, docs).items(), frequencies, strict=True
            ):
                places = positions.decode(data)
                if len(places) != frequency:
                    yield (
                        f"{field}:{term} is {frequency:g} times in document {doc},"
                        f" at {len(places)} places"
                    )
                ends[doc] = max(ends[doc], places[-1] + 1)
        for doc in snapshot.live:
            if ends[doc] != lengths[doc]:
                yield f"{field} of document {doc} has {ends[doc]} words, not {lengths[doc]}"
    except (StorageError, ValueError, IndexError) as error:
        yield f"{field}: {error}"


def _check_order(name: str, docs: array[int], frequencies: array[float]) -> Iterator[str]:
    if any(left >= right for left, right in pairwise(docs)):
        yield f"the documents of {name} are out of order"
    if any(frequency < 1 for frequency in frequencies):
        yield f"{name} has a frequency below 1"
