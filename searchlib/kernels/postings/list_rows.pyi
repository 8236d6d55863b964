from array import array

__all__ = [
    "filter_docs",
    "find_document",
    "form_frequencies",
    "forms",
    "frequencies",
    "move_occurrences",
    "places",
    "write_impacts",
]

def frequencies(
    words: memoryview, rows: array[int], mask: int, base: int, num_docs: int
) -> tuple[array[int], array[float]]: ...
def filter_docs(words: memoryview, rows: array[int], wanted: array[int]) -> array[int]: ...
def forms(words: memoryview, rows: array[int]) -> array[int]: ...
def form_frequencies(
    places: array[int], forms: array[int], wanted: bytes | bytearray, mask: int, base: int
) -> tuple[array[int], array[float]]: ...
def places(
    words: memoryview, rows: array[int], num_docs: int, wanted: array[int], every: bool
) -> array[int]: ...
def write_impacts(
    words: memoryview,
    rows: array[int],
    weights: array[float],
    norms: array[float],
    k1: float,
    idf: float,
    docs: array[int],
    scores: array[int],
    at: int,
) -> int: ...
def find_document(words: memoryview, rows: array[int], doc: int) -> int: ...
def move_occurrences(
    words: memoryview,
    rows: array[int],
    docs: array[int],
    new_forms: array[int],
    first_form: int,
    num_forms: int,
    spans: array[int],
    positions: array[int],
    forms: array[int],
    start: int,
) -> int: ...
