"""The entry of a segment in a commit, and the name of its file."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["SegmentEntry", "segment_file"]


@dataclass(frozen=True, slots=True)
class SegmentEntry:
    """A segment of a commit. ``deleted`` lists deleted documents in strictly ascending order.

    ``readable`` is False if a merge found the segment damaged. It is not merged again.
    """

    name: str
    documents: int
    deleted: tuple[int, ...] = ()
    readable: bool = True

    @property
    def live(self) -> int:
        """The number of documents that are not deleted."""
        return self.documents - len(self.deleted)


def segment_file(name: str) -> str:
    """Return the name of the file of a segment."""
    return f"{name}.articles"
