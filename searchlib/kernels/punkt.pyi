from collections.abc import Callable

def ascii_sentences(
    text: bytes,
    begin: int,
    end: int,
    abbreviations: frozenset[bytes],
    has_end: Callable[[str], bool],
) -> list[tuple[int, int]]: ...
