"""The sentences and words of one field, and where a passage of it begins and ends."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import Final, NamedTuple

from searchlib.analysis.sentences import paragraph_spans, sentence_spans
from searchlib.snippets.graphemes import Graphemes

__all__ = ["Span", "TextLayout"]

_BLANK_LINE: Final = re.compile(r"\n\s*\n|\u2029")
_ASCII_BLANK_LINE: Final = re.compile(r"\n\s*\n")  # found in a fifth of the time
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
        self._data = text.encode() if text.isascii() else None
        blank_line = _BLANK_LINE if self._data is None else _ASCII_BLANK_LINE
        self._paragraph_starts = [0]
        self._paragraph_ends = []
        for blank in blank_line.finditer(text):
            start, end = blank.span()
            self._paragraph_ends.append(start)
            self._paragraph_starts.append(end)
        self._paragraph_ends.append(len(text))
        self._graphemes: Graphemes | None = None
        self._sentences: dict[int, tuple[list[Span], list[int]]] = {}
        self._latest = Span(0, 0)  # most look-ups are for the sentence of the one before
        self._words: dict[Span, tuple[list[int], list[int]]] = {}
        self._ink_start = len(text) - len(text.lstrip())
        self._ink_end = len(text.rstrip())

    @property
    def graphemes(self) -> Graphemes:
        """The characters."""
        if self._graphemes is None:
            self._graphemes = Graphemes(self.text)
        return self._graphemes

    def paragraph_number(self, offset: int) -> int:
        """Give the number of the paragraph in which ``offset`` lies."""
        return bisect_right(self._paragraph_starts, offset) - 1

    def sentence_at(self, offset: int) -> Span:
        """Give the sentence in which ``offset`` lies; between two sentences, one of no length."""
        latest = self._latest
        if latest[0] <= offset < latest[1]:
            return latest
        number = bisect_right(self._paragraph_starts, offset) - 1
        found = self._sentences.get(number)
        if found is None:
            start = self._paragraph_starts[number]
            end = self._paragraph_ends[number]
            spans = [*map(_span, paragraph_spans(self.text, self._data, start, end))]
            found = self._sentences[number] = spans, [span[0] for span in spans]
        sentences, starts = found
        place = bisect_right(starts, offset) - 1
        if place >= 0 and offset < sentences[place][1]:
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
        sentences = sentence_spans(self.text[start:end])
        fitting = [last for _, last in sentences if last <= max_chars]
        if fitting:
            return self.whole_characters(Span(start, start + fitting[-1]))
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
        start, end = span
        if end < self.graphemes.simple_up_to:
            return span
        return Span(self.graphemes.floor(start), self.graphemes.ceil(end))

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

    def words_at(self, span: Span) -> list[str]:
        """Give what stands between white space."""
        return self.text[span.start : span.end].split()

    def without_blanks(self, span: Span) -> bytes | str:
        """Give what stands at ``span`` without white space; ASCII as bytes."""
        start, end = span
        if self._data is None:
            return "".join(self.text[start:end].split())
        return self._data[start:end].translate(None, b"\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f ")

    def _words_of(self, sentence: Span) -> tuple[list[int], list[int]]:
        words = self._words.get(sentence)
        if words is None:
            spans = [match.span() for match in _WORD.finditer(self.text, *sentence)]
            words = [start for start, _ in spans], [end for _, end in spans]
            self._words[sentence] = words
        return words


_span = Span._make
