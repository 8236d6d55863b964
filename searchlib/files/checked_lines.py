"""A file of one line of JSON and one line with its checksum, both ASCII.

    {"version": 4, "generation": 7, ...}
    crc32 5a3c0c1e

Commit files have this form.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from searchlib.errors import CorruptIndexError, IndexFormatError

__all__ = ["check_list", "check_natural", "decode_checked", "encode_checked"]

T = TypeVar("T")

_MAX_SHOWN: Final = 200
"""Maximum length of an error of parsing in a message, in characters: it may show a whole schema."""


def encode_checked(values: Mapping[str, Any]) -> bytes:
    """Return the content of a file that holds ``values``."""
    line = json.dumps(values, allow_nan=False).encode() + b"\n"
    return line + _checksum_line(line)


def decode_checked(
    data: bytes,
    parse: Callable[[dict[str, Any]], T],
    *,
    version: int,
    path: str,
    file: str,
    remedy: str,
) -> T:
    """Return what ``parse`` makes of the values in the commit file ``file``.

    Raises IndexFormatError if its ``version`` is another, and CorruptIndexError if the checksum is
    wrong or ``parse`` raises an error that bad values cause. ``remedy`` is what the messages tell
    the user to do, after a semicolon.
    """
    line, _, end = data.partition(b"\n")
    line += b"\n"
    if end != _checksum_line(line):
        raise CorruptIndexError(
            f"the commit file {file} is damaged; {remedy}", path=path, file=file
        )
    try:
        values = json.loads(line)
        found = check_natural(values["version"])
        if found == version:
            return parse(values)
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise CorruptIndexError(
            f"the commit file {file} cannot be read: {error!r:.{_MAX_SHOWN}}", path=path, file=file
        ) from error
    raise IndexFormatError(
        f"the commit {file} has version {found}, and this searchlib reads {version}; use the"
        f" searchlib that wrote it, or {remedy}",
        path=path,
        found=found,
        supported=version,
    )


def _checksum_line(line: bytes) -> bytes:
    return f"crc32 {zlib.crc32(line):08x}\n".encode()


def check_natural(number: Any) -> int:
    """Return ``number`` if it is an integer from 0 on. Raises ValueError otherwise."""
    if type(number) is not int or number < 0:
        raise ValueError(f"{number!r} is no natural number")
    return number


def check_list(values: Any) -> list[Any]:
    """Return ``values`` if it is a list. Raises ValueError otherwise."""
    if not isinstance(values, list):
        raise ValueError(f"{values!r} is no list")  # noqa: TRY004  # of a file, not of arguments
    return values
