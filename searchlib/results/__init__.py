"""The results of a search: hits in order, each with its article, snippets and explanation."""

from __future__ import annotations

from searchlib.results.hits import Hit, SearchResults
from searchlib.results.search import run_search

__all__ = ["Hit", "SearchResults", "run_search"]
