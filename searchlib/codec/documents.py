"""The indexed form of an article: what the writer hands to the codec."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from searchlib.article import TextField

__all__ = ["Document"]


@dataclass(frozen=True, slots=True)
class Document:
    """One article, analyzed.

    ``terms`` has the positions of each term of each text field as ``array('I')``, strictly
    increasing; ``words`` how often each folded word stands there; ``lengths`` how many positions
    the field has. ``keys`` has the folded values of each metadata field. ``published_us`` counts
    microseconds from 1970 in UTC. ``article`` is the article itself as UTF-8 JSON.
    """

    article_id: str
    terms: Mapping[TextField, Mapping[str, array[int]]]
    words: Mapping[TextField, Mapping[str, int]]
    lengths: Mapping[TextField, int]
    keys: Mapping[str, Collection[str]]
    published_us: int | None
    article: bytes
