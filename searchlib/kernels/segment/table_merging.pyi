from array import array

__all__ = ["interleaved", "list_words", "moved_docs", "united_words"]

def interleaved(
    keys: bytes,
    part_ends: array[int],
    firsts: array[int],
    seconds: array[int],
    counts: array[int],
    sizes: array[int],
    taken: array[int],
    more: bytes,
) -> tuple[bytes, array[int], array[int], array[int], array[int], array[int]]: ...
def list_words(
    keys: bytes | bytearray,
    ends: array[int],
    lists: array[int],
    forms: array[int],
    starts: array[int],
) -> tuple[bytes, array[int], array[int]]: ...
def united_words(
    having: array[int],
    tables: array[int],
    taken: array[int],
    num_forms: array[int],
    sizes: array[int],
    words: bytes,
) -> tuple[bytes, array[int], array[int], array[int], array[int]]: ...
def moved_docs(data: memoryview, start: int, df: int, docs: array[int]) -> array[int]: ...
