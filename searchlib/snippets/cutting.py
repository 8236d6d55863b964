"""The sentences and words of one field, and where a passage of it begins and ends."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from functools import cache
from typing import Final, TypeAlias

from searchlib.analysis.sentences import BLANK_LINE, RULES, sentence_spans, text_form
from searchlib.forks import cached_property
from searchlib.kernels.snippets import cutting
from searchlib.snippets.graphemes import Graphemes

__all__ = ["Span", "TextLayout"]

# Han and kana are written without spaces and broken anywhere: each is a word by itself, with the
# closing punctuation after it, for no line begins with that.
_IDEOGRAPH: Final = (
    "\u3041-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_OPENING: Final = r"(\[{\u2018\u201c\u3008\u300a\u300c\u300e\u3010\uff08"

# Half-open offsets into a text
Span: TypeAlias = tuple[int, int]


@cache
def _word() -> re.Pattern[str]:
    """Return a word, or an ideograph. To compile it takes 2 ms, and few sentences are so long."""
    return re.compile(rf"[{_IDEOGRAPH}][^\w\s{_OPENING}]*|[^\s{_IDEOGRAPH}]+")


class TextLayout:
    """One field of an article, taken apart only where it is asked for.

    A sentence costs the analysis of its paragraph, a word that of its sentence, once each. Of ASCII
    ``data`` has the bytes; for it there are kernels.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.data = text.encode() if text.isascii() else None
        self._sentences: dict[int, tuple[list[Span], list[int]]] = {}
        self._words: dict[Span, tuple[list[int], list[int]]] = {}

    @cached_property
    def graphemes(self) -> Graphemes:
        """The characters."""
        return Graphemes(self.text)

    @cached_property
    def _form(self) -> bytes:
        """What sentences are looked for in."""
        return text_form(self.text)

    @cached_property
    def _paragraphs(self) -> array[int]:
        """Where paragraphs begin, and where the text ends."""
        starts = RULES.paragraph_starts(self._form)
        starts.append(len(self.text))
        return starts

    def paragraph_number(self, offset: int) -> int:
        """Return the number of the paragraph in which ``offset`` lies."""
        return bisect_right(self._paragraphs, offset, 0, len(self._paragraphs) - 1) - 1

    def sentence_at(self, offset: int) -> Span:
        """Return the sentence in which ``offset`` lies; between two sentences, one of no length."""
        number = self.paragraph_number(offset)
        found = self._sentences.get(number)
        if found is None:
            start, end = self._paragraphs[number : number + 2]
            spans = RULES.sentences(self._form, start, end)
            found = self._sentences[number] = spans, [span[0] for span in spans]
        sentences, firsts = found
        place = bisect_right(firsts, offset) - 1
        if place >= 0 and offset < sentences[place][1]:
            return sentences[place]
        return offset, offset

    def lead(self, max_chars: int) -> Span:
        """Return as many sentences of the first paragraph as fit, or the beginning of the first.

        Costs the analysis of ``2 * max_chars`` characters, however long the text is.
        """
        start = self._ink_start
        blank = BLANK_LINE.search(self.text, start)
        # A sentence that does not end in twice the room would not have fitted anyway.
        end = min(blank.start() if blank else self._ink_end, start + 2 * max_chars)
        sentences = sentence_spans(self.text[start:end])
        fitting = [last for _, last in sentences if last <= max_chars]
        if fitting:
            return self.whole_characters((start, start + fitting[-1]))
        whole = start, end
        return self.around((start, start), whole, whole, max_chars)

    def in_whole_words(self, span: Span, sentence: Span, max_chars: int) -> Span:
        """Widen ``span`` to the words it stands in, but not to one longer than ``max_chars``."""
        starts, ends = self._words_of(sentence)
        start, end = span
        first = bisect_right(starts, start) - 1
        last = bisect_left(ends, end)
        if first >= 0 and ends[first] > start and ends[first] - starts[first] <= max_chars:
            start = starts[first]
        if last < len(ends) and starts[last] < end and ends[last] - starts[last] <= max_chars:
            end = ends[last]
        return start, end

    def around(self, core: Span, sentence: Span, free: Span, max_chars: int) -> Span:
        """Return the words around ``core`` in the ``free`` part of a long sentence.

        The passage begins with the free part where that leaves room for the core, ends with it
        where that does, and else has the core in its middle. A core with no room is cut at its
        end. Words longer than ``max_chars`` are cut between characters.
        """
        if self.data is not None:
            return cutting.around(self.data, core, sentence, free, max_chars)
        starts, ends = self._words_of(sentence)
        if core[1] - free[0] <= max_chars:
            earliest = free[0]
        elif free[1] - core[0] <= max_chars:
            earliest = free[1] - max_chars
        else:
            earliest = core[0] - max(max_chars - (core[1] - core[0]), 0) // 2
        place = bisect_left(starts, max(earliest, free[0]))
        if place < len(starts) and starts[place] <= core[0]:
            start = starts[place]
        else:
            start = min(self.graphemes.ceil(max(earliest, free[0])), core[0])
        latest = min(start + max_chars, free[1])
        place = bisect_right(ends, latest) - 1
        if place >= 0 and ends[place] > start and not ends[place] < core[1] <= latest:
            end = ends[place]
        else:
            end = max(self.graphemes.floor(latest), start + 1)
        return self.whole_characters((start, end))

    def whole_characters(self, span: Span) -> Span:
        """Widen ``span`` so that it splits no character."""
        start, end = span
        if self.data is not None:
            # Of all that is ASCII only a line break may be two code points.
            inside = self.data[start - 1 : start + 1] == b"\r\n"
            return start - inside, end + (self.data[end - 1 : end + 1] == b"\r\n")
        return self.graphemes.floor(start), self.graphemes.ceil(end)

    @cached_property
    def _ink_start(self) -> int:
        return len(self.text) - len(self.text.lstrip())

    @cached_property
    def _ink_end(self) -> int:
        return len(self.text.rstrip())

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
        """Return what stands between white space."""
        return self.text[span[0] : span[1]].split()

    def _words_of(self, sentence: Span) -> tuple[list[int], list[int]]:
        words = self._words.get(sentence)
        if words is None:
            spans = [match.span() for match in _word().finditer(self.text, *sentence)]
            words = [start for start, _ in spans], [end for _, end in spans]
            self._words[sentence] = words
        return words
