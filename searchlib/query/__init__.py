"""Query text to a tree with diagnostics, and the tree to a plan for one index.

    text --parse--> tree and diagnostics --make_plan--> plan

``parse`` knows the language and no index, ``from_lucene`` and ``from_whoosh`` other spellings;
``planning`` analyzes the words and asks the index which words a prefix stands for. The plan is what
ranking carries out.
"""

from __future__ import annotations

from searchlib.query.diagnostics import Diagnostic
from searchlib.query.dialects import from_lucene, from_whoosh
from searchlib.query.parser import Parsed, parse

__all__ = ["Diagnostic", "Parsed", "from_lucene", "from_whoosh", "parse"]
