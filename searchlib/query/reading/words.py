"""Turns one word as it was typed into a leaf of the tree."""

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

# White space ends it, and a slash in it has a backslash. Possessive, so it takes linear time.
_REGEX: Final = re.compile(r"""/((?:[^\s/\\]|\\\S)++)/(?=[\s()"^~.,;:!?]|/[fF][0-9]|\Z)""")
_REGEX_CHARACTERS: Final = frozenset(".*+?[]|\\(){}^$")


def value_leaf(chunk: Chunk, key: str) -> tree.Node:
    """Return the node of a value of a metadata field; a star at the end makes it a prefix."""
    text = chunk.text
    is_prefix = text.endswith("*") and len(text) - 1 not in chunk.escaped
    value = text.removesuffix("*") if is_prefix else text
    return tree.Metadata(key, value, is_prefix, start=chunk.start, end=chunk.end)


def verbatim_leaf(chunk: Chunk, scope: Scope, collector: Collector) -> tree.Node:
    """Return the node of a verbatim word. A star in it is ignored, with a warning."""
    start, end, text = chunk.start, chunk.end, chunk.text
    if chunk.find("*") >= 0:
        message = "verbatim words have no wildcards"
        collector.warn(start, end, message, "the star was ignored")
    return tree.Verbatim(text, scope.fields, start=start, end=end)


def word_leaf(chunk: Chunk, scope: Scope, collector: Collector) -> tree.Node | None:
    """Return the node of a word, prefix or wildcard; a star alone is every article.

    Return None, with a note, for question marks alone.
    """
    start, end, text = chunk.start, chunk.end, chunk.text
    # A question mark at the end is punctuation, unless the word has a wildcard before it.
    first_wildcard = chunk.find("*?")
    if first_wildcard < 0 or not text[first_wildcard:].strip("?!.,;:"):
        if not text.strip("?"):
            collector.note(start, end, "a question mark stands alone", "it was ignored")
            return None
        return tree.Word(text, scope.fields, start=start, end=end)
    # Terms contain no star or question mark, so escaped ones are dropped. Punctuation at the end
    # is dropped, too, unless it is escaped.
    characters = [
        (character, index in chunk.escaped)
        for index, character in enumerate(text)
        if character not in "*?" or index not in chunk.escaped
    ]
    while characters and characters[-1][0] in ".,;:!" and not characters[-1][1]:
        characters.pop()
    pattern = "".join(character for character, _ in characters)
    literal = pattern.removesuffix("*")
    if not pattern.strip("*?"):
        if scope.fields == TEXT_FIELDS:
            return tree.Everything(start=start, end=end)
        return tree.Wildcard("*", scope.fields, start=start, end=end)
    if literal != pattern and "*" not in literal and "?" not in literal:
        return tree.Prefix(literal, scope.fields, start=start, end=end)
    return tree.Wildcard(pattern, scope.fields, start=start, end=end)


def accept_regex(scanner: Scanner) -> str | None:
    """Read a regular expression between slashes and return it without them; None if none is next.

    It must have letters only, or a special character: /24/ and /w/e/ are not regular expressions.
    """
    match = _REGEX.match(scanner.query, scanner.at)
    if not match or not (match[1].isalpha() or _REGEX_CHARACTERS.intersection(match[1])):
        return None
    scanner.at = match.end()
    # Matched in pairs: in \\/ the backslash is escaped, and the slash is not.
    return re.sub(r"\\(.)", lambda pair: "/" if pair[1] == "/" else pair[0], match[1])


def regex_leaf(
    pattern: str, scope: Scope, collector: Collector, start: int, end: int
) -> list[tree.Node]:
    """Return the node of ``pattern``; if it does not parse, a node for each word in it."""
    problem = check_regex(pattern)
    if problem is None:
        return [tree.Regex(pattern, scope.fields, start=start, end=end)]
    words = re.sub(r"\\.|[\W_]+", " ", pattern).split()
    action = "its words are searched for" if words else "it was left out"
    collector.add("error", start, end, f"the regular expression does not parse: {problem}", action)
    return [tree.Word(word, scope.fields, start=start, end=end) for word in words]
