"""One word as it was typed, to the leaf that it is."""

from __future__ import annotations

import re
from typing import Final

from searchlib.article import TEXT_FIELDS
from searchlib.query import tree
from searchlib.query.collector import Collector
from searchlib.query.reading.scanner import Chunk, Scanner
from searchlib.query.reading.scope import Scope
from searchlib.query.regex import check_regex

__all__ = ["accept_regex", "regex_leaf", "value_leaf", "verbatim_leaf", "word_leaf"]

# White space ends it; a slash in it has a backslash. Takes no step back: linear time.
_REGEX: Final = re.compile(r"""/((?:[^\s/\\]|\\\S)++)/(?=[\s()"^~.,;:!?]|/[fF][0-9]|\Z)""")
_REGEX_CHARACTERS: Final = frozenset(".*+?[]|\\(){}^$")


def value_leaf(chunk: Chunk, key: str) -> tree.Node:
    """Return the value of a metadata field, or with a star what values begin with."""
    text = chunk.text
    is_prefix = text.endswith("*") and len(text) - 1 not in chunk.escaped
    value = text.removesuffix("*") if is_prefix else text
    return tree.Metadata(key, value, is_prefix, start=chunk.start, end=chunk.end)


def verbatim_leaf(chunk: Chunk, scope: Scope, collector: Collector) -> tree.Node:
    """Return a word in its very letters; a star means nothing there."""
    start, end, text = chunk.start, chunk.end, chunk.text
    if chunk.find("*") >= 0:
        message = "verbatim words have no wildcards"
        collector.warn(start, end, message, "the star was ignored")
    return tree.Verbatim(text, scope.fields, start=start, end=end)


def word_leaf(chunk: Chunk, scope: Scope, collector: Collector) -> tree.Node | None:
    """Return a word, a prefix, a wildcard, or every article for a star by itself."""
    start, end, text = chunk.start, chunk.end, chunk.text
    # A question mark at the end is one, unless the word has a wildcard before it.
    first_wildcard = chunk.find("*?")
    if first_wildcard < 0 or not text[first_wildcard:].strip("?!.,;:"):
        if not text.strip("?"):
            collector.note(start, end, "a question mark stands alone", "it was ignored")
            return None
        return tree.Word(text, scope.fields, start=start, end=end)
    # No word has a star in it: one that is escaped is nothing. Then comes off what ends a
    # sentence, unless it is escaped.
    kept = [
        (character, place in chunk.escaped)
        for place, character in enumerate(text)
        if character not in "*?" or place not in chunk.escaped
    ]
    while kept and kept[-1][0] in ".,;:!" and not kept[-1][1]:
        kept.pop()
    pattern = "".join(character for character, _ in kept)
    literal = pattern.removesuffix("*")
    if not pattern.strip("*?"):
        if scope.fields == TEXT_FIELDS:
            return tree.Everything(start=start, end=end)
        return tree.Wildcard("*", scope.fields, start=start, end=end)
    if literal != pattern and "*" not in literal and "?" not in literal:
        return tree.Prefix(literal, scope.fields, start=start, end=end)
    return tree.Wildcard(pattern, scope.fields, start=start, end=end)


def accept_regex(scanner: Scanner) -> str | None:
    """Read a regular expression between slashes; return it without them, None if none comes next.

    /24/ and /w/e/ are none: they are not all letters, and have no sign of a regular expression.
    """
    found = _REGEX.match(scanner.query, scanner.at)
    if not found or not (found[1].isalpha() or _REGEX_CHARACTERS.intersection(found[1])):
        return None
    scanner.at = found.end()
    # Two backslashes are one that is meant, and may stand before a slash that is not escaped.
    return re.sub(r"\\(.)", lambda pair: "/" if pair[1] == "/" else pair[0], found[1])


def regex_leaf(
    pattern: str, scope: Scope, collector: Collector, start: int, end: int
) -> list[tree.Node]:
    """Return the words that ``pattern`` matches; if it does not parse, those that stand in it."""
    problem = check_regex(pattern)
    if problem is None:
        return [tree.Regex(pattern, scope.fields, start=start, end=end)]
    words = re.sub(r"\\.|[\W_]+", " ", pattern).split()
    action = "its words are searched for" if words else "it was left out"
    collector.add("error", start, end, f"the regular expression does not parse: {problem}", action)
    return [tree.Word(word, scope.fields, start=start, end=end) for word in words]
