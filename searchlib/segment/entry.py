"""What a commit knows of a segment, and the name of its file."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["SegmentEntry", "segment_file"]


@dataclass(frozen=True, slots=True)
class SegmentEntry:
    """A segment of a commit. ``deleted`` strictly increases; ``readable`` is for merges."""

    name: str
    documents: int
    deleted: tuple[int, ...] = ()
    readable: bool = True

    @property
    def live(self) -> int:
        """How many documents are not deleted."""
        return self.documents - len(self.deleted)


def segment_file(name: str) -> str:
    """Return the name of the file of a segment."""
    return f"{name}.articles"
