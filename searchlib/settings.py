"""The settings of an index, in a small JSON file beside its segments.

``crc32`` is that of the other values, as JSON on one line with their names in order.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from searchlib.errors import CorruptIndexError, IndexFormatError
from searchlib.schema import DEFAULT_WEIGHTS, TEXT_FIELDS

__all__ = ["FORMAT", "MAX_SETTINGS_BYTES", "SETTINGS_FILE", "Settings"]

FORMAT: Final = 4
"""The format of the index that this release reads and writes."""

SETTINGS_FILE: Final = "searchlib.json"

MAX_SETTINGS_BYTES: Final = 2**20
"""Maximum size of the settings file, to bound memory. It has some 200."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How the articles of an index are analyzed, and how results rank if a call does not say it.

    Raises ValueError for a parameter outside its range.
    """

    analyzer: str = "english"
    weights: Mapping[str, float] = field(default_factory=lambda: dict(DEFAULT_WEIGHTS))
    k1: float = 1.2
    b: float = 0.75

    def __post_init__(self) -> None:
        unknown = set(self.weights) - set(TEXT_FIELDS)
        if unknown:
            first = min(map(repr, unknown))
            raise ValueError(f"weights names {first}; there are {', '.join(TEXT_FIELDS)}")
        for name, weight in self.weights.items():
            if not (_is_number(weight) and 0.0 <= weight <= 1e6):
                raise ValueError(f"the weight of {name} must be from 0 to 1e6, not {weight!r:.80}")
        if not (_is_number(self.k1) and 0.0 <= self.k1 <= 1e6):
            raise ValueError(f"k1 must be from 0 to 1e6, not {self.k1!r:.80}")
        if not (_is_number(self.b) and 0.0 <= self.b <= 1.0):
            raise ValueError(f"b must be from 0 to 1, not {self.b!r:.80}")

    def overridden(
        self,
        weights: Mapping[str, float] | None = None,
        k1: float | None = None,
        b: float | None = None,
    ) -> Settings:
        """Return these settings with those of one call; fields not in ``weights`` keep theirs."""
        if weights is not None and not isinstance(weights, Mapping):
            raise TypeError(f"weights must map fields to numbers, not {weights!r:.80}")
        return Settings(
            analyzer=self.analyzer,
            weights={**self.weights, **(weights or {})},
            k1=self.k1 if k1 is None else k1,
            b=self.b if b is None else b,
        )

    def encode(self) -> bytes:
        """Return the content of the settings file."""
        values = {
            "format": FORMAT,
            "analyzer": self.analyzer,
            "weights": dict(self.weights),
            "k1": self.k1,
            "b": self.b,
        }
        return json.dumps({**values, "crc32": _checksum(values)}, indent=2).encode() + b"\n"

    @classmethod
    def decode(cls, data: bytes, path: str) -> Settings:
        """Read the settings file of the index at ``path``.

        Raises IndexFormatError for another format, CorruptIndexError for what encode never wrote.
        """
        try:
            values: dict[str, Any] = json.loads(data)
            if not isinstance(values, dict):
                raise ValueError(f"they are no object, but {values!r:.80}")  # noqa: TRY004  # as below
            checksum = values.pop("crc32", None)
            found = values.get("format")
            if type(found) is int and found != FORMAT:
                raise IndexFormatError(
                    f"the index has format {found}, and this searchlib reads format {FORMAT};"
                    f" {'upgrade searchlib' if found > FORMAT else 'index the articles again'}",
                    path=path,
                    found=found,
                    supported=FORMAT,
                )
            if checksum != _checksum(values):
                raise ValueError("the checksum is wrong")
            if type(found) is not int:
                raise ValueError(f"the format is {found!r:.80}")
            if not isinstance(values.get("analyzer"), str):
                raise ValueError("the analyzer has no name")  # noqa: TRY004  # caught below
            missing = [name for name in TEXT_FIELDS if name not in values["weights"]]
            if missing:
                raise ValueError(f"there is no weight of {missing[0]}")
            del values["format"]
            return cls(**values)
        except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
            raise CorruptIndexError(
                f"the settings cannot be read: {error}", path=path, file=SETTINGS_FILE
            ) from error


def _checksum(values: Mapping[str, Any]) -> str:
    return f"{zlib.crc32(json.dumps(values, sort_keys=True).encode()):08x}"


def _is_number(value: object) -> bool:
    # NaN and infinity are in no range. An integer may be too large to be asked whether it is one.
    return isinstance(value, int | float) and not isinstance(value, bool)
