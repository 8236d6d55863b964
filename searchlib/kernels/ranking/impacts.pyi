from array import array

__all__ = ["copy", "tabulate"]

def copy(
    found: array[int],
    values: array[float],
    base: int,
    num_docs: int,
    docs: array[int],
    scores: array[int],
    at: int,
) -> int: ...
def tabulate(
    docs: array[int],
    scores: array[int],
    start: int,
    end: int,
    window_bits: int,
    tables: array[int],
    at: int,
    windows: int,
) -> None: ...
