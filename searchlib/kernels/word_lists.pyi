from array import array

def find(
    data: memoryview, blocks: memoryview, keys: bytes, ends: array[int], room: int
) -> tuple[int, array[int], array[int]]: ...
def gather(
    words: memoryview,
    rows: array[int],
    wanted: bytes | bytearray,
    num_docs: int,
    out: array[int],
    at: int,
) -> int: ...
def total(
    occurrences: array[int], mask: int, base: int, num_docs: int
) -> tuple[array[int], array[float]]: ...
