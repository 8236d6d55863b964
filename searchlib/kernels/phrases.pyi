from array import array

def find(words: memoryview, rows: array[int], ends: array[int], num_docs: int) -> array[int]: ...
def following(
    left_spans: array[int],
    left_positions: array[int],
    right_spans: array[int],
    right_positions: array[int],
) -> tuple[array[int], array[int]]: ...
def merged(
    left_spans: array[int],
    left_positions: array[int],
    right_spans: array[int],
    right_positions: array[int],
) -> tuple[array[int], array[int]]: ...
def renumbered(
    spans: array[int],
    positions: array[int],
    forms: array[int],
    docs: array[int],
    new_forms: array[int],
) -> tuple[array[int], array[int], array[int]]: ...
