"""Build the segments of a transaction, in this process or in others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol, TypeVar

from searchlib.files.storage import DirectoryStorage
from searchlib.segment.builder import SegmentBuilder
from searchlib.segment.documents import DocumentBatch

__all__ = ["Batch", "BatchT", "Builder", "Builders", "BuildersHere", "build_segment"]


class Batch(Protocol):
    """Articles to be added to a segment, analyzed or not."""

    @property
    def article_ids(self) -> Sequence[str]:
        """The ids of the articles, in the order of insertion."""
        ...


BatchT = TypeVar("BatchT", bound=Batch)
BatchT_contra = TypeVar("BatchT_contra", bound=Batch, contravariant=True)


class Builder(Protocol[BatchT_contra]):
    """Builds one segment: a SegmentBuilder, or a proxy of one in another process."""

    @property
    def num_docs(self) -> int:
        """The number of documents added so far."""
        ...

    @property
    def is_full(self) -> bool:
        """Whether the segment should be finished before another batch is added."""
        ...

    def add(self, batch: BatchT_contra, /) -> None:
        """Append documents."""

    def finish(self) -> None:
        """Write the segment, or start another process that writes it."""


class Builders(Protocol[BatchT_contra]):
    """Makes the builders of a transaction, which all take the same kind of batch."""

    def begin(self, storage: Any, name: str, /) -> Builder[BatchT_contra]:
        """Return a builder of the segment ``name``."""
        ...

    def wait(self) -> None:
        """Wait until all finished segments are written."""


class BuildersHere:
    """Makes builders that write their segment in this process."""

    def begin(self, storage: Any, name: str) -> Builder[DocumentBatch]:
        """Return a builder whose finish() writes the segment."""
        return SegmentBuilder(storage, name)

    def wait(self) -> None:
        """Do nothing: finish() has written the segments."""


def build_segment(folder: str, name: str, batches: Iterable[DocumentBatch]) -> None:
    """Write a segment in the folder of an index. The transaction belongs to another process."""
    storage = DirectoryStorage(folder)
    try:
        builder = SegmentBuilder(storage, name)
        for batch in batches:
            builder.add(batch)
        builder.finish()
    finally:
        storage.abandon_files()
