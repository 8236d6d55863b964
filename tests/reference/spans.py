"""Where the parts of a query stand in an article: by brute force, over plain lists of tokens.

A span is an occurrence, from its first to its last position in one field. Whatever a part of the
language is defined by is looked at for every token, every choice of tokens, every pair of spans.
Of searchlib there are the analyzers and the sentences, which have tests of their own, and nothing
else.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise, product
from typing import Literal, NamedTuple

from searchlib.analysis import Analyzer, Token, exact_letters
from searchlib.analysis.folding import fold_word
from searchlib.analysis.sentences import sentence_spans
from searchlib.article import TEXT_FIELDS, TextField
from searchlib.query import tree

__all__ = [
    "Finder",
    "Mark",
    "Places",
    "Span",
    "Spans",
    "Text",
    "changes",
    "expression",
    "has_term",
    "is_one_ideograph",
    "leads",
    "like",
    "matcher",
    "near",
    "starts",
    "stretches",
    "union",
]

Span = tuple[int, int]
"""The first and the last position of an occurrence."""

Mark = tuple[int, int]
"""Half-open offsets of characters."""

Spans = dict[Span, set[Mark]]
"""The spans of one field, each with what it marks: several marks, if a word is found in two ways."""

Places = dict[TextField, Spans]


class Place(NamedTuple):
    """A token of a text, and the letters that it has there."""

    term: str
    word: str
    letters: str
    position: int
    start_char: int
    end_char: int


Wanted = Callable[[Place], bool]


@dataclass(frozen=True)
class Text:
    """A field of an article: its characters and its tokens."""

    text: str
    tokens: Sequence[Place]

    @classmethod
    def of(cls, text: str, analyzer: Analyzer) -> Text:
        return cls(text, _places(text, analyzer.tokens(text)))

    def start_of(self, position: int) -> int:
        """Where the word at a position begins."""
        return min(token.start_char for token in self.tokens if token.position == position)

    def part_with(self, position: int, parts: Sequence[Mark]) -> int:
        """Which of ``parts``, sentences or paragraphs, the word at a position begins in."""
        at = self.start_of(position)
        (found,) = [n for n, (start, end) in enumerate(parts) if start <= at < end]
        return found


def _places(text: str, tokens: Iterable[Token]) -> list[Place]:
    return [
        Place(term, word, exact_letters(text[start:end]), position, start, end)
        for term, word, position, start, end in tokens
    ]


class Finder:
    """Finds the spans of the nodes that have any.

    ``analyzers`` read the articles, the index's own first. ``words`` are those of each field of
    all articles: of a prefix of several words the last one stands for them.
    """

    def __init__(
        self, analyzers: Sequence[Analyzer], words: Mapping[TextField, Iterable[str]]
    ) -> None:
        self.analyzers = analyzers
        self.base = analyzers[0]
        self.words = words

    def has_words(self, node: tree.Node) -> bool:
        """Tell whether analysis leaves anything of ``node``; else it counts as not typed."""
        match node:
            case tree.Word(text) | tree.Phrase(text) | tree.Fuzzy(text):
                return any(analyzer.query_tokens(text) for analyzer in self.analyzers)
            case tree.Prefix(text) | tree.Verbatim(text):
                return bool(self.base.query_tokens(text))
            case tree.Near(left, right, _, _, negated):
                return self.has_words(left) or (not negated and self.has_words(right))
            case tree.First(child) | tree.Lead(child) | tree.AtLeast(child):
                return self.has_words(child)
            case tree.Or(children):
                return any(map(self.has_words, children))
            case _:
                return True

    def find(self, node: tree.Node, article: Mapping[TextField, Text]) -> Places:
        """Give the spans of ``node`` in each field where there are any."""
        found = {field: self._in(node, field, article) for field in article}
        return {field: spans for field, spans in found.items() if spans}

    def _in(self, node: tree.Node, field: TextField, article: Mapping[TextField, Text]) -> Spans:
        text = article[field]
        match node:
            case tree.Or(children):
                return union(self._in(child, field, article) for child in children)
            case tree.Near(left, right) if not (self.has_words(left) and self.has_words(right)):
                return self._in(left if self.has_words(left) else right, field, article)
            case tree.Near(left, right, within, ordered, negated):
                sides = self._in(left, field, article), self._in(right, field, article)
                return near(text, *sides, within, ordered=ordered, negated=negated)
            case tree.First(child, count):
                spans = self._in(child, field, article)
                return {span: marks for span, marks in spans.items() if span[1] < count}
            case tree.Lead(child):
                spans = self._in(child, field, article)
                return {u: marks for u, marks in spans.items() if leads(u, field, text)}
            case tree.AtLeast(child, count):
                every = self.find(child, article)
                enough = sum(map(len, every.values())) >= count
                return every.get(field, {}) if enough else {}
            case _:
                return self._leaf(node, text) if field in getattr(node, "fields", ()) else {}

    def _leaf(self, node: tree.Node, text: Text) -> Spans:
        if not self.has_words(node):
            return {}
        match node:
            case tree.Word(typed):
                return union(stretches(text.tokens, each, 0) for each in self.phrases(typed))
            case tree.Phrase(typed, _, slop):
                return union(stretches(text.tokens, each, slop) for each in self.phrases(typed))
            case tree.Verbatim(typed):
                readings = [_places(typed, a.query_tokens(typed)) for a in self.analyzers]
                return union(
                    stretches(text.tokens, _written(typed, places, text.text), 0)
                    for places in readings
                    if places
                )
            case tree.Prefix(typed):
                return stretches(text.tokens, self._prefix(typed), 0)
            case tree.Wildcard(pattern):
                return _words(text, matcher(pattern, self.base))
            case tree.Regex(pattern):
                return _words(text, expression(pattern, self.base))
            case tree.Fuzzy(typed, edits, fields):
                words = [token.word for token in self.base.query_tokens(typed)]
                if len(words) != 1:
                    return self._leaf(tree.Word(typed, fields), text)
                return _words(text, like(words[0], edits))
        raise TypeError(f"{node!r} has no place")

    def phrases(self, typed: str) -> list[list[Wanted]]:
        """Give what ``typed`` may be: for each number of words, what stands at each place.

        Stemmers that agree on where the words are give each place several stems.
        """
        readings = [[token.term for token in a.query_tokens(typed)] for a in self.analyzers]
        found: list[list[Wanted]] = []
        for length in dict.fromkeys(map(len, filter(None, readings))):
            alike = [terms for terms in readings if len(terms) == length]
            if length == 1 and is_one_ideograph(alike[0][0]):
                found.append([_has_word(starts(alike[0][0]))])
            else:
                found.append([has_term(frozenset(place)) for place in zip(*alike, strict=True)])
        return found

    def _prefix(self, typed: str) -> list[Wanted]:
        tokens = self.base.query_tokens(typed)
        begins = starts(tokens[-1].word)
        if len(tokens) == 1:
            return [_has_word(begins)]
        # "state-of-the-ar*" is a phrase that ends in the stem of any word it may be.
        readings = [analyzer.query_tokens(typed) for analyzer in self.analyzers]
        alike = [reading for reading in readings if len(reading) == len(tokens)]
        places = [{token.term for token in place} for place in zip(*alike, strict=True)]
        places[-1] = {
            token.term
            for field in TEXT_FIELDS
            for word in self.words[field]
            if begins(word)
            for analyzer in self.analyzers
            for token in analyzer.query_tokens(word)[:1]
        }
        return [has_term(frozenset(place)) for place in places]


def stretches(tokens: Sequence[Place], wanted: Sequence[Wanted], slop: int) -> Spans:
    """Give the shortest stretches in which there is a token for each of ``wanted``.

    In their order they have room for ``slop`` more words, in any other for two less; then a stretch
    is from one of their words to another, has as many words as the phrase at least, and has equal
    ones at as many positions as there are in the phrase.
    """
    found: Spans = defaultdict(set)
    least = len(wanted)
    for chosen in _choices(tokens, wanted, least + slop):
        if all(one.position < other.position for one, other in pairwise(chosen)):
            first, last = chosen[0], chosen[-1]
            found[first.position, last.position].add((first.start_char, last.end_char))
    ends = [token for token in tokens if any(each(token) for each in wanted)]
    for first, last in product(ends, ends):
        if least <= last.position - first.position + 1 <= least + slop - 2:
            within = [t for t in ends if first.position <= t.position <= last.position]
            if all(
                len({token.position for token in within if each(token)}) >= wanted.count(each)
                for each in wanted
            ):
                found[first.position, last.position].add((first.start_char, last.end_char))
    return {
        span: marks
        for span, marks in found.items()
        if not any(other != span and _within(other, span) for other in found)
    }


def _choices(
    tokens: Sequence[Place], wanted: Sequence[Wanted], room: int, *chosen: Place
) -> Iterator[tuple[Place, ...]]:
    """Give each choice of a token for each of ``wanted``, all in ``room``."""
    if not wanted:
        yield chosen
        return
    for token in filter(wanted[0], tokens):
        positions = {token.position, *(other.position for other in chosen)}
        if max(positions) - min(positions) < room:
            yield from _choices(tokens, wanted[1:], room, *chosen, token)


def _within(inner: Span, outer: Span) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def _words(text: Text, wanted: Callable[[str], bool]) -> Spans:
    return stretches(text.tokens, [_has_word(wanted)], 0)


def union(parts: Iterable[Spans]) -> Spans:
    every: Spans = defaultdict(set)
    for spans in parts:
        for span, marks in spans.items():
            every[span] |= marks
    return dict(every)


def near(
    text: Text,
    left: Spans,
    right: Spans,
    within: int | Literal["s", "p"],
    *,
    ordered: bool,
    negated: bool,
) -> Spans:
    pairs = [(a, b) for a in left for b in right if _are_near(text, a, b, within, ordered=ordered)]
    if negated:
        return {a: marks for a, marks in left.items() if all(a != other for other, _ in pairs)}
    return union(
        [
            {a: marks for a, marks in left.items() if any(a == other for other, _ in pairs)},
            {b: marks for b, marks in right.items() if any(b == other for _, other in pairs)},
        ]
    )


def _are_near(
    text: Text, a: Span, b: Span, within: int | Literal["s", "p"], *, ordered: bool
) -> bool:
    if a[1] < b[0]:
        distance = b[0] - a[1]
    elif b[1] < a[0] and not ordered:
        distance = a[0] - b[1]
    else:
        return False
    if isinstance(within, int):
        return distance <= within
    parts = sentence_spans(text.text) if within == "s" else _paragraphs(text.text)
    return len({text.part_with(position, parts) for position in (*a, *b)}) == 1


def _paragraphs(text: str) -> list[Mark]:
    """Give the paragraphs of a text, those that are not empty."""
    ends = [found.span() for found in re.finditer(r"\n\s*\n|\u2029", text)]
    starts_ = [0, *(end for _, end in ends)]
    stops = [*(start for start, _ in ends), len(text)]
    return [
        (start, stop)
        for start, stop in zip(starts_, stops, strict=True)
        if text[start:stop].strip()
    ]


def leads(span: Span, field: TextField, text: Text) -> bool:
    if field == "body":
        return text.part_with(span[1], _paragraphs(text.text)) == 0
    return field == "headline"


@cache
def has_term(terms: frozenset[str]) -> Wanted:
    return lambda token: token.term in terms


def _has_word(wanted: Callable[[str], bool]) -> Wanted:
    return lambda token: wanted(token.word)


def _written(typed: str, places: Sequence[Place], text: str) -> list[Wanted]:
    """Give what is spelled as ``places`` of what was typed, with what is elided before them."""
    ends = [0, *(place.end_char for place in places)]
    return [
        _has_letters(place, _elision(typed[end : place.start_char]), text)
        for end, place in zip(ends, places, strict=False)
    ]


def _elision(before: str) -> str:
    """Give what stands before a word with an apostrophe and is no word by itself: l', jusqu'."""
    found = re.search(r"(?:[^\W\d_]+['’])+$", before)
    return exact_letters(found[0]) if found else ""


def _has_letters(typed: Place, before: str, text: str) -> Wanted:
    def wanted(token: Place) -> bool:
        start = token.start_char - len(before)
        return (
            token.word == typed.word
            and start >= 0
            and exact_letters(text[start : token.start_char]) == before
            and token.letters == typed.letters
        )

    return wanted


def starts(prefix: str) -> Callable[[str], bool]:
    return lambda word: word.startswith(prefix)


def matcher(pattern: str, base: Analyzer) -> Callable[[str], bool]:
    """Give what tells whether a folded word is one of a pattern of ``*`` and ``?``."""
    fold_part = _nfc if base.name == "exact" else fold_word
    parts = [fold_part(part) for part in re.split("([*?])", pattern)]
    expression = "".join({"*": ".*", "?": "."}.get(part, re.escape(part)) for part in parts)
    return lambda word: bool(re.fullmatch(expression, word, re.DOTALL))


def expression(pattern: str, base: Analyzer) -> Callable[[str], bool]:
    """Give what tells whether a regular expression matches a folded word; its letters are folded."""
    parts = re.split(r"(\\.)", pattern)
    fold_part = _nfc if base.name == "exact" else fold_word
    folded = "".join(part if part[:1] == "\\" else fold_part(part) for part in parts)
    return lambda word: bool(re.fullmatch(folded, word))


def like(typed: str, edits: int) -> Callable[[str], bool]:
    return lambda word: changes(typed, word) <= edits


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def is_one_ideograph(term: str) -> bool:
    scripts = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO")
    return len(term) == 1 and unicodedata.name(term, "").startswith(scripts)


def changes(one: str, other: str) -> int:
    """Count the changes that make one word of the other, each letter changed once at most.

    A change is a letter more, a letter less, another letter, or two neighbours exchanged.
    """
    table = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i in range(len(one) + 1):
        for j in range(len(other) + 1):
            if i == 0 or j == 0:
                table[i][j] = i + j
                continue
            ways = [
                table[i - 1][j] + 1,
                table[i][j - 1] + 1,
                table[i - 1][j - 1] + (one[i - 1] != other[j - 1]),
            ]
            if i > 1 and j > 1 and one[i - 2 : i] == other[j - 2 : j][::-1]:
                ways.append(table[i - 2][j - 2] + 1)
            table[i][j] = min(ways)
    return table[-1][-1]
