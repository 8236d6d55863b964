from array import array

def top_k(
    docs: array[int], scores: array[float], ties: array[int], k: int
) -> array[int]: ...
