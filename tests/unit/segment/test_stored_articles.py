"""Articles written by a thread of their own: in order, bounded, and no error is lost."""

from __future__ import annotations

import errno
import io
import random

import pytest

from searchlib.files.container import Container
from searchlib.files.container_writing import ContainerWriter
from searchlib.segment import stored_articles
from searchlib.segment.stored_articles import StoredArticles, StoredWriter
from tests.helpers.containers import KIND, opened, written_by

pytestmark = pytest.mark.kernels


def texts(count: int, words: int, seed: int = 1) -> list[bytes]:
    chance = random.Random(seed)
    known = [f"{chance.getrandbits(40):x}" for _ in range(500)]
    return [" ".join(chance.choices(known, k=words)).encode() for _ in range(count)]


def written(*batches: list[bytes]) -> Container:
    def write(container: ContainerWriter) -> None:
        writer = StoredWriter(container)
        for batch in batches:
            writer.write(batch)
        writer.finish()

    return opened(written_by(write))


@pytest.mark.parametrize("waiting", [0, 1, 1 << 25])
def test_articles_come_back_in_order(monkeypatch, waiting):
    monkeypatch.setattr(stored_articles, "_WAITING_BYTES", waiting)
    # Small batches are compressed at once, behind what waits.
    batches = [texts(400, 100, 1), texts(3, 9, 2), texts(500, 90, 3), [], [b""]] * 3
    flat = [article for batch in batches for article in batch]
    stored = StoredArticles(written(*batches), len(flat))
    assert [stored.get(doc) for doc in range(len(flat))] == flat


def test_no_more_waits_than_is_said(monkeypatch):
    monkeypatch.setattr(stored_articles, "_WAITING_BYTES", 500_000)
    writer = StoredWriter(ContainerWriter(io.BytesIO(), KIND))
    batch = texts(400, 60)
    size = sum(map(len, batch))
    assert 200_000 < size < 500_000
    for _ in range(20):
        writer.write(batch)
        assert writer._waiting_bytes <= 500_000
    writer.write(batch * 5)  # what is more by itself waits alone
    assert writer._waiting_bytes in (0, 5 * size)
    writer.finish()


def test_many_articles_have_a_dictionary_and_few_have_none():
    many = texts(500, 90)
    container = written(many)
    dictionary = len(container.section("dictionary"))
    assert 0 < dictionary <= len(b"".join(many)) // 16
    small = written(many[:400], many[400:])
    assert len(written(many[:40]).section("dictionary")) == 0
    assert len(small.section("dictionary")) > 0
    assert len(written([b"a" * 200_000]).section("dictionary")) == 0
    alone = sum(container.paged("stored").size for container in map(written, [[a] for a in many]))
    assert container.paged("stored").size + dictionary < alone


def test_articles_with_nothing_in_them_need_no_dictionary():
    batch = [bytes(4000)] * 50
    stored = StoredArticles(written(batch), 50)
    assert [stored.get(doc) for doc in range(50)] == batch


class FullDisk(io.BytesIO):
    def write(self, data):
        if len(data) > 1000:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(data)


def test_an_error_of_the_disk_is_raised_later():
    writer = StoredWriter(ContainerWriter(FullDisk(), KIND))
    writer.write(texts(400, 100))
    with pytest.raises(OSError, match="No space"):
        writer.finish()
    with pytest.raises(OSError, match="No space"):
        writer.write(texts(400, 100))
