"""Query text to a tree with diagnostics, and the tree to a plan for one index.

    text --parse--> tree and diagnostics --make_plan--> plan

``parse`` knows the language, and those of Lucene and Whoosh, and no index. ``planning`` analyzes
the words and asks the index which words a prefix stands for. Ranking carries out the plan. Each
part is imported when it is first used, because plain words need no parser.
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
