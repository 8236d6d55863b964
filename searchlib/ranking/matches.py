"""Lists of documents with a score each, and the operations that combine them."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from searchlib.kernels.postings import combining

__all__ = ["NO_MATCHES", "Matches", "all_of", "any_of", "times"]


class Matches(NamedTuple):
    """``docs`` is ``array('I')``, strictly increasing; ``scores`` is ``array('d')``, one each."""

    docs: array[int]
    scores: array[float]

    def score_of(self, doc: int) -> float | None:
        """Return the score of ``doc``, or None if it does not match."""
        low, high = 0, len(self.docs)
        while low < high:
            middle = (low + high) // 2
            if self.docs[middle] < doc:
                low = middle + 1
            else:
                high = middle
        return self.scores[low] if low < len(self.docs) and self.docs[low] == doc else None


NO_MATCHES = Matches(array("I"), array("d"))


def any_of(lists: Iterable[Matches]) -> Matches:
    """Return the documents of all lists. The scores of a document are added.

    Lists of about the same length are merged as they come. So the cost is n log k steps for k lists
    of n documents in all, and little more memory than the lists themselves.
    """
    # Each with the number of lists that are merged in it: powers of two, descending.
    merged: list[tuple[int, Matches]] = []
    for matches in lists:
        weight, found = 1, matches
        while merged and merged[-1][0] == weight:
            _, before = merged.pop()
            weight, found = 2 * weight, Matches(*combining.union(*before, *found))
        merged.append((weight, found))
    while len(merged) > 1:
        (weight, last), (_, before) = merged.pop(), merged.pop()
        merged.append((weight, Matches(*combining.union(*before, *last))))
    return merged[0][1] if merged else NO_MATCHES


def times(matches: Matches, count: int) -> Matches:
    """Return the same documents, each score multiplied by ``count``. Exact."""
    if count == 1:
        return matches
    return Matches(matches.docs, array("d", (count * score for score in matches.scores)))


def all_of(lists: Sequence[Matches]) -> Matches:
    """Return the documents that are in every list. The scores of a document are added.

    The shortest lists are intersected first.
    """
    shortest_first = sorted(lists, key=lambda matches: len(matches.docs))
    merged = shortest_first[0]
    for matches in shortest_first[1:]:
        merged = Matches(*combining.intersection(*merged, *matches))
    return merged
