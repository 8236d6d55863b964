"""The analyzer: turns text into tokens, in the same way for articles and queries."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from typing import Final

from searchlib.analysis.folding import bounded_marks, fold_word
from searchlib.analysis.stemming import ELISIONS, LANGUAGES, language_of, stemmer
from searchlib.analysis.tokenizer import (
    MAX_WORD_CHARS,
    is_ideographic,
    split_ideographs,
    word_forms,
    word_spans,
)
from searchlib.analysis.tokens import Token

__all__ = ["Analyzer", "exact_letters", "get_analyzer", "known_analyzers", "language_of"]

_MAX_CACHED_WORDS: Final = 200_000
"""Maximum number of words in the cache of an analyzer, to bound its memory."""

_MAX_CACHED_CHARS: Final = 64
"""Maximum length of a cached word, to bound the memory of the cache."""

_WordTokens = tuple[tuple[str, str, int, int, int], ...]
"""The tokens of one word: term, folded word, position, start and end, counted from the word."""


class Analyzer:
    """Turns text into tokens.

    ``name`` is the name that get_analyzer takes. ``language`` is the ISO code of the language that
    the analyzer stems, or "" if it does not stem. The tokens of up to 200,000 words are cached, so
    that a word is folded and stemmed only the first time. Safe to use from many threads.

    >>> analyzer = get_analyzer("english")
    >>> [token.term for token in analyzer.tokens("Russia's 30 horses")]
    ['russia', '30', 'hors']
    """

    def __init__(
        self,
        name: str,
        language: str,
        fold: Callable[[str], str],
        stem: Callable[[str], str],
        elisions: frozenset[str],
    ) -> None:
        self.name = name
        self.language = language
        self.stem = stem
        """Function from a folded word to its stem."""
        self.fold = fold
        """Function from a word to its folded form, as the index stores it."""
        self._elisions = elisions
        self._cache: dict[str, _WordTokens] = {}

    def __repr__(self) -> str:
        return f"<Analyzer {self.name}>"

    def tokens(self, text: str) -> list[Token]:
        """Return the tokens of ``text`` in the order of their positions. Linear in its length.

        If its words are cached, one second is enough for 1.9 million characters of news in
        English, 2.0 million in Russian, and 0.9 million in Chinese.
        """
        tokens = []
        position = 0
        for start, _, word_tokens in self._words(text):
            for term, word, in_word, first, last in word_tokens:
                tokens.append(Token(term, word, position + in_word, start + first, start + last))
            position += word_tokens[-1][2] + 1
        return tokens

    def only_term(self, word: str) -> str | None:
        """Return the term of an ASCII word that is one token; None if it is several, or none.

        1 µs for a cached word.
        """
        word_tokens = self._cache.get(word)
        if word_tokens is None:
            word_tokens = self._analyze_once(word)
        return word_tokens[0][0] if len(word_tokens) == 1 else None

    def query_tokens(self, text: str) -> list[Token]:
        """Return one token for each position: the first of those at the position.

        The token of the last ideograph of a run is left out: the pairs before it cover the run.
        """
        first: dict[int, Token] = {}
        position = 0
        for start, is_run, word_tokens in self._words(text):
            for term, word, in_word, begin, end in word_tokens[:-1] if is_run else word_tokens:
                token = Token(term, word, position + in_word, start + begin, start + end)
                first.setdefault(token.position, token)
            position += word_tokens[-1][2] + 1
        return list(first.values())

    def _words(self, text: str) -> Iterator[tuple[int, bool, _WordTokens]]:
        """Yield for each word its start, whether it is a run of ideographs, and its tokens."""
        cache = self._cache
        for start, end in word_spans(text):
            word = text[start:end]
            word_tokens = cache.get(word)
            if word_tokens is None:
                word_tokens = self._analyze_once(word)
            if word_tokens:
                yield start, len(word_tokens) > 1 and is_ideographic(word), word_tokens

    def _analyze_once(self, word: str) -> _WordTokens:
        """Return the tokens of a word that is not in the cache, and add them to the cache."""
        word_tokens = self._analyze(word)
        if len(word) <= _MAX_CACHED_CHARS:
            if len(self._cache) >= _MAX_CACHED_WORDS:
                self._cache.clear()
            self._cache[word] = word_tokens
        return word_tokens

    def _analyze(self, word: str) -> _WordTokens:
        if is_ideographic(word):
            return tuple(self._pairs(word))
        word_tokens: list[tuple[str, str, int, int, int]] = []
        position = -1
        previous = -1
        for form in word_forms(word, self._elisions):
            folded = self.fold(form.text)[:MAX_WORD_CHARS]
            if not folded:
                continue
            # A form that is empty after folding takes no position, so that there are no gaps.
            position += form.position != previous
            previous = form.position
            token = (self.stem(folded), folded, position, form.start, form.end)
            if all(token[:3] != earlier[:3] for earlier in word_tokens):
                word_tokens.append(token)
        return tuple(word_tokens)

    def _pairs(self, run: str) -> Iterator[tuple[str, str, int, int, int]]:
        spans = split_ideographs(run)
        for position, (start, end) in enumerate(spans):
            pair_end = spans[position + 1][1] if position + 1 < len(spans) else end
            pair = self.fold(run[start:pair_end])[:MAX_WORD_CHARS]
            yield pair, pair, position, start, pair_end


_APOSTROPHES: Final = str.maketrans("\u2019\u02bc\uff07", "'''")


def exact_letters(text: str) -> str:
    """Return ``text`` in NFC, with straight apostrophes and without invisible characters."""
    if text.isascii():
        return text
    text = "".join(c for c in bounded_marks(text) if unicodedata.category(c) != "Cf")
    return unicodedata.normalize("NFC", text).translate(_APOSTROPHES)


def _unstemmed(word: str) -> str:
    return word


def known_analyzers() -> tuple[str, ...]:
    """Return the names that get_analyzer takes. It also takes the ISO codes of the languages."""
    return (*sorted(LANGUAGES.values()), "plain", "exact")


@cache
def get_analyzer(name: str) -> Analyzer:
    """Return the analyzer with this name, always the same object.

    The analyzer of a language ("english" or "en") folds and stems. "plain" only folds. "exact"
    keeps case and accents. Raises ValueError for any other name.
    """
    if name == "exact":
        return Analyzer("exact", "", exact_letters, _unstemmed, frozenset())
    if name == "plain":
        return Analyzer("plain", "", fold_word, _unstemmed, frozenset())
    language = LANGUAGES.get(name, name)
    if language != name:
        return get_analyzer(language)
    for code, known in LANGUAGES.items():
        if known == language:
            elisions = ELISIONS.get(language, frozenset())
            return Analyzer(language, code, fold_word, stemmer(language), elisions)
    raise ValueError(f"there is no analyzer {name!r}; there are {', '.join(known_analyzers())}")
