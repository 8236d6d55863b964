from array import array
from collections.abc import Sequence

def match(
    data: memoryview, blocks: memoryview, pattern: Sequence[int | array[int]]
) -> tuple[bytes, array[int]]: ...
def counts(data: memoryview, places: array[int]) -> array[int]: ...
