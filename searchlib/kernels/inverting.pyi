from array import array

def distinct(numbers: array[int], limit: int) -> array[int]: ...
def invert(
    pairs: array[int],
    places: array[int],
    counts: array[int],
    term_of: array[int],
    form_of: array[int],
    num_terms: int,
) -> tuple[array[int], array[int], array[int], array[int]]: ...
def encode(
    first_term: int,
    ends: array[int],
    spans: array[int],
    positions: array[int],
    forms: array[int],
    num_forms: array[int],
    num_docs: int,
    window_bits: int,
    out: array[int],
    starts: array[int],
    dfs: array[int],
    masks: bytearray,
) -> tuple[int, int]: ...
