"""Tokens in the order of their documents become occurrences in the order of their terms.

They are sorted by counting: how many tokens each term has says where its own begin. Two threads
share many tokens, each has half of the batches.
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

_SHARED_TOKENS: Final = 1 << 18
"""What is worth a second thread: 3 ms of sorting."""


class Inverted(NamedTuple):
    """Occurrences in the order of their terms, and of one term in that of the tokens.

    ``ends`` has how many the terms have, up to and with each. ``spans`` are the numbers of their
    fields: NUM_TEXT_FIELDS * document + field.
    """

    ends: array[int]
    spans: array[int]
    positions: array[int]
    forms: array[int]


def inverted(
    batches: Sequence[Tokens], term_of: array[int], form_of: array[int], num_terms: int
) -> Inverted:
    """Sort tokens by term. ``term_of`` and ``form_of`` have the term of each pair, and its form.

    12 ns a token in one thread. Raises ValueError for numbers that do not fit together.
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

    beside = size >= _SHARED_TOKENS
    run_both(partial(count, 0), partial(count, 1), beside=beside)
    begin(*starts)
    run_both(partial(sort, 0), partial(sort, 1), beside=beside)
    # Where the second half's next tokens would go to, the terms end.
    return Inverted(starts[1], spans, positions, forms)
