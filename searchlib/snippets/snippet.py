"""The snippet: a passage of a hit in the article's own words, with its marks."""

from __future__ import annotations

from dataclasses import dataclass

from searchlib.article import TextField
from searchlib.snippets.render import render_ansi, render_html

__all__ = ["Snippet"]


@dataclass(frozen=True, slots=True)
class Snippet:
    """A passage of one field of an article.

    ``text`` is the field's text from ``start_char`` to ``end_char``, unchanged. ``marks`` are
    half-open offsets into ``text``, sorted, disjoint, and never empty. ``starts_inside`` is true if
    the field has text before the passage, and ``ends_inside`` if it has text after it: an ellipsis
    belongs there. ``text`` itself has no ellipsis.

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
        """Return the text as it is in the field, without marks."""
        return self.text

    def html(self, tag: str = "mark") -> str:
        """Return the text escaped for HTML, with the marks as elements named ``tag``.

        The result is safe in an element and in a quoted attribute. Characters that HTML forbids
        become U+FFFD. Raises ValueError if ``tag`` is not the name of an element that can hold
        text.
        """
        return render_html(self.text, self.marks, tag)

    def ansi(self) -> str:
        """Return the text on one line for a terminal, with the marks in bold.

        The only escape sequences in it are those for bold on and bold off. Line breaks and tabs of
        the article become spaces. Its other control characters and its bidirectional overrides
        become U+FFFD.
        """
        return render_ansi(self.text, self.marks)
