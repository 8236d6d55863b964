"""Turn text into tokens: split it into words, fold the words, and stem them.

    text -> word spans (NLTK's RegexpTokenizer) -> forms -> folding -> Snowball stem -> Token

Articles and queries go through the same Analyzer. Stop words are indexed like any other word, with
their positions.
"""

from __future__ import annotations

from searchlib.analysis.analyzer import (
    Analyzer,
    exact_letters,
    get_analyzer,
    known_analyzers,
    language_of,
)
from searchlib.analysis.batches import BatchAnalyzer, PairTable
from searchlib.analysis.folding import fold
from searchlib.analysis.selection import analyzer_for, query_analyzers
from searchlib.analysis.tokenizer import is_ideographic
from searchlib.analysis.tokens import Token

__all__ = [
    "Analyzer",
    "BatchAnalyzer",
    "PairTable",
    "Token",
    "analyzer_for",
    "exact_letters",
    "fold",
    "get_analyzer",
    "is_ideographic",
    "known_analyzers",
    "language_of",
    "query_analyzers",
]
