from array import array

def following(left: array[int], right: array[int]) -> array[int]: ...
def merged(left: array[int], right: array[int]) -> array[int]: ...
def renumbered(
    spans: array[int],
    positions: array[int],
    forms: array[int],
    docs: array[int],
    new_forms: array[int],
) -> tuple[array[int], array[int], array[int]]: ...
