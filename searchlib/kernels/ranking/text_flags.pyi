from array import array
from collections.abc import Callable

__all__ = ["SpelledSpans", "TogetherSpans", "fields_of", "up_to"]

def fields_of(occurrences: array[int]) -> array[int]: ...
def up_to(firsts: array[int], lasts: array[int], bounds: array[int]) -> bytearray: ...

class TogetherSpans:
    def __init__(
        self,
        firsts: array[int],
        lasts: array[int],
        other_firsts: array[int],
        other_lasts: array[int],
        ordered: bool,
        flags: bytearray,
        other_flags: bytearray,
    ) -> None: ...
    def next_field(self) -> int: ...
    def mark(self, rows: array[int], starts: array[int]) -> None: ...

class SpelledSpans:
    def __init__(
        self,
        firsts: array[int],
        spellings: list[bytes],
        befores: array[int],
        kinds: array[int],
        word_spellings: array[int],
        seen: Callable[[bytes], bytes],
        flags: bytearray,
    ) -> None: ...
    def next_field(self) -> int: ...
    def mark(self, text: bytes, rows: array[int]) -> None: ...
