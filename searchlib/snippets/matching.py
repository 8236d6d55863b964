"""Where in the tokens of a text the things stand that a query looked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeAlias

from searchlib.analysis.tokens import Token
from searchlib.article import TextField

__all__ = ["Finder", "Highlight", "Match", "Patterns", "patterns_by_field"]


class Finder(Protocol):
    """What finds tokens in a text; see analysis/matching_tokens.py."""

    def occurrences(
        self, text: str, terms: frozenset[str], words: frozenset[str]
    ) -> Sequence[tuple[tuple[Token, ...], int, int]]:
        """Give the tokens of ``text`` that have one of the terms or words, in groups.

        With each group comes what is to be added to the offsets and to the positions of its
        tokens. Others may be among them.
        """
        ...


@dataclass(frozen=True, slots=True)
class Highlight:
    """One thing that the query looks for in one field.

    ``terms`` holds a set of alternative index terms for each of consecutive positions: one set
    for a word, several for a phrase. ``words`` holds folded words that will do instead of a single
    term (what a prefix or a wildcard stands for); ``terms`` may then be empty. ``weight`` is the
    idf: passages are chosen by the weight of what they hold, and one below 0 counts as 0.

    Raises ValueError for a phrase with ``words``: they have no place in it.
    """

    field: TextField
    terms: tuple[frozenset[str], ...]
    words: frozenset[str] = frozenset()
    weight: float = 1.0

    def __post_init__(self) -> None:
        if self.words and len(self.terms) > 1:
            raise ValueError(
                f"a phrase of {len(self.terms)} terms cannot have words; make them alternatives of"
                " one position"
            )


# The tokens of a group, and each of them that matches: from where to where, position, what is found
_Known: TypeAlias = tuple[tuple[Token, ...], list[tuple[int, int, int, tuple[int, ...]]]]


class Match(NamedTuple):
    """One place where highlights stand; ``found`` gives their numbers, see Patterns.weights."""

    start_char: int
    end_char: int
    position: int
    found: tuple[int, ...]


class Patterns:
    """The highlights of one field, ready to be found in its tokens.

    All of them are searched for at once by the shift-and automaton of Baeza-Yates and Gonnet (A
    new approach to text searching, CACM 35, 1992): one bit for each position of each highlight,
    in one integer. A token therefore costs the same whether it continues one phrase or a hundred.

    Highlights that look for the same are one. ``weights`` has the weight of each in millionths:
    integers, since sums of floats depend on their order.

    >>> from searchlib.analysis.tokens import Token
    >>> train = Highlight("body", (frozenset({"freight"}), frozenset({"train"})))
    >>> tokens = [Token("freight", "freight", 0, 0, 7), Token("train", "trains", 1, 8, 14)]
    >>> [match[:3] for match in Patterns([train]).find(tokens)]
    [(0, 14, 0)]
    """

    def __init__(self, highlights: Iterable[Highlight]) -> None:
        weights: dict[tuple[tuple[frozenset[str], ...], frozenset[str]], float] = {}
        for highlight in highlights:
            key = (highlight.terms, highlight.words)
            weights[key] = max(highlight.weight, weights.get(key, 0.0))
        self.weights: list[int] = []
        self._term_bits: dict[str, int] = {}
        self._word_bits: dict[str, int] = {}
        self._first_bits = 0
        self._last_bits = 0
        # By last bit, the length and the number of a highlight. The longest come last, so that the
        # highest bit of several phrases that end together is the one which began first.
        self._ending_at: dict[int, tuple[int, int]] = {}
        self._found: dict[int, tuple[int, ...]] = {}
        bit = 0
        for terms, words in sorted(weights, key=lambda key: len(key[0])):
            self._first_bits |= 1 << bit
            for word in words:
                self._word_bits[word] = self._word_bits.get(word, 0) | 1 << bit
            for place, alternatives in enumerate(terms, bit):
                for term in alternatives:
                    self._term_bits[term] = self._term_bits.get(term, 0) | 1 << place
            bit += max(len(terms), 1)
            self._last_bits |= 1 << bit - 1
            self._ending_at[bit - 1] = max(len(terms), 1), len(self.weights)
            self.weights.append(round(weights[terms, words] * 1_000_000))
        self._terms = frozenset(self._term_bits)
        self._words = frozenset(self._word_bits)
        self._known: dict[int, _Known] = {}
        self._all_words = self._last_bits + 1 == 1 << bit  # no phrases

    def find_in(self, text: str, finder: Finder) -> list[Match]:
        """Give all matches in ``text``; see find."""
        occurrences = finder.occurrences(text, self._terms, self._words)
        matches: list[Match] = []
        latest = -1
        for tokens, place, position in occurrences if self._all_words else ():
            _, known = self._known.get(id(tokens)) or self._know(tokens)
            for first, last, at, found in known:
                if position + at <= latest:
                    break  # several tokens at one position are one match
                latest = position + at
                matches.append(Match(place + first, place + last, latest, found))
            else:
                continue
            break
        else:
            if self._all_words:
                matches.sort()
                return matches
        return self.find(
            Token(term, word, position + at, place + first, place + last)
            for tokens, place, position in occurrences
            for term, word, at, first, last in tokens
        )

    def _know(self, tokens: tuple[Token, ...]) -> _Known:
        """Give the matches of a group of tokens, each a match by itself, and keep them."""
        known: list[tuple[int, int, int, tuple[int, ...]]] = []
        for term, word, at, first, last in tokens:
            bits = self._term_bits.get(term, 0) | self._word_bits.get(word, 0)
            if bits:
                known.append((first, last, at, self._found.get(bits) or self._numbers(bits)))
        # It is kept with the tokens, so that they keep their id.
        self._known[id(tokens)] = tokens, known
        return tokens, known

    def find(self, tokens: Iterable[Token]) -> list[Match]:
        """Give all matches, sorted by start and end; those that end at one position are one.

        A phrase reaches from the start of its first token to the end of its last.
        """
        term_bits, word_bits = self._term_bits.get, self._word_bits.get
        known = [
            (token, bits)
            for token in tokens
            if (bits := term_bits(token.term, 0) | word_bits(token.word, 0))
        ]
        matches: list[Match] = []
        groups: list[list[tuple[Token, int]]] = []  # of the positions up to here, without a gap
        state = 0
        here = -1
        for begin, end in _equal_positions(known):
            group = known[begin:end]
            if group[0][0].position != here + 1:
                state = 0
                groups.clear()
            here = group[0][0].position
            groups.append(group)
            bits_here = 0
            for _, bits in group:
                bits_here |= bits
            state = (state << 1 | self._first_bits) & bits_here
            if ended := state & self._last_bits:
                matches.append(self._match(groups, ended))
        matches.sort()
        return matches

    def _match(self, groups: Sequence[Sequence[tuple[Token, int]]], ended: int) -> Match:
        highest = ended.bit_length() - 1
        length, _ = self._ending_at[highest]
        begun = ended if length == 1 else 1 << highest - length + 1
        first = [token for token, bits in groups[-length] if bits & begun]
        last = [token for token, bits in groups[-1] if bits & ended]
        return Match(
            min(token.start_char for token in first),
            max(token.end_char for token in last),
            first[0].position,
            self._found.get(ended) or self._numbers(ended),
        )

    def _numbers(self, ended: int) -> tuple[int, ...]:
        numbers: list[int] = []
        rest = ended
        while rest:
            highest = rest.bit_length() - 1
            numbers.append(self._ending_at[highest][1])
            rest ^= 1 << highest
        return self._found.setdefault(ended, tuple(numbers))


def _equal_positions(known: Sequence[tuple[Token, int]]) -> Iterable[tuple[int, int]]:
    begin = 0
    for end in range(1, len(known) + 1):
        if end == len(known) or known[end][0].position != known[begin][0].position:
            yield begin, end
            begin = end


def patterns_by_field(highlights: Iterable[Highlight]) -> dict[TextField, Patterns]:
    """Give the patterns of each field for which there are highlights."""
    by_field: dict[TextField, list[Highlight]] = {}
    for highlight in highlights:
        by_field.setdefault(highlight.field, []).append(highlight)
    return {field: Patterns(wanted) for field, wanted in by_field.items()}
