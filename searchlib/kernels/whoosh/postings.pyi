from array import array

def decode(
    data: bytes | memoryview, count: int, base: int
) -> tuple[array[int], array[float] | None]: ...
def payloads(
    data: bytes | memoryview, count: int, base: int, wanted: array[int]
) -> tuple[array[int], array[int], array[int]]: ...
