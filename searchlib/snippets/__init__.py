"""Marked passages of an article: what to show of a hit, and why it was found.

    texts + what is sought -> matches -> passages -> Snippet

What is sought are leaves of the plan, each with its weight (``Sought``). ``make_snippets`` finds
where they stand in the fields, chooses the best passage or two and returns them as ``Snippet``:
the article's own words, the place they stand at, and what to mark. ``mark_text`` gives the marks
of a whole field, for a headline.

Useful for showing hits. Not for finding them: nothing here knows an index.
"""

from __future__ import annotations

from searchlib.snippets.marking import mark_text, marks_of
from searchlib.snippets.matching import (
    Finder,
    Patterns,
    SearchedTexts,
    Sought,
    patterns_by_field,
)
from searchlib.snippets.passages import first_text, make_snippets, snippets_of
from searchlib.snippets.snippet import Snippet

__all__ = [
    "Finder",
    "Patterns",
    "SearchedTexts",
    "Snippet",
    "Sought",
    "first_text",
    "make_snippets",
    "mark_text",
    "marks_of",
    "patterns_by_field",
    "snippets_of",
]
