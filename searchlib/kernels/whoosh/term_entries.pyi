__all__ = ["encode"]

def encode(
    previous: bytes,
    term: bytes,
    df: int,
    weight: int,
    max_weight: int,
    min_length: int,
    max_length: int,
    min_doc: int,
    max_doc: int,
    size: int,
    floats: bytes,
) -> bytes: ...
