from array import array

__all__ = ["expand"]

def expand(
    ids: array[int],
    counts: array[int],
    known: array[int],
    ends: array[int],
    advances: array[int],
    numbers: array[int],
    offsets: array[int],
) -> tuple[array[int], array[int], array[int], array[int]]: ...
