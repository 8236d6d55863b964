from array import array
from typing import Final

PAGE: Final[int]

def plain_form(data: bytes, pages: array[int], cells: bytes) -> bytes | int: ...
