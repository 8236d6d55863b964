from array import array

__all__ = ["top_k", "top_of_places"]

def top_k(scores: array[float], k: int) -> array[int]: ...
def top_of_places(
    places: array[int],
    weights: array[float],
    norms: array[float],
    excluded: bytes | bytearray,
    k1: float,
    idf: float,
    k: int,
) -> tuple[array[int], array[float]]: ...
