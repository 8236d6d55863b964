"""Sound indexes with sections of every kind, of which copies are changed (crafting.py)."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from whoosh import fields

import searchlib
from searchlib import Article
from searchlib.whoosh import create_in

_TEXTS: Final = {
    "en": "The horses cross the border at noon and the freight train waits for O'Brien, U.S. agent.",
    "de": "Die Pferde überqueren die Grenze, und der Güterzug wartet bis Mittag auf die Reiter.",
    "fr": "Les chevaux passent la frontière à midi ; le train de marchandises les attend.",
    "ru": "Лошади пересекают границу в полдень, поезд ждёт на станции Хасан.",
    "ja": "馬は正午に国境を越え、貨物列車が駅で待っている。",
    "": "Horses, horses: a pony named Freight, 3.5% of $584,302 and C++ for R&D.",
}
_LANGUAGES: Final = tuple(_TEXTS)


def _article(n: int, words: int) -> Article:
    chance = random.Random(n)
    language = _LANGUAGES[n % len(_LANGUAGES)]
    noise = " ".join(f"w{int(chance.expovariate(0.02))}" for _ in range(words))
    return Article(
        article_id=f"id{n}",
        headline=f"Horses number {n}",
        body=f"{_TEXTS[language]}\n\n{noise}. {_TEXTS['en']}",
        caption="A white horse and a pony." if n % 3 == 0 else "",
        published=f"20{n % 23:02}-0{1 + n % 9}-02" if n % 4 else None,
        source=f"Wire {n % 3}",
        authors=("Ann O'Brien", f"Writer {n % 7}"),
        tags=("chess", f"tag{n % 5}"),
        section="World" if n % 2 else "",
        language=language,
    )


def _make(path: Path, commits: list[int], words: int) -> None:
    with searchlib.create(path) as index:
        first = 0
        for count in commits:
            with index.writer() as writer:
                writer.add_many(_article(n, words) for n in range(first, first + count))
                if first:
                    writer.delete(f"id{first - 1}")
                    writer.add(_article(first - 2, words + 1))
            first += count


def _make_for_whoosh(path: Path) -> None:
    path.mkdir()
    schema = fields.Schema(
        path=fields.ID(stored=True, unique=True),
        text=fields.TEXT(stored=True, vector=True),
        spelled=fields.NGRAMWORDS(),
        date=fields.DATETIME(stored=True, sortable=True),
        number=fields.NUMERIC(sortable=True),
    )
    index = create_in(str(path), schema)
    for first, count in ((0, 300), (300, 3), (303, 3)):
        with index.writer() as writer:
            for n in range(first, first + count):
                found = _article(n, 3)
                writer.update_document(
                    path=f"/{n % 304}", text=found.body, spelled=found.headline, number=n,
                    date=datetime(2000 + n % 23, 1, 2, tzinfo=None),  # noqa: DTZ001  # Whoosh's have none
                )  # fmt: skip


BASES: Final[dict[str, Callable[[Path], None]]] = {
    # The next commit merges these.
    "segments": lambda path: _make(path, [6] * 7, 12),
    # Lists of several windows of documents, and blocks of many entries.
    "windows": lambda path: _make(path, [1100, 3], 2),
    # Enough articles that zstd has a dictionary.
    "dictionary": lambda path: _make(path, [40, 3], 900),
}
"""``BASES[name](path)`` makes a sound index of articles."""

WHOOSH_BASES: Final = {"whoosh": _make_for_whoosh}
"""Likewise of a Whoosh program."""
