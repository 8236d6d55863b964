"""Container files in memory: written, and opened again."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping

from searchlib.files.container import Container
from searchlib.files.container_writing import ContainerWriter

KIND = b"TEST"


def written_by(write: Callable[[ContainerWriter], object]) -> bytes:
    """Return a container with the sections that ``write`` writes."""
    file = io.BytesIO()
    writer = ContainerWriter(file, KIND)
    write(writer)
    writer.finish()
    return file.getvalue()


def written(
    sections: Mapping[str, Iterable[bytes]], paged: Mapping[str, Iterable[bytes]] | None = None
) -> bytes:
    """Return a container with these sections, the paged ones last."""

    def write(writer: ContainerWriter) -> None:
        for name, pieces in sections.items():
            writer.section(name, pieces)
        for name, pieces in (paged or {}).items():
            writer.paged_section(name, pieces)

    return written_by(write)


def opened(data: bytes, kind: bytes = KIND) -> Container:
    return Container(data, kind, path="/index", name="a.test")
