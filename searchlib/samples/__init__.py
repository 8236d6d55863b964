"""The sample articles, which the command line searches if there is no index yet.

They were written for this project and are under its licence. Newspapers, persons and figures are
invented; some of the events are real.
"""

from __future__ import annotations

import json
from importlib.resources import files

from searchlib.article import Article

__all__ = ["sample_articles"]


def sample_articles() -> tuple[Article, ...]:
    """Return the sample articles, the oldest first. Every call reads them from the file again.

    Each article has its own subject, except two that report the same storm: the later one is an
    update by another newspaper. One article is in German, one in French and one in Japanese; the
    others are in English.

    >>> [article.headline for article in sample_articles() if "horses" in article.headline]
    ['Thirty horses on the first train as Russia–North Korea railway reopens']
    """
    # Not splitlines(): it would also split at U+2028, which JSON allows in a string.
    lines = (files(__name__) / "articles.jsonl").read_text(encoding="utf-8").split("\n")
    return tuple(Article.from_dict(json.loads(line)) for line in lines if line)
