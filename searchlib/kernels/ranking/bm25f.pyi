from array import array

__all__ = ["counted", "normalise", "norms", "saturate", "sum_counts", "sum_fields"]

def norms(lengths: memoryview, b: float, averages: array[float]) -> array[float]: ...
def normalise(
    docs: array[int],
    frequencies: array[float],
    norms: array[float],
    field: int,
    weight: float,
) -> array[float]: ...
def saturate(frequencies: array[float], k1: float, idf: float) -> array[float]: ...
def sum_fields(
    occurrences: array[int], weights: array[float], norms: array[float], base: int
) -> tuple[array[int], array[float]]: ...
def sum_counts(
    counts: memoryview,
    windows: bytearray,
    window_bits: int,
    weights: array[float],
    norms: array[float],
    base: int,
) -> tuple[array[int], array[float]]: ...
def counted(
    counts: memoryview, windows: bytearray, window_bits: int, field: int, base: int
) -> tuple[array[int], array[float]]: ...
