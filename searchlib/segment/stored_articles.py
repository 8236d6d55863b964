"""The stored articles: one zstd frame each, with a dictionary learnt from the segment.

    stored     = frame*                  paged; RFC 8878, one frame per article, with its length
    ends       = u32*                    the end of each frame
    dictionary = the dictionary of the frames; empty in a segment of few articles

Reading a hit reads only its own article, and takes 4 µs. Articles of 770 bytes are compressed to
0.45 of their size with a dictionary, and to 0.58 without. The dictionary consists of the beginnings
of articles of the segment's first batch. zstd's own dictionary trainer takes 40 ms longer and
compresses no better.
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
"""Maximum size of the frames of a segment, because their ends have 32 bits."""

_LEVEL: Final = 3
_MIN_BYTES: Final = 1 << 17
"""Minimum size of articles for a dictionary, and for a thread that compresses them."""

_MIN_ARTICLES: Final = 32
"""Minimum number of articles for a dictionary."""

_DICTIONARY_BYTES: Final = 1 << 16
"""Maximum size of the dictionary."""

_DICTIONARY_PART: Final = 16
"""The dictionary has at most 1/16 of the size of the articles that it is learnt from."""

_PIECE_BYTES: Final = 512
"""Number of bytes of an article that go into the dictionary."""

_SAMPLES: Final = 100
"""Number of articles from which zstd computes the dictionary's entropy tables."""

_SAMPLE_BYTES: Final = 4096
"""Maximum number of bytes of a sample."""

_WAITING_BYTES: Final = 1 << 25
"""Maximum size of the articles that wait for compression, to bound memory to 32 MB."""


class StoredWriter:
    """Compresses and writes articles. The dictionary is learnt from those of the first call.

    A thread compresses them while the caller analyzes the next ones: zstd and the kernels release
    the GIL. Up to 32 MB of articles can wait for the thread.
    """

    def __init__(self, file: ContainerWriter) -> None:
        self._file = file
        self._section = file.open_paged("stored")
        self._ends = array("I")
        self._dictionary: zstd.ZstdDict | None = None
        self._compressor: zstd.ZstdCompressor | None = None
        self._changed = threading.Condition()  # guards the attributes below
        self._waiting: deque[tuple[int, Sequence[Bytes]]] = deque()
        self._waiting_bytes = 0
        self._busy = False
        self._error: BaseException | None = None

    @property
    def size(self) -> int:
        """Size in bytes of the frames of all articles that are compressed already."""
        return self._section.size

    def write(self, records: Sequence[Bytes]) -> None:
        """Append articles. A disk error may be raised by a later call, or by finish()."""
        size = sum(map(len, records))
        if size < _MIN_BYTES:
            self._wait(0)
            self._compress(records)
            return
        self._wait(max(_WAITING_BYTES - size, 0))
        with self._changed:
            self._waiting.append((size, records))
            self._waiting_bytes += size
            if not self._busy:
                threading.Thread(target=self._compress_waiting, daemon=True).start()
                self._busy = True

    def _wait(self, max_bytes: int) -> None:
        """Wait until at most ``max_bytes`` wait. For 0, wait until the thread is idle too."""
        with self._changed:
            while self._waiting_bytes > max_bytes or (self._busy and not max_bytes):
                self._changed.wait()
            if self._error:
                raise self._error

    def _compress_waiting(self) -> None:
        while records := self._next():
            try:
                self._compress(records)
            except BaseException as error:  # noqa: BLE001  # _wait() raises it in the calling thread
                self._error = error

    def _next(self) -> Sequence[Bytes] | None:
        with self._changed:
            if self._error:
                self._waiting.clear()
                self._waiting_bytes = 0
            size, records = self._waiting.popleft() if self._waiting else (0, None)
            self._waiting_bytes -= size
            self._busy = records is not None
            self._changed.notify_all()
            return records

    def _compress(self, records: Sequence[Bytes]) -> None:
        if self._compressor is None:
            self._dictionary = _learn(records)
            self._compressor = zstd.ZstdCompressor(_LEVEL, zstd_dict=self._dictionary)
        compress = self._compressor.compress
        one_frame = zstd.ZstdCompressor.FLUSH_FRAME
        frames = [compress(record, one_frame) for record in records]  # type: ignore[arg-type]
        ends = accumulate(map(len, frames), initial=self._section.size)
        self._ends.extend(islice(ends, 1, None))
        self._section.write(b"".join(frames))

    def finish(self) -> None:
        """Compress the articles that wait, and write the ends and the dictionary."""
        self._wait(0)
        self._section.finish()
        self._file.section("ends", [little_endian(self._ends)])
        content = self._dictionary.dict_content if self._dictionary else b""
        self._file.section("dictionary", [content])


def _learn(records: Sequence[Bytes]) -> zstd.ZstdDict | None:
    """Return a dictionary of the beginnings of evenly spaced articles; None if they are too few.

    Takes 1 ms. zstd's own trainer takes 40 ms for a dictionary of 32 KB, and compresses Reuters no
    better.
    """
    size = min(sum(map(len, records)) // _DICTIONARY_PART, _DICTIONARY_BYTES)
    if len(records) < _MIN_ARTICLES or size < _MIN_BYTES // _DICTIONARY_PART:
        return None
    pieces = [record[:_PIECE_BYTES] for record in _spread(records, size // _PIECE_BYTES)]
    samples = [bytes(record[:_SAMPLE_BYTES]) for record in _spread(records, _SAMPLES)]
    content = zstd.ZstdDict(b"".join(pieces)[:size], is_raw=True)
    try:
        return zstd.finalize_dict(content, samples, size, _LEVEL)
    except zstd.ZstdError:  # the samples have too little content
        return None


def _spread(records: Sequence[Bytes], count: int) -> Sequence[Bytes]:
    """Return at least ``count`` evenly spaced articles, or all of them if they are fewer."""
    return records[:: max(len(records) // count, 1)]


class StoredArticles:
    """The articles of a segment. Raises CorruptIndexError or ValueError if they are damaged."""

    def __init__(self, container: Container, num_docs: int) -> None:
        self._stored = container.paged("stored")
        self._ends = numbers_of(container.section("ends"), "I")
        if len(self._ends) != num_docs:
            raise ValueError(f"{len(self._ends)} articles for {num_docs} documents")
        content = container.section("dictionary")
        self._frames = FrameReader(bytes(content))

    def get(self, doc: int) -> bytes:
        """Return the record of document ``doc``. Safe to call from many threads."""
        return self._frames.unpack(
            self._stored.get(self._ends[doc - 1] if doc else 0, self._ends[doc])
        )

    def check(self) -> None:
        """Read and unpack all articles."""
        self._stored.check()
        for doc in range(len(self._ends)):
            self.get(doc)
