__all__ = ["around"]

def around(
    text: bytes,
    core: tuple[int, int],
    sentence: tuple[int, int],
    free: tuple[int, int],
    max_chars: int,
) -> tuple[int, int]: ...
