"""What is shown of a hit: a passage in the article's own words, and what to mark in it."""

from __future__ import annotations

from dataclasses import dataclass

from searchlib.article import TextField
from searchlib.snippets.render import render_ansi, render_html

__all__ = ["Snippet"]


@dataclass(frozen=True, slots=True)
class Snippet:
    """A passage of one field of an article.

    ``text`` stands at ``start_char:end_char`` of the field, unchanged. ``marks`` are half-open
    offsets into ``text``: sorted, disjoint, none empty. ``starts_inside`` says that the field has
    more text before the passage, ``ends_inside`` that it has more after it: where an ellipsis
    belongs. The snippet itself has none.

    >>> snippet = Snippet("caption", "Bay horses & a groom", 0, 20, ((4, 10),))
    >>> snippet.plain()
    'Bay horses & a groom'
    >>> snippet.html()
    'Bay <mark>horses</mark> &amp; a groom'
    """

    field: TextField
    text: str
    start_char: int
    end_char: int
    marks: tuple[tuple[int, int], ...]
    starts_inside: bool = False
    ends_inside: bool = False

    def plain(self) -> str:
        """Return the text as it stands in the field, with no marks."""
        return self.text

    def html(self, tag: str = "mark") -> str:
        """Return the text with everything escaped and the marks as elements named ``tag``.

        It may stand in an element or between quotes. Characters that HTML forbids become U+FFFD.
        Raises ValueError where ``tag`` is not the name of an element that can hold text.
        """
        return render_html(self.text, self.marks, tag)

    def ansi(self) -> str:
        """Return the text on one line for a terminal, marks in bold.

        Only the two sequences for bold on and bold off are in it: line breaks and tabs of the
        article become spaces, its other control characters and bidirectional overrides U+FFFD.
        """
        return render_ansi(self.text, self.marks)
