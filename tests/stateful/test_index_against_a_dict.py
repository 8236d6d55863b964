"""An index and a dict are given the same changes, and must hold the same articles after each."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle as Values
from hypothesis.stateful import (
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    precondition,
    rule,
)

import searchlib
from searchlib import Article, Index, SearchResults, Writer

pytestmark = pytest.mark.kernels

IDS = tuple("abcdefgh")
# No two of them share a stem.
WORDS = ("horse", "train", "border", "cake", "铁路")
SOURCES = ("", "wire", "post")
FIELDS = ("headline", "body", "caption")

ids = st.sampled_from(IDS)
words = st.sampled_from(WORDS)
texts = st.lists(words, max_size=4).map(" ".join)
articles = st.builds(
    Article,
    article_id=ids,
    headline=texts,
    body=texts,
    caption=texts,
    source=st.sampled_from(SOURCES),
    language=st.sampled_from(("", "en")),
    metadata=st.dictionaries(st.just("edition"), st.integers(0, 3)),
)
fields = st.sampled_from((*FIELDS, "source", "", ""))
matching = st.tuples(fields, words | st.sampled_from(SOURCES[1:]))
steps = st.lists(articles | articles | ids | matching, min_size=1, max_size=8)
"""Articles to add, ids to delete, fields and words to delete what they match."""

Articles = dict[str, Article]


class StopHereError(Exception):
    """What the program around a writer raises."""


def matches(article: Article, field: str, word: str) -> bool:
    """Whether ``field:word`` finds ``article``; every text field is searched for no field."""
    if field == "source":
        return article.source == word
    names = (field,) if field else FIELDS
    return any(word in getattr(article, name).split() for name in names)


def query_of(field: str, word: str) -> str:
    return f"{field}:{word}" if field else word


def found(results: SearchResults) -> Articles:
    return {hit.article_id: hit.article for hit in results}


class InMemory(RuleBasedStateMachine):
    """The rules, on an index in memory."""

    held = Values("held")

    def __init__(self) -> None:
        super().__init__()
        self.committed: Articles = {}
        self.pending: Articles = {}
        self.writer: Writer | None = None
        self.transaction = ExitStack()
        self.deletions_wait = False
        self.index = self.made()

    def made(self) -> Index:
        return searchlib.in_memory()

    def teardown(self) -> None:
        if self.writer is not None:
            self.rollback()

    # Writing

    @precondition(lambda self: self.writer is None)
    @rule()
    def open_writer(self) -> None:
        self.writer = self.transaction.enter_context(self.index.writer(wait_seconds=0.0))
        self.pending = dict(self.committed)
        self.deletions_wait = False

    @precondition(lambda self: self.writer is not None)
    @rule(article=articles)
    def add_or_replace(self, article: Article) -> None:
        self.writer.add(article)
        self.pending.pop(article.article_id, None)  # a replaced article goes to the end
        self.pending[article.article_id] = article

    @precondition(lambda self: self.writer is not None)
    @rule(several=st.lists(articles, max_size=6))
    def add_many(self, several: list[Article]) -> None:
        assert self.writer.add_many(iter(several)) == len(several)
        for article in several:
            self.pending.pop(article.article_id, None)
            self.pending[article.article_id] = article

    @precondition(lambda self: self.writer is not None)
    @rule(article_id=ids)
    def delete(self, article_id: str) -> None:
        told = self.writer.delete(article_id)
        was_there = self.pending.pop(article_id, None) is not None
        # Until the commit a writer does not know what its delete_matching will have deleted.
        if not self.deletions_wait:
            assert told == was_there

    @precondition(lambda self: self.writer is not None)
    @rule(what=matching)
    def delete_matching(self, what: tuple[str, str]) -> None:
        self.writer.delete_matching(query_of(*what))
        self.deletions_wait = True
        self.pending = {
            article_id: article
            for article_id, article in self.pending.items()
            if not matches(article, *what)
        }

    @precondition(lambda self: self.writer is None)
    @rule(steps=steps, stops=st.sampled_from((False, False, False, True)))
    def whole_transaction(self, steps: list[Article | str | tuple[str, str]], stops: bool) -> None:
        self.open_writer()
        for step in steps:
            if isinstance(step, Article):
                self.add_or_replace(step)
            elif isinstance(step, str):
                self.delete(step)
            else:
                self.delete_matching(step)
        if stops:
            self.rollback()
        else:
            self.commit()

    @precondition(lambda self: self.writer is not None)
    @rule()
    def commit(self) -> None:
        writer, self.writer = self.writer, None
        self.transaction.close()
        assert writer.committed or self.pending == self.committed
        self.committed = self.pending
        self.agree()

    @precondition(lambda self: self.writer is not None)
    @rule()
    def rollback(self) -> None:
        writer, self.writer = self.writer, None
        try:
            with self.transaction:
                raise StopHereError
        except StopHereError:
            pass
        else:
            raise AssertionError("the writer swallowed the exception")
        assert not writer.committed
        self.agree()

    # Reading

    @rule(target=held, field=fields, word=words)
    def search_and_hold(self, field: str, word: str) -> tuple[SearchResults, Articles]:
        """Search, and leave the hits for later: nothing of them is read here."""
        results = self.index.search(query_of(field, word), limit=None)
        return results, self.expected(field, word)

    @rule(what=consumes(held))
    def read_what_was_held(self, what: tuple[SearchResults, Articles]) -> None:
        results, expected = what
        assert found(results) == expected
        assert results.total == len(expected)
        for hit in results:
            hit.snippets  # noqa: B018  # reads what it needs of the old commit
            assert sum(part.value for part in hit.explain().parts) == hit.score

    @rule(field=fields, word=words, wanted=words)
    def search_with_filter(self, field: str, word: str, wanted: str) -> None:
        results = self.index.search(query_of(field, word), filter=wanted, limit=None)
        both = self.expected(field, word).keys() & self.expected("", wanted).keys()
        assert found(results).keys() == both

    def expected(self, field: str, word: str) -> Articles:
        return {
            article_id: article
            for article_id, article in self.committed.items()
            if matches(article, field, word)
        }

    @invariant()
    def count_is_of_the_last_commit(self) -> None:
        assert self.index.count == len(self.committed)

    def agree(self) -> None:
        assert {each: self.index.get(each) for each in IDS} == {
            each: self.committed.get(each) for each in IDS
        }
        # All score the same, and so come in the order of insertion.
        everything = [hit.article_id for hit in self.index.search("*", limit=None)]
        assert everything == list(self.committed)
        for word in WORDS:
            assert found(self.index.search(word, limit=None)) == self.expected("", word)
        for source in SOURCES[1:]:
            results = self.index.search(f"source:{source}", limit=None)
            assert found(results) == self.expected("source", source)
        assert self.index.check() == []


class InADirectory(InMemory):
    """The same, and what only an index in a directory can do."""

    def made(self) -> Index:
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "index"
        return searchlib.create(self.path)

    @initialize(commits=st.integers(0, 6))
    def begin_with_several_commits(self, commits: int) -> None:
        """Make a few segments, so that later commits merge them."""
        for n in range(commits):
            self.open_writer()
            self.add_or_replace(Article(article_id=IDS[n], headline=WORDS[n % len(WORDS)]))
            self.commit()

    @precondition(lambda self: self.writer is None)
    @rule()
    def reopen(self) -> None:
        self.index.close()
        self.index = searchlib.open(self.path)
        self.agree()

    @rule()
    def open_beside_it(self) -> None:
        with searchlib.open(self.path) as other:
            assert found(other.search("*", limit=None)) == self.committed

    def teardown(self) -> None:
        super().teardown()
        self.index.close()
        self.folder.cleanup()


profile = settings(max_examples=settings.default.max_examples // 2, stateful_step_count=40)

TestInMemory = InMemory.TestCase
TestInMemory.settings = profile
TestInADirectory = InADirectory.TestCase
TestInADirectory.settings = profile
