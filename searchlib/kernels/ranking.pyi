from array import array

def top(
    words: memoryview,
    rows: array[int],
    highest: array[float],
    ends: array[int],
    roles: array[int],
    weights: array[float],
    idfs: array[float],
    norms: array[float],
    excluded: bytes | bytearray,
    k1: float,
    k: int,
    threshold: float,
    window_bits: int,
) -> tuple[array[int], array[float], int]: ...
