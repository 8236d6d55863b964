from array import array
from typing import Final

ROW: Final[int]
NUM_POSTINGS: Final[int]
FORM_WIDTH: Final[int]
NUM_OCCURRENCES: Final[int]

def parse(
    data: memoryview, words: memoryview, start: int, num_docs: int, window_bits: int
) -> tuple[array[int], int]: ...
