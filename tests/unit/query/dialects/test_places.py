"""Parts of a query in another dialect stand where they were typed, whatever they became."""

from __future__ import annotations

import pytest

from searchlib.query import from_lucene, from_whoosh


def typed(text: str, read) -> list[str]:
    """Return each part of the tree as it stands in the text."""
    return [text[child.start : child.end] for child in read(text).tree.children]


@pytest.mark.parametrize(
    ("read", "text", "parts"),
    [
        (from_lucene, "a && bb", ["a", "bb"]),
        (from_lucene, "  a || bb ", ["a", "bb"]),
        (from_lucene, "a AND horse~0.5", ["a", "horse~0.5"]),
        (from_lucene, r"a \u0041bc", ["a", r"\u0041bc"]),
        (from_lucene, "=x title:y", ["=x", "y"]),
        (from_lucene, '"a b"~2.0 c', ['"a b"~2.0', "c"]),
        (from_whoosh, "a b+c", ["a", "b+c"]),
        (from_whoosh, '"a b"~3 c', ['"a b"~3', "c"]),
        (from_whoosh, "a 'b c'", ["a", "'b c'"]),
    ],
)
def test_parts(read, text, parts):
    assert typed(text, read) == parts


@pytest.mark.parametrize(
    ("read", "text", "part"),
    [
        (from_lucene, "a OR b AND c", "AND"),
        (from_whoosh, "a REQUIRE b", "REQUIRE"),
        (from_lucene, "a && captoin:b", "captoin"),
    ],
)
def test_diagnostics(read, text, part):
    (found,) = read(text).diagnostics
    assert text[found.start : found.end].startswith(part)
