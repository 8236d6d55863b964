"""Select the analyzer of an article, and the analyzers of a query."""

from __future__ import annotations

from collections.abc import Iterable

from searchlib.analysis.analyzer import Analyzer, get_analyzer, language_of

__all__ = ["analyzer_for", "query_analyzers"]


def analyzer_for(base: Analyzer, language: str) -> Analyzer:
    """Return the analyzer for an article in ``language``, in an index whose analyzer is ``base``.

    It is the analyzer of the article's own language if that has a stemmer, and ``base`` otherwise.
    If ``base`` does not stem ("plain", "exact"), it is always ``base``.
    """
    name = language_of(language) if base.language else None
    return get_analyzer(name) if name else base


def query_analyzers(base: Analyzer, languages: Iterable[str]) -> list[Analyzer]:
    """Return the analyzers for articles in ``languages``: ``base`` first, and each one once."""
    return list(dict.fromkeys([base, *(analyzer_for(base, language) for language in languages)]))
