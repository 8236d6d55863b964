"""The sentences and words of one field, and where a passage of it begins and ends."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import Final, NamedTuple

from searchlib.analysis import sentence_spans
from searchlib.snippets.graphemes import Graphemes

__all__ = ["Span", "TextLayout"]

_BLANK_LINE: Final = re.compile(r"\n\s*\n|\u2029")
# Han and kana are written without spaces and broken anywhere: each is a word by itself, with the
# closing punctuation after it, for no line begins with that.
_IDEOGRAPH: Final = (
    "\u3041-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_OPENING: Final = r"(\[{\u2018\u201c\u3008\u300a\u300c\u300e\u3010\uff08"
_WORD: Final = re.compile(rf"[{_IDEOGRAPH}][^\w\s{_OPENING}]*|[^\s{_IDEOGRAPH}]+")


class Span(NamedTuple):
    """Half-open offsets into a text."""

    start: int
    end: int


class TextLayout:
    """One field of an article, taken apart only where it is asked for.

    A sentence costs the analysis of its paragraph, a word that of its sentence, once each.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.graphemes = Graphemes(text)
        starts = [match.end() for match in _BLANK_LINE.finditer(text)]
        self._paragraph_starts = [0, *starts]
        self._paragraph_ends = [*starts, len(text)]
        self._sentences: dict[int, list[Span]] = {}
        self._latest = Span(0, 0)  # most look-ups are for the sentence of the one before
        self._words: dict[Span, tuple[list[int], list[int]]] = {}
        self._ink_start = len(text) - len(text.lstrip())
        self._ink_end = len(text.rstrip())

    def paragraph_number(self, offset: int) -> int:
        """Give the number of the paragraph in which ``offset`` lies."""
        return bisect_right(self._paragraph_starts, offset) - 1

    def sentence_at(self, offset: int) -> Span:
        """Give the sentence in which ``offset`` lies; between two sentences, one of no length."""
        if self._latest.start <= offset < self._latest.end:
            return self._latest
        number = self.paragraph_number(offset)
        sentences = self._sentences.get(number)
        if sentences is None:
            start = self._paragraph_starts[number]
            end = self._paragraph_ends[number]
            sentences = _shifted(sentence_spans(self.text[start:end]), start)
            self._sentences[number] = sentences
        place = bisect_right(sentences, offset, key=_start) - 1
        if place >= 0 and offset < sentences[place].end:
            self._latest = sentences[place]
            return self._latest
        return Span(offset, offset)

    def lead(self, max_chars: int) -> Span:
        """Give as many sentences of the first paragraph as fit, or the beginning of the first.

        Costs the analysis of ``2 * max_chars`` characters, however long the text is.
        """
        start = self._ink_start
        blank = _BLANK_LINE.search(self.text, start)
        # A sentence that does not end in twice the room would not have fitted anyway.
        end = min(blank.start() if blank else self._ink_end, start + 2 * max_chars)
        sentences = _shifted(sentence_spans(self.text[start:end]), start)
        fitting = [span for span in sentences if span.end <= start + max_chars]
        if fitting:
            return self.whole_characters(Span(start, fitting[-1].end))
        whole = Span(start, end)
        return self.around(Span(start, start), whole, whole, max_chars)

    def in_whole_words(self, span: Span, sentence: Span, max_chars: int) -> Span:
        """Widen ``span`` to the words it stands in, but not to one longer than ``max_chars``."""
        starts, ends = self._words_of(sentence)
        first = bisect_right(starts, span.start) - 1
        last = bisect_left(ends, span.end)
        start, end = span
        if first >= 0 and ends[first] > start and ends[first] - starts[first] <= max_chars:
            start = starts[first]
        if last < len(ends) and starts[last] < end and ends[last] - starts[last] <= max_chars:
            end = ends[last]
        return Span(start, end)

    def around(self, core: Span, sentence: Span, free: Span, max_chars: int) -> Span:
        """Give the words around ``core`` in the ``free`` part of a long sentence.

        The passage begins with the free part where that leaves room for the core, ends with it
        where that does, and else has the core in its middle. A core with no room is cut at its
        end. Words longer than ``max_chars`` are cut between characters.
        """
        starts, ends = self._words_of(sentence)
        if core.end - free.start <= max_chars:
            earliest = free.start
        elif free.end - core.start <= max_chars:
            earliest = free.end - max_chars
        else:
            earliest = core.start - max(max_chars - (core.end - core.start), 0) // 2
        place = bisect_left(starts, max(earliest, free.start))
        if place < len(starts) and starts[place] <= core.start:
            start = starts[place]
        else:
            start = min(self.graphemes.ceil(max(earliest, free.start)), core.start)
        latest = min(start + max_chars, free.end)
        place = bisect_right(ends, latest) - 1
        if place >= 0 and ends[place] > start and not ends[place] < core.end <= latest:
            end = ends[place]
        else:
            end = max(self.graphemes.floor(latest), start + 1)
        return self.whole_characters(Span(start, end))

    def whole_characters(self, span: Span) -> Span:
        """Widen ``span`` so that it splits no character."""
        return Span(self.graphemes.floor(span.start), self.graphemes.ceil(span.end))

    @property
    def has_ink(self) -> bool:
        """Whether there is anything but white space."""
        return self._ink_start < self._ink_end

    def has_ink_before(self, offset: int) -> bool:
        """Say whether anything but white space stands before ``offset``."""
        return self._ink_start < offset

    def has_ink_after(self, offset: int) -> bool:
        """Say whether anything but white space stands from ``offset`` on."""
        return offset < self._ink_end

    def _words_of(self, sentence: Span) -> tuple[list[int], list[int]]:
        words = self._words.get(sentence)
        if words is None:
            spans = [match.span() for match in _WORD.finditer(self.text, *sentence)]
            words = [start for start, _ in spans], [end for _, end in spans]
            self._words[sentence] = words
        return words


def _start(span: Span) -> int:
    return span.start


def _shifted(spans: list[tuple[int, int]], by: int) -> list[Span]:
    return [Span(start + by, end + by) for start, end in spans]
