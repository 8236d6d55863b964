"""The articles themselves: one zstd frame each, with a dictionary that the segment learns.

    stored     = frame*                  paged; RFC 8878, one frame an article, with its length
    ends       = u32*                    where each frame ends
    dictionary = what the frames were written with; empty for a segment of few articles

Reading a hit reads its own article only: 4 microseconds. News of 770 bytes takes 0.45 of its length
with a dictionary, and 0.58 without. The dictionary is the beginnings of articles of the segment's
first batch. zstd's own dictionary trainer takes 40 ms longer and compresses no better.
"""

from __future__ import annotations

import sys
import threading
from array import array
from collections import deque
from collections.abc import Sequence
from itertools import accumulate, islice
from typing import TYPE_CHECKING, Final

from searchlib.files.container import Bytes, Container, little_endian
from searchlib.files.container_writing import ContainerWriter
from searchlib.files.frames import FrameReader
from searchlib.files.views import numbers_of

if TYPE_CHECKING or sys.version_info < (3, 14):
    from backports import zstd
else:
    from compression import zstd

__all__ = ["MAX_STORED_BYTES", "StoredArticles", "StoredWriter"]

MAX_STORED_BYTES: Final = 0xE0000000
"""What the frames of one segment may take; their ends are numbers of 32 bits."""

_LEVEL: Final = 3
_LEAST_BYTES: Final = 1 << 17
_LEAST_ARTICLES: Final = 32
_DICTIONARY_BYTES: Final = 1 << 16
_DICTIONARY_PART: Final = 16
_PIECE_BYTES: Final = 512
_SAMPLES: Final = 100
_SAMPLE_BYTES: Final = 4096
_WAITING_BYTES: Final = 1 << 25


class StoredWriter:
    """Writes articles as they come. The dictionary is learnt from those of the first call.

    A thread of its own compresses them, while the caller analyzes the next ones and sorts their
    words: zstd and the kernels hold no lock. 32 MB of articles may wait for it.
    """

    def __init__(self, file: ContainerWriter) -> None:
        self._file = file
        self._section = file.open_paged("stored")
        self._ends = array("I")
        self._dictionary: zstd.ZstdDict | None = None
        self._compressor: zstd.ZstdCompressor | None = None
        self._turn = threading.Condition()  # what follows is changed under it
        self._waiting: deque[tuple[int, Sequence[Bytes]]] = deque()
        self._waiting_bytes = 0
        self._busy = False
        self._error: BaseException | None = None

    @property
    def size(self) -> int:
        """How many bytes the frames take, of the articles that are compressed."""
        return self._section.size

    def write(self, records: Sequence[Bytes]) -> None:
        """Append articles. An error of the disk may be raised by a later call, or by finish()."""
        size = sum(map(len, records))
        if size < _LEAST_BYTES:
            self._wait(0)
            self._compress(records)
            return
        self._wait(max(_WAITING_BYTES - size, 0))
        with self._turn:
            self._waiting.append((size, records))
            self._waiting_bytes += size
            if not self._busy:
                threading.Thread(target=self._compress_waiting, daemon=True).start()
                self._busy = True

    def _wait(self, most_bytes: int) -> None:
        """Wait until no more than so many bytes wait, and for 0 until nothing is being done."""
        with self._turn:
            while self._waiting_bytes > most_bytes or (self._busy and not most_bytes):
                self._turn.wait()
            if self._error:
                raise self._error

    def _compress_waiting(self) -> None:
        while records := self._next():
            try:
                self._compress(records)
            except BaseException as error:  # noqa: BLE001  # for the thread that has called
                self._error = error

    def _next(self) -> Sequence[Bytes] | None:
        with self._turn:
            if self._error:
                self._waiting.clear()
                self._waiting_bytes = 0
            size, records = self._waiting.popleft() if self._waiting else (0, None)
            self._waiting_bytes -= size
            self._busy = records is not None
            self._turn.notify_all()
            return records

    def _compress(self, records: Sequence[Bytes]) -> None:
        if self._compressor is None:
            self._dictionary = _learn(records)
            self._compressor = zstd.ZstdCompressor(_LEVEL, zstd_dict=self._dictionary)
        compress = self._compressor.compress
        whole = zstd.ZstdCompressor.FLUSH_FRAME
        frames = [compress(record, whole) for record in records]  # type: ignore[arg-type]
        ends = accumulate(map(len, frames), initial=self._section.size)
        self._ends.extend(islice(ends, 1, None))
        self._section.write(b"".join(frames))

    def finish(self) -> None:
        """Write what belongs to the frames."""
        self._wait(0)
        self._section.finish()
        self._file.section("ends", [little_endian(self._ends)])
        content = self._dictionary.dict_content if self._dictionary else b""
        self._file.section("dictionary", [content])


def _learn(records: Sequence[Bytes]) -> zstd.ZstdDict | None:
    """Make one of the beginnings of articles, spread over all that are at hand: 1 ms.

    What zstd chooses itself, of 32 KB, takes 40 ms and leaves Reuters no smaller.
    """
    size = min(sum(map(len, records)) // _DICTIONARY_PART, _DICTIONARY_BYTES)
    if len(records) < _LEAST_ARTICLES or size < _LEAST_BYTES // _DICTIONARY_PART:
        return None
    pieces = [record[:_PIECE_BYTES] for record in _spread(records, size // _PIECE_BYTES)]
    samples = [bytes(record[:_SAMPLE_BYTES]) for record in _spread(records, _SAMPLES)]
    content = zstd.ZstdDict(b"".join(pieces)[:size], is_raw=True)
    try:
        return zstd.finalize_dict(content, samples, size, _LEVEL)
    except zstd.ZstdError:  # the articles have too little in them
        return None


def _spread(records: Sequence[Bytes], count: int) -> Sequence[Bytes]:
    """Return at least so many of the articles, at the same distance, or all of them."""
    return records[:: max(len(records) // count, 1)]


class StoredArticles:
    """The articles of a segment. Raises CorruptIndexError, or ValueError, for damage."""

    def __init__(self, container: Container, num_docs: int) -> None:
        self._stored = container.paged("stored")
        self._ends = numbers_of(container.section("ends"), "I")
        if len(self._ends) != num_docs:
            raise ValueError("there are not as many articles as documents")
        content = container.section("dictionary")
        self._frames = FrameReader(bytes(content))

    def get(self, doc: int) -> bytes:
        """Return the article of document ``doc``. Any thread may call it."""
        return self._frames.unpack(
            self._stored.get(self._ends[doc - 1] if doc else 0, self._ends[doc])
        )

    def check(self) -> None:
        """Read all of it."""
        self._stored.check()
        for doc in range(len(self._ends)):
            self.get(doc)
