from array import array

__all__ = ["encode"]

def encode(
    docs: array[int],
    weights: array[float],
    weight_bytes: bytes,
    lengths: array[int],
    payloads: bytes,
    sizes: array[int],
    foreign: bool,
) -> bytes | None: ...
