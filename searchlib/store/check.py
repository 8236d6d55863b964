"""Read a whole snapshot to find damage."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from itertools import pairwise

from searchlib.errors import StorageError
from searchlib.files.damage import corruption_guard
from searchlib.kernels.postings import list_rows
from searchlib.schema import ID_FIELD, NUM_TEXT_FIELDS
from searchlib.segment.records import decode_record
from searchlib.store.snapshot import SegmentView, Snapshot

__all__ = ["check_snapshot"]

_POSITION = (1 << 30) - 1
_NO_DOCS = array("I")


def check_snapshot(snapshot: Snapshot) -> Iterator[str]:
    """Read every postings list, position, column and article. Yield a message for each problem.

    Costs a pass over the whole index.
    """
    damaged = list(snapshot.check())
    yield from damaged
    if damaged:
        return  # other problems would only be consequences of this damage
    yield from _check_articles(snapshot)
    for part in snapshot.parts:
        try:
            with corruption_guard(snapshot.path):
                yield from _check_terms(part)
                for key, docs in part.segment.key_lists():
                    if any(left >= right for left, right in pairwise(docs)):
                        yield f"the documents of {key!r} are out of order"
        except StorageError as error:
            yield str(error)


def _check_articles(snapshot: Snapshot) -> Iterator[str]:
    owners: dict[int, str] = {}
    try:
        for article_id in snapshot.key_values(ID_FIELD):
            docs = snapshot.key_docs(ID_FIELD, article_id)
            if len(docs) > 1:
                yield f"article {article_id!r} is in the index {len(docs)} times"
            owners.update(dict.fromkeys(docs, article_id))
    except StorageError as error:
        yield str(error)
        return
    for doc in snapshot.live:
        try:
            stored = decode_record(snapshot.article(doc)).article_id
            listed = snapshot.article_id(doc)
        except (StorageError, ValueError) as error:
            yield f"the article of document {doc} cannot be read: {error}"
            continue
        if stored != owners.get(doc):
            yield f"document {doc} holds article {stored!r} under the id {owners.get(doc)!r}"
        elif stored != listed:
            yield f"document {doc} holds article {stored!r}, and is listed as {listed!r}"


def _check_terms(part: SegmentView) -> Iterator[str]:
    """Compute the length of each field from the positions, and compare it with the stored one."""
    segment = part.segment
    lengths = segment.lengths
    ends = array("I", bytes(4 * len(lengths)))
    sums = [sum(lengths[field::NUM_TEXT_FIELDS]) for field in range(NUM_TEXT_FIELDS)]
    if tuple(sums) != segment.words_in:
        yield f"{segment.name}: the number of words differs from the sum of the lengths"
    starts: set[int] = set()
    for term, mask, start in segment.terms():
        rows = segment.list_at(start)
        starts.add(start)
        fields = 0
        # list_rows.places() checks that the occurrences are in order.
        for occurrence in list_rows.places(segment.numbers, rows, segment.num_docs, _NO_DOCS, True):
            span = NUM_TEXT_FIELDS * (occurrence >> 32) + (occurrence >> 30 & 3)
            fields |= 1 << (occurrence >> 30 & 3)
            ends[span] = max(ends[span], (occurrence & _POSITION) + 1)
        if fields != mask:
            yield f"{term!r}: the fields in the dictionary differ from those of its occurrences"
    if ends.tobytes() != lengths.tobytes():
        yield f"{segment.name}: the lengths differ from the positions"
    for word, start, _ in segment.words():
        if start not in starts:
            yield f"the word {word!r} belongs to no term"
