"""Tokens in the order of their documents become occurrences in the order of their terms.

They are sorted by counting: how many tokens each term has says where its own begin. Two threads
share many tokens, each has those of half of the documents.
"""

from __future__ import annotations

from array import array
from typing import Final, NamedTuple

from searchlib.codec.beside import both
from searchlib.kernels.inverting import begin, scatter, tally

__all__ = ["Inverted", "Tokens", "inverted"]

_SHARED_TOKENS: Final = 1 << 18
"""What is worth a second thread: 3 ms of sorting."""


class Tokens(NamedTuple):
    """Tokens in order: the pair of each, and its position in its field.

    ``counts`` has how many tokens each field of each document has, three fields a document.
    """

    pairs: array[int]
    positions: array[int]
    counts: array[int]


class Inverted(NamedTuple):
    """Occurrences in the order of their terms, and of one term in that of the tokens.

    ``ends`` has how many the terms have, up to and with each. ``spans`` are the numbers of their
    fields: 3 * document + field.
    """

    ends: array[int]
    spans: array[int]
    positions: array[int]
    forms: array[int]


def inverted(
    tokens: Tokens, term_of: array[int], form_of: array[int], num_terms: int
) -> Inverted:
    """Sort tokens by term. ``term_of`` and ``form_of`` have the term of each pair, and its form.

    12 ns a token in one thread. Raises ValueError for numbers that do not fit together.
    """
    size, fields = len(tokens.pairs), len(tokens.counts)
    half = fields // 6 * 3 if size >= _SHARED_TOKENS else 0
    middle = sum(tokens.counts[:half])
    pairs, positions, counts = map(memoryview, tokens)
    spans, places, forms = (array("I", [0]) * size for _ in range(3))

    def count(part: slice) -> array[int]:
        return tally(pairs[part], term_of, num_terms)

    def sort(part: slice, own: slice, next_at: array[int]) -> None:
        scatter(
            pairs[part], positions[part], counts[own], own.start, term_of, form_of, next_at,
            spans, places, forms,
        )  # fmt: skip

    parts = slice(0, middle), slice(middle, size)
    firsts, seconds = both(lambda: count(parts[0]), lambda: count(parts[1]), beside=bool(half))
    begin(firsts, seconds)
    both(
        lambda: sort(parts[0], slice(0, half), firsts),
        lambda: sort(parts[1], slice(half, fields), seconds),
        beside=bool(half),
    )
    # The second part's tokens of a term are its last.
    return Inverted(seconds, spans, places, forms)
