from array import array
from typing import Final

ROW: Final[int]

def parse(
    data: memoryview, words: memoryview, start: int, num_docs: int, window_bits: int
) -> tuple[array[int], int]: ...
def frequencies(
    words: memoryview, rows: array[int], mask: int, base: int, num_docs: int
) -> tuple[array[int], array[float]]: ...
def having(words: memoryview, rows: array[int], wanted: array[int]) -> array[int]: ...
def occurrences(
    words: memoryview, rows: array[int], num_docs: int, wanted: array[int], every: bool
) -> tuple[array[int], array[int], array[int]]: ...
def form_frequencies(
    spans: array[int], forms: array[int], wanted: bytes | bytearray, mask: int, base: int
) -> tuple[array[int], array[float]]: ...
