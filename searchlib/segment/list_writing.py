"""The posting lists of a segment: from occurrences in order to bytes, a chunk at a time."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import partial
from operator import or_
from sys import byteorder
from typing import Final, NamedTuple

from searchlib.files.varints import read_varint, write_varint
from searchlib.kernels.segment import inverting
from searchlib.schema import ALL_FIELDS, NUM_TEXT_FIELDS
from searchlib.segment.background import BackgroundCall
from searchlib.segment.segment import WINDOW_BITS

__all__ = ["LONG_LIST", "Lists", "LongTerm", "Occurrences", "Terms", "encoded", "encoded_long"]

LONG_LIST: Final = 1 << 18
"""Occurrences of a term that go through in pieces of so many: to encode one takes 64 bytes."""

_BUFFER_NUMBERS: Final = 1 << 20
"""What of the lists is in memory at once, by eight bytes; more for a list that needs it."""

_SHARED_OCCURRENCES: Final = 1 << 18
"""Of terms that are worth a second thread: 5 ms of encoding."""

_SMALL: Final = 64
"""Documents of a list that has no windows (kernels/postings/lists.py)."""


class Terms(NamedTuple):
    """Some terms in order, with their words and occurrences, as kernels.inverting has them.

    ``terms`` are the lengths of the terms, which stand one behind the other in ``term_bytes``.
    ``words`` are the same of the words: those of the first term in order, ``num_forms[0]`` of them,
    then those of the next. The forms are numbers of these.
    """

    term_bytes: bytearray
    terms: array[int]
    word_bytes: bytearray
    words: array[int]
    num_forms: array[int]
    ends: array[int]
    spans: array[int]
    positions: array[int]
    forms: array[int]

    @classmethod
    def empty(cls) -> Terms:
        """Return a chunk to be filled."""
        numbers = [array(kind) for kind in "IIIQIII"]
        return cls(bytearray(), numbers[0], bytearray(), *numbers[1:])


class Occurrences(NamedTuple):
    """Occurrences of one term in order: field (see Inverted.spans), position and form."""

    spans: array[int]
    positions: array[int]
    forms: array[int]


class LongTerm(NamedTuple):
    """A term with its words, as in Terms, whose occurrences come in pieces of any size."""

    term: bytes
    words: bytes
    word_sizes: array[int]
    pieces: Iterable[Occurrences]


class Lists(NamedTuple):
    """The lists of some terms: their bytes, where each begins, its df and mask of fields.

    A value is df << NUM_TEXT_FIELDS | mask.
    """

    pieces: list[memoryview]
    starts: array[int]
    values: array[int]


def encoded(chunk: Terms, num_docs: int) -> Iterator[Lists]:
    """Return the lists of some terms in order. The second half of many is encoded beside the first.

    What is in memory for that is less than what the terms take themselves.
    """
    terms = len(chunk.terms)
    if len(chunk.spans) < _SHARED_OCCURRENCES:
        yield _encode(chunk, 0, terms, num_docs)
        return
    half = bisect_left(chunk.ends, len(chunk.spans) // 2)
    second = BackgroundCall(partial(_encode, chunk, half, terms, num_docs))
    yield _encode(chunk, 0, half, num_docs)
    yield second.get()


def _encode(chunk: Terms, first: int, last: int, num_docs: int) -> Lists:
    ends, num_forms = chunk.ends[:last], chunk.num_forms[:last]
    starts, dfs, masks = array("Q", [0]) * last, array("I", [0]) * last, bytearray(last)
    pieces: list[memoryview] = []
    written, done = 0, first
    begin = ends[first - 1] if first else 0
    size = min(_room_of(ends[-1] - begin, last - first, num_docs), _BUFFER_NUMBERS) if ends else 0
    while done < last:
        out = array("Q", [0]) * size
        end, used = inverting.encode(
            done, ends, chunk.spans, chunk.positions, chunk.forms, num_forms, num_docs,
            WINDOW_BITS, out, starts, dfs, masks,
        )  # fmt: skip
        if end == done:  # a list that needs more
            begin = ends[done - 1] if done else 0
            size = max(_room_of(ends[done] - begin, 1, num_docs), size + 1)
            continue
        starts[done:end] = array("Q", map(written.__add__, starts[done:end]))
        if byteorder == "big":
            out.byteswap()
        # A copy, as room for the worst case has some ten times as much.
        pieces.append(memoryview(bytes(memoryview(out).cast("B")[:used])))
        del out
        written += used
        done = end
    values = array("Q", map(or_, map((ALL_FIELDS + 1).__mul__, dfs[first:]), masks[first:]))
    return Lists(pieces, starts[first:], values)


def _room_of(occurrences: int, terms: int, num_docs: int) -> int:
    """Return the numbers of 64 bits that lists take at the worst (kernels/segment/inverting.py)."""
    windows = min(occurrences, terms * ((num_docs >> WINDOW_BITS) + 1))
    return 4 * occurrences + 24 * (windows + terms) + 2


def encoded_long(term: LongTerm, num_docs: int) -> Lists | None:
    """Return the list of a term, the same as of all its occurrences at once; None if it has none.

    In memory are what the list takes, and the occurrences of two pieces.
    """
    pieces: list[memoryview] = []
    df = mask = 0
    before = -1
    num_forms = array("I", [len(term.word_sizes)])
    for spans, positions, forms in _by_windows(term.pieces):
        window = spans[-1] // NUM_TEXT_FIELDS >> WINDOW_BITS
        chunk = Terms.empty()._replace(
            num_forms=num_forms,
            ends=array("Q", [len(spans)]),
            spans=spans,
            positions=positions,
            forms=forms,
        )
        lists = _encode(chunk, 0, 1, num_docs)
        (value,), (data,) = lists.values, lists.pieces
        if pieces:
            # Windows are counted from the one before.
            header = bytearray()
            write_varint(_first_window(data)[0] - before - 1, header)
            data = memoryview(bytes(header) + data[_first_window(data)[1] :])
        pieces.append(data)
        df += value >> NUM_TEXT_FIELDS
        mask |= value & ALL_FIELDS
        before = window
    if not df:
        return None
    if len(pieces) > 1:
        header = bytearray()
        write_varint(df, header)
        write_varint(num_forms[0], header)
        pieces[0] = memoryview(bytes(header) + pieces[0][_after_header(pieces[0]) :])
    return Lists(pieces, array("Q", [0]), array("Q", [df << NUM_TEXT_FIELDS | mask]))


def _after_header(data: memoryview) -> int:
    _, at = read_varint(data, 0)  # type: ignore[arg-type]
    return read_varint(data, at)[1]  # type: ignore[arg-type]


def _first_window(data: memoryview) -> tuple[int, int]:
    """Return the first window of a list that has windows, and where its number ends."""
    return read_varint(data, _after_header(data))  # type: ignore[arg-type]


def _by_windows(pieces: Iterable[Occurrences]) -> Iterator[Occurrences]:
    """Cut occurrences between windows: all at once, or so that each piece has windows itself."""
    kept: Occurrences | None = None
    for piece in pieces:
        if kept is None:
            kept = piece
        else:
            for column, more in zip(kept, piece, strict=True):
                column.extend(more)
        del piece
        cut = _cut(kept.spans) if len(kept.spans) > LONG_LIST else 0
        if cut:
            yield Occurrences(*(column[:cut] for column in kept))
            for column in kept:
                del column[:cut]
    if kept and kept.spans:
        yield kept


def _cut(spans: array[int]) -> int:
    """Return the last place between windows with more than 64 documents on either side, or 0."""
    at = len(spans)
    for _ in range(_SMALL + 1):
        if not at:
            return 0
        at = bisect_left(spans, _first_field(spans[at - 1]))
    window = spans[at] // NUM_TEXT_FIELDS >> WINDOW_BITS
    cut = bisect_left(spans, NUM_TEXT_FIELDS * (window << WINDOW_BITS))
    at = 0
    for _ in range(_SMALL + 1):
        if at >= cut:
            return 0
        at = bisect_left(spans, _first_field(spans[at]) + NUM_TEXT_FIELDS)
    return cut


def _first_field(span: int) -> int:
    """Return the number of the first field of the document whose field is ``span``."""
    return span - span % NUM_TEXT_FIELDS
