from array import array

__all__ = ["begin", "encode", "mark", "marked", "scatter", "tally"]

def mark(numbers: array[int], seen: bytearray) -> None: ...
def marked(seen: bytearray) -> array[int]: ...
def tally(pairs: array[int], term_of: array[int], totals: array[int]) -> None: ...
def begin(first: array[int], second: array[int]) -> None: ...
def scatter(
    pairs: array[int],
    places: array[int],
    counts: array[int],
    first_span: int,
    term_of: array[int],
    form_of: array[int],
    next_at: array[int],
    spans: array[int],
    positions: array[int],
    forms: array[int],
) -> None: ...
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
