"""Sort tokens, which come in the order of documents, into occurrences in the order of terms.

It is a counting sort: the counts of the terms determine where the occurrences of each term begin.
If there are many tokens, two threads sort half of the batches each.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from functools import partial
from typing import Final, NamedTuple

from searchlib.kernels.segment.inverting import begin, scatter, tally
from searchlib.segment.background import run_both
from searchlib.segment.documents import Tokens

__all__ = ["Inverted", "inverted"]

_MIN_PARALLEL_TOKENS: Final = 1 << 18
"""Minimum number of tokens for a second thread: sorting them takes 3 ms."""


class Inverted(NamedTuple):
    """Occurrences in the order of their terms. Those of one term are in the order of the tokens.

    ``ends`` holds the end of each term's occurrences. ``spans`` holds the field of each occurrence
    as NUM_TEXT_FIELDS * document + field.
    """

    ends: array[int]
    spans: array[int]
    positions: array[int]
    forms: array[int]


def inverted(
    batches: Sequence[Tokens], term_of: array[int], form_of: array[int], num_terms: int
) -> Inverted:
    """Sort tokens by term. ``term_of`` and ``form_of`` hold the term and the form of each pair.

    Costs 12 ns per token in one thread. Raises ValueError if a number is out of range.
    """
    size = sum(len(tokens.pairs) for tokens in batches)
    spans, positions, forms = (array("I", [0]) * size for _ in range(3))
    halves = batches[: len(batches) // 2], batches[len(batches) // 2 :]
    starts = array("Q", [0]) * num_terms, array("Q", [0]) * num_terms

    def count(half: int) -> None:
        for tokens in halves[half]:
            tally(tokens.pairs, term_of, starts[half])

    def sort(half: int) -> None:
        span = sum(len(tokens.counts) for tokens in halves[0]) if half else 0
        for tokens in halves[half]:
            scatter(*tokens, span, term_of, form_of, starts[half], spans, positions, forms)
            span += len(tokens.counts)

    in_parallel = size >= _MIN_PARALLEL_TOKENS
    run_both(partial(count, 0), partial(count, 1), in_parallel=in_parallel)
    begin(*starts)
    run_both(partial(sort, 0), partial(sort, 1), in_parallel=in_parallel)
    # The second half is sorted last, so its next free slots are the ends of the terms.
    return Inverted(starts[1], spans, positions, forms)
