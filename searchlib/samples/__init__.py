"""The articles that are searched where no index exists yet.

They were written for this project and are under its licence. Papers, persons and figures are
invented, even where the event is not.
"""

from __future__ import annotations

import json
from importlib.resources import files

from searchlib.article import Article

__all__ = ["sample_articles"]


def sample_articles() -> tuple[Article, ...]:
    """Return the sample articles, the oldest first; every call reads them anew.

    One subject each, in English but for one in German, one in French and one in Japanese. Two are
    the same storm report, the second of them an update by another paper.

    >>> [article.headline for article in sample_articles() if "horses" in article.headline]
    ['Thirty horses on the first train as Russia–North Korea railway reopens']
    """
    # Not splitlines(), which would also part a text at the U+2028 that JSON allows in a string.
    lines = (files(__name__) / "articles.jsonl").read_text(encoding="utf-8").split("\n")
    return tuple(Article.from_dict(json.loads(line)) for line in lines if line)
