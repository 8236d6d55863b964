from array import array

class WordTable:
    def __init__(self, giant: int = ...) -> None: ...
    def __len__(self) -> int: ...
    def new_words(self) -> tuple[bytes, array[int], list[tuple[int, bytes]]]: ...
    def size(self) -> int: ...
    def scan(
        self, data: bytes | memoryview, starts: array[int], ends: array[int], fold_case: bool
    ) -> tuple[array[int], array[int]]: ...

def expand(
    ids: array[int],
    counts: array[int],
    known: array[int],
    ends: array[int],
    advances: array[int],
    numbers: array[int],
    places: array[int],
) -> tuple[array[int], array[int], array[int], array[int]]: ...
