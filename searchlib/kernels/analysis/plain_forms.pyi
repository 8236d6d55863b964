from array import array
from typing import Final

__all__ = ["PAGE", "plain_form"]

PAGE: Final[int]

def plain_form(data: bytes, pages: array[int], cells: bytes) -> bytes | int: ...
