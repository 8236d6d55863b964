from array import array

def expand(
    ids: array[int],
    counts: array[int],
    known: array[int],
    ends: array[int],
    advances: array[int],
    numbers: array[int],
    places: array[int],
) -> tuple[array[int], array[int], array[int], array[int]]: ...
