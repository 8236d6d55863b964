"""An analyzer small enough that a test's reader sees what it does."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable

import pytest

from searchlib.analysis.matching_tokens import Wanted, wanted_places
from searchlib.analysis.tokens import Token
from searchlib.snippets import Highlight
from tests.helpers.highlights import FieldHighlight


class PluralAnalyzer:
    """Words of letters and digits, without their plural s; "a-b" is also one word, where a is."""

    def __init__(self) -> None:
        self.analyzed: list[str] = []

    def places(self, text: str, wanted: Wanted) -> array[int]:
        return wanted_places(self.tokens(text), wanted)

    def tokens(self, text: str) -> list[Token]:
        self.analyzed.append(text)
        tokens = []
        position = 0
        for whole in re.finditer(r"\w+(?:-\w+)*", text):
            parts = list(re.finditer(r"\w+", whole.group()))
            if len(parts) > 1:
                tokens.append(_token(whole.group(), position, whole.start()))
            for part in parts:
                tokens.append(_token(part.group(), position, whole.start() + part.start()))
                position += 1
        return tokens


def _token(text: str, position: int, start: int) -> Token:
    word = text.casefold()
    return Token(word.removesuffix("s"), word, position, start, start + len(text))


@pytest.fixture
def analyzer() -> PluralAnalyzer:
    return PluralAnalyzer()


@pytest.fixture
def look_for() -> Callable[..., Highlight]:
    def make(phrase: str, field: str = "body", *, weight: float = 1.0) -> Highlight:
        terms = tuple(frozenset({term}) for term in phrase.split())
        return FieldHighlight(field, terms, weight=weight).leaf

    return make
