from array import array
from collections.abc import Sequence

__all__ = ["counts", "match"]

def match(
    data: memoryview, blocks: memoryview, pattern: Sequence[int | array[int]]
) -> tuple[bytes, array[int]]: ...
def counts(data: memoryview, starts: array[int]) -> array[int]: ...
