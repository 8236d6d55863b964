"""Find the sentences and words of one field, and the boundaries of its passages."""

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

# Han and kana are written without spaces, and a line may break after any of them. So each is a word
# of its own, together with the closing punctuation after it: that never begins a line.
_IDEOGRAPH: Final = (
    "\u3041-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_OPENING: Final = r"(\[{\u2018\u201c\u3008\u300a\u300c\u300e\u3010\uff08"

# Half-open offsets into a text
Span: TypeAlias = tuple[int, int]


@cache
def _word() -> re.Pattern[str]:
    """Return the pattern of a word or an ideograph.

    It takes 2 ms to compile, so only if a sentence is long enough to be cut.
    """
    return re.compile(rf"[{_IDEOGRAPH}][^\w\s{_OPENING}]*|[^\s{_IDEOGRAPH}]+")


class TextLayout:
    """One field of an article, split into sentences and words on demand.

    The first look-up in a paragraph finds its sentences, and the first look-up of a word in a
    sentence finds its words. ``data`` holds the bytes of an ASCII text, which kernels read, and is
    None for any other text.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.data = text.encode() if text.isascii() else None
        self._sentences: dict[int, tuple[list[Span], list[int]]] = {}
        self._words: dict[Span, tuple[list[int], list[int]]] = {}

    @cached_property
    def graphemes(self) -> Graphemes:
        """The characters of the text as a reader sees them."""
        return Graphemes(self.text)

    @cached_property
    def _form(self) -> bytes:
        """The form of the text that the sentence rules read."""
        return text_form(self.text)

    @cached_property
    def _paragraphs(self) -> array[int]:
        """The start of each paragraph, and the end of the text."""
        starts = RULES.paragraph_starts(self._form)
        starts.append(len(self.text))
        return starts

    def paragraph_number(self, offset: int) -> int:
        """Return the number of the paragraph that contains ``offset``, from 0."""
        return bisect_right(self._paragraphs, offset, 0, len(self._paragraphs) - 1) - 1

    def sentence_at(self, offset: int) -> Span:
        """Return the sentence that contains ``offset``; an empty span between two sentences."""
        number = self.paragraph_number(offset)
        cached = self._sentences.get(number)
        if cached is None:
            start, end = self._paragraphs[number : number + 2]
            spans = RULES.sentences(self._form, start, end)
            cached = self._sentences[number] = spans, [span[0] for span in spans]
        sentences, starts = cached
        index = bisect_right(starts, offset) - 1
        if index >= 0 and offset < sentences[index][1]:
            return sentences[index]
        return offset, offset

    def lead(self, max_chars: int) -> Span:
        """Return the first sentences of the first paragraph, as many as fit ``max_chars``.

        If the first sentence does not fit, return its beginning. Reads ``2 * max_chars``
        characters, however long the text is.
        """
        start = self._ink_start
        blank = BLANK_LINE.search(self.text, start)
        # A sentence that does not end within twice max_chars would not fit anyway.
        end = min(blank.start() if blank else self._ink_end, start + 2 * max_chars)
        sentences = sentence_spans(self.text[start:end])
        fitting_ends = [last for _, last in sentences if last <= max_chars]
        if fitting_ends:
            return self.whole_characters((start, start + fitting_ends[-1]))
        paragraph = start, end
        return self.around((start, start), paragraph, paragraph, max_chars)

    def in_whole_words(self, span: Span, sentence: Span, max_chars: int) -> Span:
        """Return ``span`` widened to whole words. A word above ``max_chars`` is not added."""
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

        The passage begins where the free part begins, if the core fits. Otherwise it ends where the
        free part ends, if the core fits. Otherwise the core is in its middle. A core longer than
        ``max_chars`` is cut at its end. Words longer than ``max_chars`` are cut between characters.
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
        index = bisect_left(starts, max(earliest, free[0]))
        if index < len(starts) and starts[index] <= core[0]:
            start = starts[index]
        else:
            start = min(self.graphemes.ceil(max(earliest, free[0])), core[0])
        latest = min(start + max_chars, free[1])
        index = bisect_right(ends, latest) - 1
        if index >= 0 and ends[index] > start and not ends[index] < core[1] <= latest:
            end = ends[index]
        else:
            end = max(self.graphemes.floor(latest), start + 1)
        return self.whole_characters((start, end))

    def whole_characters(self, span: Span) -> Span:
        """Return ``span`` widened so that it splits no character."""
        start, end = span
        if self.data is not None:
            # The only character of two ASCII code points is the line break CR LF.
            starts_inside = self.data[start - 1 : start + 1] == b"\r\n"
            ends_inside = self.data[end - 1 : end + 1] == b"\r\n"
            return start - starts_inside, end + ends_inside
        return self.graphemes.floor(start), self.graphemes.ceil(end)

    @cached_property
    def _ink_start(self) -> int:
        return len(self.text) - len(self.text.lstrip())

    @cached_property
    def _ink_end(self) -> int:
        return len(self.text.rstrip())

    @property
    def has_ink(self) -> bool:
        """Whether the text has a character that is not white space."""
        return self._ink_start < self._ink_end

    def has_ink_before(self, offset: int) -> bool:
        """Return whether a character before ``offset`` is not white space."""
        return self._ink_start < offset

    def has_ink_after(self, offset: int) -> bool:
        """Return whether a character at ``offset`` or after it is not white space."""
        return offset < self._ink_end

    def words_at(self, span: Span) -> list[str]:
        """Return the text of ``span``, split at white space."""
        return self.text[span[0] : span[1]].split()

    def _words_of(self, sentence: Span) -> tuple[list[int], list[int]]:
        words = self._words.get(sentence)
        if words is None:
            spans = [word.span() for word in _word().finditer(self.text, *sentence)]
            words = [start for start, _ in spans], [end for _, end in spans]
            self._words[sentence] = words
        return words
