"""One commit of an index of this process, as programs and planning see it.

Nothing here ranks. What does is imported at the first search: 30 ms, which a program that only
writes does without.
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
from searchlib.store.check import check_snapshot
from searchlib.store.settings import SETTINGS_FILE, Settings
from searchlib.store.snapshot import NO_DATE, Snapshot, field_mask
from searchlib.store.store import Store
from searchlib.timestamps import moment

if TYPE_CHECKING:
    from searchlib.local.matched import LocalMatched

__all__ = ["LocalView", "PatternWords", "analyzer_of"]

MAX_PATTERNS: Final = 512
"""Maximum number of patterns whose words are kept for a snapshot."""

MAX_KEPT_WORDS: Final = 5_000
"""Maximum number of words kept of one pattern."""

MAX_ALL_WORDS: Final = 300_000
"""Maximum number of words kept of all patterns, to bound them to 20 MB."""


def analyzer_of(settings: Settings, path: str) -> Analyzer:
    """Return the analyzer of an index. Raises CorruptIndexError for one there is not."""
    try:
        return get_analyzer(settings.analyzer)
    except ValueError as error:
        raise CorruptIndexError(
            f"the settings cannot be read: {error}", path=path, file=SETTINGS_FILE
        ) from error


class PatternWords(dict[tuple[Pattern, int], tuple[tuple[str, ...], int]]):
    """The words of the patterns that were asked for last. Safe to use from many threads."""

    def keep(self, key: tuple[Pattern, int], found: tuple[tuple[str, ...], int]) -> None:
        """Keep the words of a pattern, unless it has very many; forget all others when full."""
        if len(found[0]) > MAX_KEPT_WORDS:
            return
        words = len(found[0]) + sum(len(others) for others, _ in list(self.values()))
        if len(self) >= MAX_PATTERNS or words > MAX_ALL_WORDS:
            self.clear()
        self[key] = found


class LocalView:
    """A snapshot with the settings of its index; see engine.protocol.View."""

    def __init__(self, store: Store, snapshot: Snapshot, settings: Settings) -> None:
        self.path = snapshot.path
        self.settings = settings
        self.analyzer = analyzer_of(settings, store.path)
        self.snapshot = snapshot
        self._store = store
        # Planning asks for it at each search.
        self.values_in_use = snapshot.values_in_use

    @property
    def num_articles(self) -> int:
        """The number of articles."""
        return self.snapshot.num_docs

    # What planning asks

    def words_beginning_with(self, prefix: str) -> Iterator[str]:
        """Return the words that begin with ``prefix``, each once, in order."""
        return self.snapshot.written.beginning_with(prefix)

    def words_matching(self, pattern: Pattern, most: int) -> tuple[tuple[str, ...], int]:
        """Return the words that ``pattern`` matches; those of a few patterns are kept."""
        from searchlib.planning.patterns import automaton  # noqa: PLC0415  # 5 ms, for patterns

        kept = self.snapshot.cache(PatternWords)
        found = kept.get((pattern, most))
        if found is None:
            found = self.snapshot.written.matching(automaton(pattern), most)
            kept.keep((pattern, most), found)
        return found

    def key_values(self, field: str, prefix: str) -> Iterator[str]:
        """Return the values of a metadata field that begin with ``prefix``, each once, in order."""
        return self.snapshot.key_values(field, prefix)

    def has_value(self, field: str, value: str) -> bool:
        """Tell whether a document, which may be deleted, has ``value`` in a metadata field."""
        return self.snapshot.has_value(field, value)

    def similar_value(self, field: str, value: str, edits: int) -> str | None:
        """Return the value up to ``edits`` changes away that most articles have."""
        from searchlib.planning.patterns import fuzzy  # noqa: PLC0415  # as above

        snapshot = self.snapshot
        found = snapshot.key_values_matching(field, fuzzy(f"{field}={value}", edits))
        return max(found, key=lambda near: len(snapshot.key_docs(field, near)), default=None)

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
        """Return one page of what matches.

        Costs a pass over the postings of the plan's words, or over those windows of them that can
        hold one of the best; in another order than by relevance, one over all that match.
        """
        run = _ranked().search
        matched: LocalMatched = run(self.snapshot, plan, wanted, sort, offset, limit, settings)
        return matched

    def explain(self, plan: Plan, article_id: str, settings: Settings) -> Explanation | None:
        """Explain the score of one article. Costs a pass over all that match each part."""
        doc = self.snapshot.find(article_id)
        if doc is None:
            return None
        explain = _ranked().explain_document
        found: Explanation | None = explain(self.snapshot, plan, doc, article_id, settings)
        return found

    # Articles

    def get(self, article_id: str) -> Record | None:
        """Return the article with this id, or None."""
        doc = self.snapshot.find(article_id)
        if doc is None:
            return None
        return self.snapshot.records((doc,))[0]

    # The whole

    def stats(self) -> IndexStats:
        """Return figures of the index. Costs a pass over its terms and dates."""
        snapshot = self.snapshot
        dates = [date for doc in snapshot.live if (date := snapshot.published[doc]) != NO_DATE]
        with corruption_guard(self.path):  # a date may be one that nobody has written
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
        """Read the whole index; return a line for each thing that is wrong."""
        return check_snapshot(self.snapshot)


@cache
def _ranked() -> ModuleType:
    with importing:
        from searchlib.local import matched  # noqa: PLC0415

    return matched
