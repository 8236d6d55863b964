"""Who builds the segments of a transaction: this process, or others in its name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol, TypeVar

from searchlib.files.storage import DirectoryStorage
from searchlib.segment.builder import SegmentBuilder
from searchlib.segment.documents import DocumentBatch

__all__ = ["Batch", "BatchT", "Builder", "Builders", "BuildersHere", "build_segment"]


class Batch(Protocol):
    """Articles on their way into a segment: analyzed ones, or ones that a process analyzes."""

    @property
    def article_ids(self) -> Sequence[str]:
        """The ids of the articles, in the order of insertion."""
        ...


BatchT = TypeVar("BatchT", bound=Batch)
BatchT_contra = TypeVar("BatchT_contra", bound=Batch, contravariant=True)


class Builder(Protocol[BatchT_contra]):
    """A segment in the making: SegmentBuilder, or what stands for one in another process."""

    @property
    def num_docs(self) -> int:
        """The number of documents so far."""
        ...

    @property
    def is_full(self) -> bool:
        """Whether the segment should be finished before another batch is added."""
        ...

    def add(self, batch: BatchT_contra, /) -> None:
        """Add documents behind those there are."""

    def finish(self) -> None:
        """Write the segment, or have it written."""


class Builders(Protocol[BatchT_contra]):
    """Makes the builders of a transaction, which all take one kind of batch."""

    def begin(self, storage: Any, name: str, /) -> Builder[BatchT_contra]:
        """Return the builder of the segment ``name``."""
        ...

    def wait(self) -> None:
        """Return when all segments that were finished are written."""


class BuildersHere:
    """Builders that have written their segment when they are finished."""

    def begin(self, storage: Any, name: str) -> Builder[DocumentBatch]:
        """Return a builder that writes the segment when it is finished."""
        return SegmentBuilder(storage, name)

    def wait(self) -> None:
        """Do nothing: what is finished is written."""


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
