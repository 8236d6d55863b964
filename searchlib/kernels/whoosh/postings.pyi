from array import array

__all__ = ["decode", "payloads"]

def decode(
    data: bytes | memoryview, count: int, base: int
) -> tuple[array[int], array[float] | None]: ...
def payloads(
    data: bytes | memoryview, count: int, base: int, wanted: array[int]
) -> tuple[array[int], array[int], array[int]]: ...
