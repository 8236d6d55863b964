from array import array

__all__ = [
    "among_first",
    "at_least",
    "common",
    "in_fields",
    "keep",
    "near",
    "sloppy",
    "stretches",
    "union",
]

def in_fields(occurrences: array[int], mask: int) -> array[int]: ...
def keep(values: array[int], flags: bytearray) -> array[int]: ...
def common(firsts: array[int], others: array[int]) -> bytearray: ...
def stretches(
    firsts: array[int], lasts: array[int], within: int
) -> tuple[array[int], array[int]]: ...
def near(
    firsts: array[int],
    lasts: array[int],
    lows: array[int],
    highs: array[int],
    other_firsts: array[int],
    other_lasts: array[int],
    sides: int,
) -> bytearray: ...
def among_first(lasts: array[int], count: int) -> bytearray: ...
def at_least(firsts: array[int], least: int) -> bytearray: ...
def union(
    firsts: array[int],
    lasts: array[int],
    other_firsts: array[int],
    other_lasts: array[int],
) -> tuple[array[int], array[int]]: ...
def sloppy(
    occurrences: array[int], ends: array[int], words: array[int], slop: int
) -> tuple[array[int], array[int]]: ...
