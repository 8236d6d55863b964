"""Articles in any number, the same ones in every run."""

from __future__ import annotations

import random
from collections.abc import Iterator

from searchlib import Article


def noisy_article(number: int) -> Article:
    """Return an article with 60 words of its own; ``horses`` and its number are the headline."""
    noise = random.Random(number)
    body = " ".join(f"w{noise.randrange(400)}" for _ in range(60))
    return Article(
        article_id=f"a{number}", headline=f"horses {number}", body=body, source=f"Wire {number % 3}"
    )


def long_articles(count: int, word: str = "horses") -> list[Article]:
    """Return articles long enough that a thread of its own compresses them."""
    return [
        Article(article_id=f"{word}{n}", headline=word, body=f"{word} {n} trains " * 400)
        for n in range(count)
    ]


def varied_articles(count: int, seed: int = 1) -> list[Article]:
    """Return articles whose words have several forms, with sources, authors, and dates or none."""
    chance = random.Random(seed)
    known = ["horse", "horses", "run", "running", "runs", *(f"w{i}x" for i in range(300))]
    return [
        Article(
            article_id=f"a{number}",
            headline=" ".join(chance.choices(known, k=4)),
            body=" ".join(["the"] * chance.randint(1, 9) + chance.choices(known, k=20)),
            published="2020-01-01" if number % 3 else None,
            source=chance.choice(("one", "two")),
            authors=[chance.choice(("Ann", "Bo"))],
        )
        for number in range(count)
    ]


def zipf_articles(count: int) -> Iterator[Article]:
    """Yield articles of words with Zipf's frequencies, which come in bursts, as in news."""
    chance = random.Random(1)
    words = [f"w{number}" for number in range(5000)]
    weights = [1 / (number + 5) for number in range(5000)]
    for number in range(count):
        body = chance.choices(words, weights, k=chance.randint(40, 160))
        body += chance.choices(body, k=20)
        headline = " ".join(chance.choices(body, k=6))
        yield Article(article_id=str(number), headline=headline, body=" ".join(body))
