"""Ids in the order of documents, whatever characters they have."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchlib.errors import CorruptIndexError
from searchlib.segment.ids import ArticleIds, IdsWriter
from tests.helpers.containers import opened as opened_container
from tests.helpers.containers import written_by

pytestmark = pytest.mark.kernels
texts = st.text(st.characters(exclude_categories=("Cs",)))


def written(*batches: list[str]) -> bytes:
    ids = IdsWriter()
    for batch in batches:
        ids.add(batch)
    return written_by(ids.write)


def opened(data: bytes, count: int) -> ArticleIds:
    return ArticleIds(opened_container(data), count)


@given(st.lists(st.lists(texts, max_size=5), max_size=4))
def test_ids_come_back(batches):
    flat = [article_id for batch in batches for article_id in batch]
    ids = opened(written(*batches), len(flat))
    assert [ids.get(doc) for doc in range(len(flat))] == flat
    ids.check()


def test_there_is_an_id_for_every_document():
    with pytest.raises(ValueError, match="ids for 3 documents"):
        opened(written(["a", "b"]), 3)


def test_damage_is_seen():
    data = bytearray(written(["first", "second"]))
    data[data.index(b"second")] ^= 1
    with pytest.raises(CorruptIndexError):
        opened(bytes(data), 2).get(1)
