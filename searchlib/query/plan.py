"""What a query asks of one index: its words analyzed, its prefixes spelled out.

The leaves of a plan name terms that the index has or may have; nothing in it depends on how the
query was typed, and nothing in it scores.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from searchlib.article import TextField

__all__ = [
    "AllOf",
    "AnyOf",
    "Clauses",
    "DateLeaf",
    "Everything",
    "Except",
    "KeyLeaf",
    "Leaf",
    "Nothing",
    "PhraseLeaf",
    "Plan",
    "WordLeaf",
]


@dataclass(frozen=True, slots=True)
class WordLeaf:
    """Documents with any of these in any of the fields; all together count as one word.

    ``terms`` are stems, ``words`` are whole words as they were written (of a prefix or wildcard).
    """

    label: str
    fields: tuple[TextField, ...]
    terms: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PhraseLeaf:
    """Documents where the terms stand side by side; each place has its alternatives."""

    label: str
    fields: tuple[TextField, ...]
    terms: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class KeyLeaf:
    """Documents with any of these folded values in a metadata field."""

    label: str
    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DateLeaf:
    """Documents published from ``since_us`` on and before ``until_us`` (microseconds, UTC)."""

    label: str
    since_us: int | None
    until_us: int | None


@dataclass(frozen=True, slots=True)
class Everything:
    """Every document, with the score 0."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """No document."""


@dataclass(frozen=True, slots=True)
class AllOf:
    """Documents that all parts match; the scores are added."""

    parts: tuple[Plan, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Documents that one of the parts matches at least; the scores are added."""

    parts: tuple[Plan, ...]


@dataclass(frozen=True, slots=True)
class Except:
    """Documents that ``part`` does not match, with the score 0."""

    part: Plan


@dataclass(frozen=True, slots=True)
class Clauses:
    """Documents that match all ``required`` (if none, one ``optional``), and no ``prohibited``.

    The scores of what is required and of what optional parts match are added.
    """

    required: tuple[Plan, ...]
    optional: tuple[Plan, ...]
    prohibited: tuple[Plan, ...]


Leaf: TypeAlias = WordLeaf | PhraseLeaf | KeyLeaf | DateLeaf
Plan: TypeAlias = Leaf | Everything | Nothing | AllOf | AnyOf | Except | Clauses
