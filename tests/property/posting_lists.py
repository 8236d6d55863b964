"""Posting lists of random articles, and the kernels as built and as plain Python, for the tests."""

from __future__ import annotations

import functools
import random
from array import array
from typing import NamedTuple

from hypothesis import strategies as st

from tests.helpers.kernels import built

DROPPED = 2**32 - 1


seeds = st.integers(0, 2**32 - 1)


def place(span: int, position: int) -> int:
    """Give an occurrence as kernels/postings/phrases.py has it, of 3 * document + field and a position."""
    return span // 3 << 32 | span % 3 << 30 | position


class Tokens(NamedTuple):
    """A stream of tokens, and what the lists of it must hold."""

    pairs: array
    places: array
    counts: array
    term_of: array
    form_of: array
    num_forms: array
    num_docs: int
    expected: list[list[tuple[int, int, int]]]  # of each term: span, position, form


def tokens(seed: int, num_docs: int, shares=(1.0, 0.9, 0.3, 0.1, 0.01), far: int = 40) -> Tokens:
    """Make articles at random. ``shares`` says how often each term stands in a field."""
    chance = random.Random(seed)
    num_forms = array("I", [chance.choice((1, 1, 2, 3, 5)) for _ in shares])
    numbered = [(term, form) for term, count in enumerate(num_forms) for form in range(count)]
    numbered += [(term, form) for term, form in numbered if chance.random() < 0.3]
    chance.shuffle(numbered)
    pairs_of = [
        [pair for pair, (term, _) in enumerate(numbered) if term == wanted]
        for wanted in range(len(shares))
    ]
    pairs, places, counts = array("I"), array("I"), array("I")
    # Some terms stand in some fields only, some exactly once.
    fields_of = [chance.choice(((0,), (1,), (0, 1), (0, 1, 2), (0, 1, 2))) for _ in shares]
    often = [chance.choice((1, 1, 2, 9)) for _ in shares]
    first: list[dict[tuple[int, int], int]] = [{} for _ in shares]
    for span in range(3 * num_docs):
        found = []
        for term, share in enumerate(shares):
            if span % 3 in fields_of[term] and chance.random() < share:
                found += [
                    (chance.randrange(far), chance.choice(pairs_of[term]))
                    for _ in range(chance.randint(1, often[term]))
                ]
        found.sort(key=lambda token: token[0])
        for place, pair in found:
            pairs.append(pair)
            places.append(place)
            term, form = numbered[pair]
            first[term].setdefault((span, place), form)
        counts.append(len(found))
    return Tokens(
        pairs,
        places,
        counts,
        array("I", [term for term, _ in numbered]),
        array("I", [form for _, form in numbered]),
        num_forms,
        num_docs,
        [[(*key, form) for key, form in sorted(term.items())] for term in first],
    )


def invert(kernel, pairs, places, counts, term_of, form_of, num_terms, documents=None):
    """Sort tokens by term the way segment/inverting.py does, in two parts of documents."""
    half = 3 * (len(counts) // 6 if documents is None else documents)
    middle = sum(counts[:half])
    parts = [
        (pairs[:middle], places[:middle], counts[:half], 0),
        (pairs[middle:], places[middle:], counts[half:], half),
    ]
    starts, ends = (array("Q", bytes(8 * num_terms)) for _ in parts)
    for part, totals in zip(parts, (starts, ends), strict=True):
        kernel.tally(part[0], term_of, totals)
    kernel.begin(starts, ends)
    columns = [array("I", bytes(4 * len(pairs))) for _ in range(3)]
    for part, next_at in zip(parts, (starts, ends), strict=True):
        kernel.scatter(*part, term_of, form_of, next_at, *columns)
    return ends, *columns


class Written(NamedTuple):
    data: bytes
    words: array
    starts: array
    dfs: array
    masks: bytearray


def written(load, stream: Tokens, window_bits: int, size: int = 64) -> Written:
    """Encode all terms the way segment/builder.py does, and count the steps."""
    kernel = load("inverting")
    inverted = invert(kernel, *stream[:5], len(stream.num_forms))
    count = len(stream.num_forms)
    starts, dfs, masks = (
        array("Q", bytes(8 * count)),
        array("I", bytes(4 * count)),
        bytearray(count),
    )
    data = b""
    done = 0
    while done < count:
        out = array("Q", bytes(8 * size))
        last, used = kernel.encode(
            done, *inverted, stream.num_forms, stream.num_docs, window_bits, out, starts, dfs, masks
        )
        assert done <= last <= count
        for term in range(done, last):
            starts[term] += len(data)
        data += out.tobytes()[:used]
        assert not any(out.tobytes()[used:])
        if last == done:
            assert used == 0
            size *= 2
        done = last
    data += bytes(-len(data) % 8 + 8)
    return Written(data, array("Q", data), starts, dfs, masks)


@functools.cache
def small() -> tuple[Tokens, Written]:
    stream = tokens(5, 80, (1.0, 0.6, 0.05))
    return stream, written(built, stream, 5)


def padded(data: bytes) -> tuple[bytes, array]:
    data += bytes(-len(data) % 8 + 8)
    return data, array("Q", data)
