from array import array

__all__ = ["number_pairs", "word_keys"]

def number_pairs(
    names: bytes, numbers: array[int], limit: int
) -> tuple[bytes, array[int], bytes, array[int], array[int], array[int], array[int]]: ...
def word_keys(
    words: bytes | bytearray, sizes: array[int], num_forms: array[int], starts: array[int]
) -> tuple[bytes, array[int], array[int], array[int]]: ...
