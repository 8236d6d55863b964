"""The articles and queries for all engines."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from itertools import islice, pairwise
from typing import Final, Literal, TypeAlias

import searchlib
from searchlib import Article

__all__ = [
    "FUNCTION_WORDS",
    "KINDS",
    "WORD",
    "Kind",
    "Queries",
    "load",
    "make_queries",
    "text_bytes",
]

Kind: TypeAlias = Literal["term", "or2", "or3", "and2", "phrase2"]
Queries: TypeAlias = dict[Kind, list[tuple[str, ...]]]

KINDS: Final[tuple[Kind, ...]] = ("term", "or2", "or3", "and2", "phrase2")
_SEED: Final = 1987
WORD: Final = re.compile(r"[A-Za-z]{3,}")
_MIN_WORDS: Final = 6
# People do not type queries of function words alone.
FUNCTION_WORDS: Final = frozenset(
    "the and for are was were been with that this from has have had not but its which will would"
    " said she they you his her their our than then there who all can may more also into".split()
)


def load(path: str, limit: int | None) -> list[Article]:
    """Return the first ``limit`` articles of ``path``; all if it is None."""
    return list(islice(searchlib.read(path, strict=True), limit))


def text_bytes(articles: Sequence[Article]) -> int:
    """Return the size of the searched text in bytes."""
    return sum(len((a.headline + a.body + a.caption).encode()) for a in articles)


def make_queries(articles: Sequence[Article], count: int) -> Queries:
    """Return ``count`` queries of each kind, always the same; their words are from one article."""
    chance = random.Random(_SEED)  # noqa: S311  # not for secrets
    queries: Queries = {kind: [] for kind in KINDS}
    while len(queries["term"]) < count:
        words = [word.lower() for word in WORD.findall(chance.choice(articles).body)]
        content = [word for word in words if word not in FUNCTION_WORDS]
        pairs = [pair for pair in pairwise(words) if not FUNCTION_WORDS.intersection(pair)]
        if len(content) < _MIN_WORDS or not pairs:
            continue
        queries["term"].append((chance.choice(content),))
        queries["or2"].append(tuple(chance.sample(content, 2)))
        queries["or3"].append(tuple(chance.sample(content, 3)))
        queries["and2"].append(tuple(chance.sample(content, 2)))
        queries["phrase2"].append(chance.choice(pairs))
    return queries
