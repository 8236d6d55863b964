from array import array

def decode(
    data: bytes | memoryview, count: int, base: int
) -> tuple[array[int], array[float] | None]: ...
