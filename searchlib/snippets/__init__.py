"""Make snippets: the passages of an article that show why it was found, with marks.

    texts + highlights -> matches -> passages -> Snippet

A ``Highlight`` is a word or phrase of the plan with its weight. ``make_snippets`` finds the matches
of the highlights in the fields, chooses the best one or two passages, and returns each as a
``Snippet``: the article's own words, their offsets, and the marks. ``mark_text`` returns the marks
of a whole field, for a headline.

This package shows hits and does not find them. It needs no index.
"""

from __future__ import annotations

from searchlib.snippets.marking import mark_text, marks_of
from searchlib.snippets.matching import (
    Finder,
    Highlight,
    Patterns,
    SearchedTexts,
    patterns_by_field,
)
from searchlib.snippets.passages import first_text, make_snippets, snippets_of
from searchlib.snippets.snippet import Snippet

__all__ = [
    "Finder",
    "Highlight",
    "Patterns",
    "SearchedTexts",
    "Snippet",
    "first_text",
    "make_snippets",
    "mark_text",
    "marks_of",
    "patterns_by_field",
    "snippets_of",
]
