"""Documents with a number each, and how lists of them combine."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import NamedTuple

from searchlib.kernels import merging

__all__ = ["NO_MATCHES", "Matches", "all_of", "any_of"]


class Matches(NamedTuple):
    """``docs`` is ``array('I')``, strictly increasing; ``scores`` is ``array('d')``, one each."""

    docs: array[int]
    scores: array[float]

    def score_of(self, doc: int) -> float | None:
        """Give the score of ``doc``, or None if it does not match."""
        low, high = 0, len(self.docs)
        while low < high:
            middle = (low + high) // 2
            if self.docs[middle] < doc:
                low = middle + 1
            else:
                high = middle
        return self.scores[low] if low < len(self.docs) and self.docs[low] == doc else None


NO_MATCHES = Matches(array("I"), array("d"))


def any_of(lists: Sequence[Matches]) -> Matches:
    """Give the documents of any list, scores added.

    Neighbours are merged first, then the results: n log k steps for k lists of n documents in all.
    """
    merged = list(lists)
    while len(merged) > 1:
        pairs = zip(merged[::2], merged[1::2], strict=False)
        rest = merged[-1:] if len(merged) % 2 else []
        merged = [Matches(*merging.union(*left, *right)) for left, right in pairs] + rest
    return merged[0] if merged else NO_MATCHES


def all_of(lists: Sequence[Matches]) -> Matches:
    """Give the documents of every list, scores added; the shortest lists are merged first."""
    shortest_first = sorted(lists, key=lambda matches: len(matches.docs))
    merged = shortest_first[0]
    for matches in shortest_first[1:]:
        merged = Matches(*merging.intersection(*merged, *matches))
    return merged
