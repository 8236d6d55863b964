from array import array

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
