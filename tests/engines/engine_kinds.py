"""The engines that the suite is run for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import searchlib
from searchlib import Index
from searchlib.engine import Settings
from tests.engines.plain_engine import PlainEngine

__all__ = ["KINDS", "MakeIndex"]

MakeIndex = Callable[..., Index]


def _settings(options: dict[str, Any]) -> Settings:
    analyzer = options.pop("analyzer", "english")
    return Settings(analyzer=analyzer).overridden(**options)


def _files(folder: Path, **options: Any) -> Index:
    return searchlib.create(folder / f"index-{len(list(folder.iterdir()))}", **options)


def _memory(folder: Path, **options: Any) -> Index:
    return searchlib.in_memory(**options)


def _plain(folder: Path, **options: Any) -> Index:
    return Index(PlainEngine(_settings(options)))


def _plain_patterns(folder: Path, **options: Any) -> Index:
    return Index(PlainEngine(_settings(options), spells_out=True))


KINDS: dict[str, Callable[..., Index]] = {
    "files": _files,
    "memory": _memory,
    "plain": _plain,
    "plain-patterns": _plain_patterns,
}
