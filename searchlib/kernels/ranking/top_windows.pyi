from array import array

__all__ = ["top"]

def top(
    docs: array[int],
    scores: array[int],
    tables: array[int],
    terms: array[int],
    num_docs: int,
    excluded: bytes | bytearray,
    k: int,
    threshold: float,
    window_bits: int,
) -> tuple[array[int], array[float], int]: ...
