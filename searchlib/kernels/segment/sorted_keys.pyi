from array import array

__all__ = ["decode", "encode", "find", "find_all"]

def encode(
    keys: bytes | bytearray, ends: array[int], firsts: array[int], seconds: array[int]
) -> tuple[bytearray, array[int]]: ...
def find(data: memoryview, blocks: memoryview, key: bytes) -> tuple[int, int, int]: ...
def find_all(
    data: memoryview, blocks: memoryview, keys: bytes, ends: array[int], room: int
) -> tuple[int, array[int]]: ...
def decode(
    data: memoryview, start: int, most: int
) -> tuple[bytes, array[int], array[int], array[int], int]: ...
