"""Choose the passages of one field that show most of the highlights.

kernels/snippets/choosing.py ranks the passages. This module builds the items that it ranks, and
adds the context around the chosen one.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import Final

from searchlib.analysis.sentences import RULES
from searchlib.article import TextField
from searchlib.kernels.snippets.choosing import Choice
from searchlib.snippets.cutting import Span, TextLayout
from searchlib.snippets.matching import Matches

__all__ = ["WORTH_REPEATING", "FieldPassages"]

WORTH_REPEATING: Final = 0.5
"""Minimum weight of a passage without a new highlight, as a share of the first passage's weight.

A second sentence about horses is worth reading, but a second sentence with "the" is not.
"""


class FieldPassages:
    """The passages of one field that can still be chosen, and the spans that were shown.

    Each choice takes time linear in the number of matches.
    """

    __slots__ = ("_choice", "_max_chars", "best", "layout", "matches", "name")

    def __init__(
        self,
        name: TextField,
        layout: TextLayout,
        matches: Matches,
        weights: array[int],
        max_chars: int,
    ) -> None:
        self.name: TextField = name
        self.layout = layout
        self.matches = matches
        self._max_chars = max_chars
        data = layout.data
        rows, numbers = matches
        if data is None:
            items = distinct_items(layout, rows, max_chars)
        else:
            items = RULES.items(data, rows, max_chars)
        self._choice = Choice(items, numbers, weights, max_chars)
        self.best: Callable[[float], tuple[int, int] | None] = self._choice.best
        """Find the best passage that is left, and return its rank; None if no passage is left.

        The argument is the minimum weight of a passage that shows no new highlight. A greater rank
        is better.
        """

    @property
    def weight(self) -> int:
        """The weight of the different things in the best passage."""
        return self._choice.weight()

    def take(self) -> Span:
        """Return the best passage with its context, and remove the matches that it shows."""
        core, group, sentence = self._choice.core()
        has_whole_sentences = group >= 0
        if has_whole_sentences:
            span = self.layout.whole_characters(core)
        else:
            span = self._around(core, sentence)
        self._choice.show(*span)
        return span

    def _around(self, core: Span, sentence: Span) -> Span:
        """Return the core with context: nothing that was shown before, and no cut match."""
        free = self._choice.free(core, sentence)
        span = self.layout.around(core, sentence, free, self._max_chars)
        free = self._choice.uncut(core, free, span)
        return self.layout.around(core, sentence, free, self._max_chars)


def distinct_items(layout: TextLayout, rows: array[int], max_chars: int) -> array[int]:
    """Return an item for each match. A sentence that repeats an earlier one has no items.

    An item is the span that must be shown with a match: its sentence, or the matched words if the
    sentence is longer than ``max_chars``. Items of one group may share a passage. The group is the
    number of the paragraph; for a part of a long sentence it is below 0.
    """
    items = array("q")
    spans_by_text: dict[str, list[Span]] = {}
    # The sentence of the previous match, its group, and whether it repeats an earlier sentence
    sentence = span = (-1, -1)
    group = 0
    is_new = False
    for row in range(0, len(rows), 5):
        start, end, *match = rows[row : row + 5]
        if start < sentence[0] or end > sentence[1]:
            sentence = span = layout.sentence_at(start)
            if span[1] < end:
                span = (span[0], max(layout.sentence_at(end - 1)[1], end))
                sentence = (-1, -1)
            if span[1] - span[0] > max_chars:
                words = layout.in_whole_words((start, end), span, max_chars)
                items.extend((*words, -1 - span[0], *match, *span))
                sentence = (-1, -1)
                continue
            is_new = _add_new(layout, span, spans_by_text)
            group = layout.paragraph_number(span[0])
        if is_new:
            items.extend((*span, group, *match, *span))
    return items


def _add_new(layout: TextLayout, span: Span, spans_by_text: dict[str, list[Span]]) -> bool:
    """Return whether no earlier span has the words of ``span``; if so, add ``span``."""
    words = layout.words_at(span)
    earlier_spans = spans_by_text.setdefault("".join(words), [])
    for earlier in earlier_spans:
        if earlier[0] != span[0] and layout.words_at(earlier) == words:
            return False
    earlier_spans.append(span)
    return True
