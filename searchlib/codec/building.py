"""Who builds the segments of a transaction: this process, or others in its name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from searchlib.codec.article_writing import SegmentBuilder
from searchlib.codec.documents import DocumentBatch
from searchlib.codec.storage import DirectoryStorage

__all__ = ["Builder", "Builders", "BuildersHere", "build_segment"]


class Builder(Protocol):
    """A segment in the making: SegmentBuilder, or what stands for one in another process."""

    @property
    def num_docs(self) -> int: ...

    @property
    def is_full(self) -> bool: ...

    def add(self, batch: Any, /) -> None: ...

    def finish(self) -> None: ...


class Builders(Protocol):
    """Makes the builders of a transaction. wait() returns when all finished ones are written."""

    def begin(self, storage: Any, name: str, /) -> Builder: ...

    def wait(self) -> None: ...


class BuildersHere:
    """Builders that have written their segment when they are finished."""

    def begin(self, storage: Any, name: str) -> Builder:
        return SegmentBuilder(storage, name)

    def wait(self) -> None:
        """Do nothing."""


def build_segment(folder: str, name: str, batches: Iterable[DocumentBatch]) -> None:
    """Write a segment of an index whose transaction is another process's."""
    storage = DirectoryStorage(folder)
    try:
        builder = SegmentBuilder(storage, name)
        for batch in batches:
            builder.add(batch)
        builder.finish()
    finally:
        storage.abandon_files()
