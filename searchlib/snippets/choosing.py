"""Choose the passages of one field that show most of what was looked for in it.

kernels/snippets/choosing.py says what is best; here is what has to be shown with a match, and what
around.
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
"""The part of the first passage's weight that one must have which shows nothing new.

A second sentence about horses is worth reading, a second sentence with "the" is not.
"""


class FieldPassages:
    """The passages of one field: those still to be had, and what has been shown.

    Each choice costs time linear in the number of matches.
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
        """Find the best passage left; one with nothing new must weigh so much.

        Give its rank, None if there is none. Of two, the one with the greater rank is better.
        """

    @property
    def weight(self) -> int:
        """The weight of the different things in the best passage."""
        return self._choice.weight()

    def take(self) -> Span:
        """Return the best passage with what is around it, and do not offer what it shows again."""
        core, group, sentence = self._choice.core()
        is_whole = group >= 0
        span = self.layout.whole_characters(core) if is_whole else self._around(core, sentence)
        self._choice.show(*span)
        return span

    def _around(self, core: Span, sentence: Span) -> Span:
        """Return the core with its context: nothing shown before, and no half of another match."""
        free = self._choice.free(core, sentence)
        span = self.layout.around(core, sentence, free, self._max_chars)
        free = self._choice.uncut(core, free, span)
        return self.layout.around(core, sentence, free, self._max_chars)


def distinct_items(layout: TextLayout, rows: array[int], max_chars: int) -> array[int]:
    """Return an item for each match, but none for a sentence that stood before in the same words.

    An item is what has to be shown with a match: its sentence, or its words in a long one. Those of
    one group may stand in one passage if there is room; that is the number of the paragraph, or
    below 0 for the parts of a sentence that is too long to be shown whole.
    """
    items = array("q")
    said: dict[str, list[Span]] = {}
    sentence = span = (-1, -1)  # that of the match before; its paragraph, whether it is new
    group = 0
    new = False
    for at in range(0, len(rows), 5):
        first, last, *match = rows[at : at + 5]
        if first < sentence[0] or last > sentence[1]:
            sentence = span = layout.sentence_at(first)
            if span[1] < last:
                span = (span[0], max(layout.sentence_at(last - 1)[1], last))
                sentence = (-1, -1)
            if span[1] - span[0] > max_chars:
                words = layout.in_whole_words((first, last), span, max_chars)
                items.extend((*words, -1 - span[0], *match, *span))
                sentence = (-1, -1)
                continue
            new = _is_new(layout, span, said)
            group = layout.paragraph_number(span[0])
        if new:
            items.extend((*span, group, *match, *span))
    return items


def _is_new(layout: TextLayout, span: Span, said: dict[str, list[Span]]) -> bool:
    """Tell whether what stands at ``span`` is in none of the spans before, and add it to them."""
    words = layout.words_at(span)
    before = said.setdefault("".join(words), [])
    for other in before:
        if other[0] != span[0] and layout.words_at(other) == words:
            return False
    before.append(span)
    return True
