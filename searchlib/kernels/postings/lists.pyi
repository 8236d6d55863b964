from array import array
from typing import Final

__all__ = ["NUM_OCCURRENCES", "NUM_POSTINGS", "ROW", "begin", "count", "parse"]

ROW: Final[int]
NUM_POSTINGS: Final[int]
NUM_OCCURRENCES: Final[int]

def count(
    data: memoryview,
    words: memoryview,
    wanted: array[int],
    num_docs: int,
    window_bits: int,
    counts: memoryview,
    windows: bytearray,
    pages: bytearray,
    page_bits: int,
    places: array[int],
) -> None: ...
def begin(counts: memoryview, windows: bytearray, window_bits: int) -> int: ...
def parse(
    data: memoryview, words: memoryview, start: int, num_docs: int, window_bits: int
) -> tuple[array[int], int]: ...
