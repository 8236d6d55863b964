"""The view of a local index: one commit.

The modules that rank are imported at the first search. It takes 30 ms, which a program that only
writes saves.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Final

from searchlib.analysis import Analyzer, get_analyzer
from searchlib.article import TEXT_FIELDS
from searchlib.article_record import Record
from searchlib.engine.explanation import Explanation
from searchlib.engine.figures import IndexStats
from searchlib.engine.protocol import Sort
from searchlib.errors import CorruptIndexError
from searchlib.files.damage import corruption_guard
from searchlib.forks import importing
from searchlib.planning.plan import Pattern, Plan
from searchlib.settings import SETTINGS_FILE, Settings
from searchlib.store.check import check_snapshot
from searchlib.store.snapshot import NO_DATE, Snapshot, field_mask
from searchlib.store.store import Store
from searchlib.timestamps import moment

if TYPE_CHECKING:
    from searchlib.local.matched import LocalMatched

__all__ = ["LocalView", "PatternWords", "analyzer_of"]

_MAX_PATTERNS: Final = 512
"""Maximum number of patterns whose words are cached for a snapshot, to bound the cache."""

_MAX_WORDS_OF_PATTERN: Final = 5_000
"""Maximum number of words of a cached pattern, to bound the cache."""

_MAX_WORDS_OF_ALL: Final = 300_000
"""Maximum number of words of all cached patterns, to bound the cache to 20 MB."""


def analyzer_of(settings: Settings, path: str) -> Analyzer:
    """Return the analyzer of an index. Raises CorruptIndexError if it is unknown."""
    try:
        return get_analyzer(settings.analyzer)
    except ValueError as error:
        raise CorruptIndexError(
            f"the settings cannot be read: {error}", path=path, file=SETTINGS_FILE
        ) from error


class PatternWords(dict[tuple[Pattern, int], tuple[tuple[str, ...], int]]):
    """Cache of the words of recent patterns. Safe to use from many threads."""

    def keep(self, key: tuple[Pattern, int], matched: tuple[tuple[str, ...], int]) -> None:
        """Cache the words of a pattern, unless they are too many. Clear a full cache first."""
        if len(matched[0]) > _MAX_WORDS_OF_PATTERN:
            return
        num_words = len(matched[0]) + sum(len(words) for words, _ in list(self.values()))
        if len(self) >= _MAX_PATTERNS or num_words > _MAX_WORDS_OF_ALL:
            self.clear()
        self[key] = matched


class LocalView:
    """A snapshot and the settings of its index; see engine.protocol.View."""

    def __init__(self, store: Store, snapshot: Snapshot, settings: Settings) -> None:
        self.path = snapshot.path
        self.settings = settings
        self.analyzer = analyzer_of(settings, store.path)
        self.snapshot = snapshot
        self._store = store
        # Bound here because every search calls it.
        self.values_in_use = snapshot.values_in_use

    @property
    def num_articles(self) -> int:
        """The number of articles."""
        return self.snapshot.num_docs

    # IndexFacts, for planning

    def words_beginning_with(self, prefix: str) -> Iterator[str]:
        """Yield the words that begin with ``prefix``, each once, in order."""
        return self.snapshot.written.beginning_with(prefix)

    def words_matching(self, pattern: Pattern, most: int) -> tuple[tuple[str, ...], int]:
        """Return the words that ``pattern`` matches, and their number. Cached; see IndexFacts."""
        from searchlib.planning.patterns import automaton  # noqa: PLC0415  # 5 ms, for patterns

        cache = self.snapshot.cache(PatternWords)
        matched = cache.get((pattern, most))
        if matched is None:
            matched = self.snapshot.written.matching(automaton(pattern), most)
            cache.keep((pattern, most), matched)
        return matched

    def key_values(self, field: str, prefix: str) -> Iterator[str]:
        """Yield the values of a metadata field that begin with ``prefix``, each once, in order."""
        return self.snapshot.key_values(field, prefix)

    def has_value(self, field: str, value: str) -> bool:
        """Return whether a document, which may be deleted, has ``value`` in a metadata field."""
        return self.snapshot.has_value(field, value)

    def similar_value(self, field: str, value: str, edits: int) -> str | None:
        """Return the value up to ``edits`` edits away that most articles have, or None."""
        from searchlib.planning.patterns import fuzzy  # noqa: PLC0415  # as above

        snapshot = self.snapshot
        similar = snapshot.key_values_matching(field, fuzzy(f"{field}={value}", edits))
        return max(similar, key=lambda near: len(snapshot.key_docs(field, near)), default=None)

    @property
    def has_dates(self) -> bool:
        """Whether a document, which may be deleted, has a date."""
        return self.snapshot.has_dates

    # Searching

    def search(
        self,
        plan: Plan,
        wanted: Plan | None,
        *,
        sort: Sort,
        offset: int,
        limit: int | None,
        settings: Settings,
    ) -> LocalMatched:
        """Return one page of the matching articles.

        By relevance, costs at most a pass over the postings of the plan's words: windows that
        cannot contain one of the best documents are skipped. By date, costs a pass over all
        matches.
        """
        run = _ranking_module().search
        matched: LocalMatched = run(self.snapshot, plan, wanted, sort, offset, limit, settings)
        return matched

    def explain(self, plan: Plan, article_id: str, settings: Settings) -> Explanation | None:
        """Explain the score of one article. Costs a pass over the matches of each part."""
        doc = self.snapshot.find(article_id)
        if doc is None:
            return None
        explain = _ranking_module().explain_document
        explanation: Explanation | None = explain(self.snapshot, plan, doc, article_id, settings)
        return explanation

    # Articles

    def get(self, article_id: str) -> Record | None:
        """Return the article with this id, or None."""
        doc = self.snapshot.find(article_id)
        if doc is None:
            return None
        return self.snapshot.records((doc,))[0]

    # The whole index

    def stats(self) -> IndexStats:
        """Return figures of the index. Costs a pass over its terms and dates."""
        snapshot = self.snapshot
        dates = [date for doc in snapshot.live if (date := snapshot.published[doc]) != NO_DATE]
        with corruption_guard(self.path):  # a damaged date may be out of range
            earliest, latest = (moment(min(dates)), moment(max(dates))) if dates else (None, None)
        return IndexStats(
            path=self.path,
            articles=snapshot.num_docs,
            size_bytes=self._store.size_bytes(),
            analyzer=self.analyzer.name,
            terms={
                field: sum(1 for _ in snapshot.terms(field_mask((field,)))) for field in TEXT_FIELDS
            },
            avg_lengths={field: snapshot.avg_length(field) for field in TEXT_FIELDS},
            sources=len(snapshot.values_in_use("source")),
            languages=snapshot.values_in_use("language"),
            earliest=earliest,
            latest=latest,
        )

    def check(self) -> Iterator[str]:
        """Read the whole index. Yield a message for each problem."""
        return check_snapshot(self.snapshot)


@cache
def _ranking_module() -> ModuleType:
    with importing:
        from searchlib.local import matched  # noqa: PLC0415

    return matched
