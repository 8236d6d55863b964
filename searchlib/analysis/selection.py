"""Which analyzer reads which article, and which ones a query needs."""

from __future__ import annotations

from collections.abc import Iterable

from searchlib.analysis.analyzer import Analyzer, get_analyzer, language_of

__all__ = ["analyzer_for", "query_analyzers"]


def analyzer_for(base: Analyzer, language: str) -> Analyzer:
    """Return the analyzer for an article in ``language``, in an index whose analyzer is ``base``.

    That is the stemmer of the article's own language where there is one. An index that does not
    stem ("plain", "exact") stems no article.
    """
    name = language_of(language) if base.language else None
    return get_analyzer(name) if name else base


def query_analyzers(base: Analyzer, languages: Iterable[str]) -> list[Analyzer]:
    """Return the analyzers that read the articles of ``languages``: ``base`` first, each once."""
    return list(dict.fromkeys([base, *(analyzer_for(base, language) for language in languages)]))
