"""Parse the text of a query into a tree with diagnostics.

    text --parse--> tree and diagnostics --make_plan--> plan

``parse`` reads this package's language and those of Lucene and Whoosh; it needs no index.
``planning`` turns the tree into a plan for one index: it analyzes the words and looks up the terms
of a prefix. Ranking carries out the plan. Each module is imported when it is first used, because a
query of plain words needs no parser.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from searchlib.query.diagnostics import Diagnostic
    from searchlib.query.dialects import from_lucene, from_whoosh
    from searchlib.query.parser import Parsed, parse

__all__ = ["Diagnostic", "Parsed", "from_lucene", "from_whoosh", "parse"]

_LAZY_EXPORTS: Final = {
    "Diagnostic": "diagnostics",
    "Parsed": "parser",
    "from_lucene": "dialects",
    "from_whoosh": "dialects",
    "parse": "parser",
}


def __getattr__(name: str) -> object:
    if name not in _LAZY_EXPORTS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LAZY_EXPORTS[name]}"), name)


def __dir__() -> list[str]:
    return __all__
