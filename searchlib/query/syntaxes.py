"""The syntaxes of queries, and the default operator of each."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, get_args

__all__ = ["DEFAULT_OPERATORS", "SYNTAXES", "DefaultOperator", "Syntax", "default_operator_of"]

Syntax: TypeAlias = Literal["searchlib", "lucene", "whoosh"]
DefaultOperator: TypeAlias = Literal["or", "and"]

SYNTAXES: Final[tuple[Syntax, ...]] = get_args(Syntax)
DEFAULT_OPERATORS: Final[dict[Syntax, DefaultOperator]] = {
    "searchlib": "or",
    "lucene": "or",
    "whoosh": "and",
}
"""The operator between words side by side, unless the caller gives another."""


def default_operator_of(
    syntax: Syntax, default_operator: DefaultOperator | None
) -> DefaultOperator:
    """Return ``default_operator``, or the one of ``syntax`` if it is None.

    Raises ValueError for any other value of either.

    >>> default_operator_of("whoosh", None)
    'and'
    """
    if syntax not in SYNTAXES:
        raise ValueError(f"syntax must be one of {', '.join(SYNTAXES)}, not {syntax!r:.80}")
    if default_operator is None:
        return DEFAULT_OPERATORS[syntax]
    if default_operator not in ("or", "and"):
        raise ValueError(f"default_operator must be 'or' or 'and', not {default_operator!r:.80}")
    return default_operator
