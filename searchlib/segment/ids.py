"""The ids of a segment's articles, in the order of its documents.

    ids        = UTF-8*     paged, without separators
    id_ends    = u32*       the end of each id in bytes

Reading an id takes 1 µs. The article need not be read for it.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import accumulate, islice

from searchlib.files.container import Container, little_endian
from searchlib.files.container_writing import ContainerWriter
from searchlib.files.views import numbers_of

__all__ = ["ArticleIds", "IdsWriter"]


class IdsWriter:
    """Collects the ids of a segment and writes them at its end."""

    def __init__(self) -> None:
        self._ids = bytearray()
        self._ends = array("I")

    def add(self, article_ids: Sequence[str]) -> None:
        """Append the ids of the next documents."""
        joined = "".join(article_ids)
        size = len if joined.isascii() else _size
        sizes = map(size, article_ids)
        self._ends.extend(islice(accumulate(sizes, initial=len(self._ids)), 1, None))
        self._ids += joined.encode()

    def write(self, file: ContainerWriter) -> None:
        """Write all ids, and free their memory."""
        section = file.open_paged("ids")
        section.write(self._ids)
        section.finish()
        file.section("id_ends", [little_endian(self._ends)])
        self._ids, self._ends = bytearray(), array("I")


class ArticleIds:
    """The ids of a segment. Raises CorruptIndexError or ValueError if they are damaged."""

    def __init__(self, container: Container, num_docs: int) -> None:
        self._ids = container.paged("ids")
        self._ends = numbers_of(container.section("id_ends"), "I")
        if len(self._ends) != num_docs:
            raise ValueError(f"{len(self._ends)} ids for {num_docs} documents")

    def get(self, doc: int) -> str:
        """Return the id of document ``doc``. Safe to call from many threads."""
        return str(self._ids.get(self._ends[doc - 1] if doc else 0, self._ends[doc]), "utf-8")

    def check(self) -> None:
        """Read all ids and verify their checksums."""
        self._ids.check()
        for doc in range(len(self._ends)):
            self.get(doc)


def _size(text: str) -> int:
    return len(text.encode())
