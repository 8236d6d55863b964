from array import array

def normalise(
    docs: array[int],
    frequencies: array[float],
    lengths: array[int],
    weight: float,
    b: float,
    avg_length: float,
) -> array[float]: ...
def saturate(frequencies: array[float], k1: float, idf: float) -> array[float]: ...
