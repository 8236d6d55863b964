"""Articles that are as long as one may be, and longer: refused before anything is changed."""

from __future__ import annotations

import math

import pytest

import searchlib
from searchlib import Article, MalformedArticleError, article_size
from searchlib.article import MAX_ARTICLE_BYTES
from searchlib.article_size import check_size
from searchlib.files import frames
from searchlib.indexing.article_analysis import prepare
from searchlib.segment import merging as segment_merging

MIB = 2**20


def of(chars: int, character: str) -> dict[str, Article]:
    text = character * chars
    return {
        "headline": Article(article_id="a", headline=text),
        "body": Article(article_id="a", body=text),
        "caption": Article(article_id="a", caption=text),
        "article_id": Article(article_id=text),
        "source": Article(article_id="a", source=text),
        "authors": Article(article_id="a", authors=["b", text]),
        "tags": Article(article_id="a", tags=[text]),
        "metadata": Article(article_id="a", metadata={"deep": [1, {"er": [text]}]}),
        "a name": Article(article_id="a", metadata={text: 1}),
        "some of each": Article(
            article_id="a", headline=text[::3], caption=text[1::3], metadata={"x": text[2::3]}
        ),
    }


@pytest.mark.parametrize("where", of(1, "x"))
@pytest.mark.parametrize(("character", "bytes_each"), [("x", 1), ("é", 2), ("語", 3), ("🐎", 4)])
def test_the_limit_is_one_of_bytes_wherever_they_stand(
    where, character, bytes_each, monkeypatch
) -> None:
    monkeypatch.setattr(article_size, "MAX_ARTICLE_BYTES", MIB)
    chars = MIB // bytes_each
    check_size(of(chars - 2000, character)[where])
    with pytest.raises(MalformedArticleError, match="1 MiB is the limit"):
        check_size(of(chars + 1, character)[where])


def test_a_size_just_above_the_limit_does_not_look_like_the_limit(monkeypatch) -> None:
    monkeypatch.setattr(article_size, "MAX_ARTICLE_BYTES", MIB)
    with pytest.raises(MalformedArticleError, match=r"has 1\.1 MiB, and 1 MiB is the limit"):
        check_size(Article(article_id="a", body="x" * MIB))


def test_what_is_escaped_counts_as_it_is_written(monkeypatch) -> None:
    monkeypatch.setattr(article_size, "MAX_ARTICLE_BYTES", 6 * MIB)
    check_size(Article(article_id="a", metadata={"x": "\x00" * (MIB - 1000)}))
    with pytest.raises(MalformedArticleError, match="is the limit"):
        check_size(Article(article_id="a", metadata={"x": "\x00" * MIB}))


@pytest.mark.parametrize(
    "metadata",
    [
        {"x": [0] * 100_000},
        {"x": [[]] * 100_000},
        {"x": [{}] * 100_000},
        {"x": {str(n): None for n in range(50_000)}},
        {"x": [1e-300, -math.pi, 10**4000] * 1000},
        {"x": [True, False, None] * 50_000},
    ],
)
def test_no_value_is_counted_for_less_than_it_takes(monkeypatch, metadata) -> None:
    article = Article(article_id="a", headline="b", metadata=metadata)
    size = len(prepare([article]).records)
    monkeypatch.setattr(article_size, "MAX_ARTICLE_BYTES", size - 1)
    with pytest.raises(MalformedArticleError):
        check_size(article)


@pytest.mark.parametrize("many", [False, True])
def test_a_writer_goes_on_without_one_that_is_too_long(many) -> None:
    too_long = Article(article_id="long", body="x" * (MAX_ARTICLE_BYTES + 1))
    with searchlib.in_memory() as index:
        with index.writer() as writer:
            writer.add(Article(article_id="before", body="horses"))
            with pytest.raises(MalformedArticleError, match=r"'long' has 64\.1 MiB"):
                writer.add_many([too_long]) if many else writer.add(too_long)
            writer.add(Article(article_id="after", body="horses"))
        assert [hit.article_id for hit in index.search("horses")] == ["before", "after"]


def test_the_longest_article_is_read_again_and_merged(monkeypatch) -> None:
    for module in (article_size, frames):  # the least that the writer gives to zstd as one
        monkeypatch.setattr(module, "MAX_ARTICLE_BYTES", 2 * MIB)
    longest = Article(article_id="long", body="é " * (2 * MIB // 3 - 1000))
    with searchlib.in_memory() as index:
        for article in (Article(article_id="first"), longest, Article(article_id="last")):
            with index.writer() as writer:
                writer.add(article)
        commit, _ = index._engine.store.latest()
        merged = segment_merging.merge(index._engine.store.storage, commit.segments, "MAIN_all")
        assert merged.documents == 3
        assert index.get("long") == longest
        assert index.check() == []


def test_the_reader_has_the_limit_of_the_writer() -> None:
    reader = frames.FrameReader(b"")
    for size in (MAX_ARTICLE_BYTES, MAX_ARTICLE_BYTES + 1):
        frame = frames.zstd.compress(bytes(size))
        if size <= MAX_ARTICLE_BYTES:
            assert len(reader.unpack(frame)) == size
        else:
            with pytest.raises(ValueError, match="an article cannot have"):
                reader.unpack(frame)
