"""Every part of the query language, in every other: results are those of the oracle."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest
from hypothesis import example, given, note
from hypothesis import strategies as st

from searchlib import Article, Index
from searchlib.article import TEXT_FIELDS
from searchlib.query import parse, tree
from searchlib.query.tree import to_query
from tests.property.histories import Deletion, Step, built, survivors
from tests.reference.oracle import SAME_SCORE, Oracle

pytestmark = pytest.mark.kernels

WORDS = (
    *"horse horses Horse HORSES horsing horsey hrose house".split(),
    *"train trains Train rain the The of a to be To Be".split(),
    *"café cafe Café cafés AIDS aids Aids US us U.S. O'Brien Brien obrien O’Brien".split(),
    *"R&D well-known well known $5,000 5000 Pferde Straße strasse l'homme homme".split(),
    *"铁路重开 铁路 铁 поезд поезда C++ state-of-the-art".split(),
)
SEPARATORS = (
    " ",
    " ",
    " ",
    " ",
    ", ",
    ". ",
    "! ",
    "? ",
    "\n",
    "\n\n",
    "\r\n \r\n",
    "\u2029",
    " - ",
)
BEGINNINGS = ("", "", "", "", "\n\n", " - \n\n")
PATTERNS = (
    *("h.*", "(horse|train)s?", ".*s", "[a-h].+", "..?", "t(o|he)", "caf.", r"\d+", "o?brien"),
    *("[^h]*", "(a|the|of)", "hor.es?", "x*", r"5\d{3}", "(h|t)(or|r).*"),
)
IDS = ("1", "2", "3", "4", "5", "6")
FIELDS = (TEXT_FIELDS, TEXT_FIELDS, TEXT_FIELDS, *((name,) for name in TEXT_FIELDS))
ANALYZERS = ("english", "english", "english", "german", "plain", "exact")
WITHIN = (1, 1, 2, 3, 5, 20, "s", "s", "p", "p")


@dataclass(frozen=True)
class World:
    """Histories and queries of the same few words."""

    history: list[list[Step]]
    queries: list[str]
    default_operator: str
    analyzer: str

    def built(self) -> tuple[Index, Oracle]:
        """Make an index of the articles, and an oracle of those that are left."""
        oracle = Oracle(survivors(self.history, self.analyzer), self.analyzer)
        return built(self.history, self.analyzer), oracle


class Drawn:
    """Makes articles and queries, a choice at a time, of few words and some others."""

    def __init__(self, draw: st.DrawFn, few: Sequence[str]) -> None:
        self._draw = draw
        self._words = few

    def one(self, choices: Sequence) -> object:
        return self._draw(st.sampled_from(choices))

    def number(self, least: int, most: int) -> int:
        return self._draw(st.integers(least, most))

    def several(self, make: Callable[[], object], least: int, most: int) -> tuple:
        return tuple(make() for _ in range(self.number(least, most)))

    # Articles

    def text(self, size: int) -> str:
        pieces = st.tuples(st.sampled_from(self._words), st.sampled_from(SEPARATORS)).map("".join)
        return self.one(BEGINNINGS) + "".join(self._draw(st.lists(pieces, max_size=size)))

    def step(self) -> Step:
        article_id = self.one(IDS)
        if self.number(0, 4) == 4:
            return Deletion(article_id)
        return Article(
            article_id=article_id,
            headline=self.text(4),
            body=self.text(14),
            caption=self.text(4),
            source=self.one(("", "wire")),
            authors=self.one(((), ("Kim Lee",))),
            published=self.one((None, "2022-11-02")),
            language=self.one(("", "", "", "", "de", "fr")),
        )

    def history(self) -> list[list[Step]]:
        return [list(self.several(self.step, 1, 4)) for _ in range(self.number(1, 3))]

    # Words

    def word(self) -> str:
        return self.one(WORDS if self.number(0, 4) == 4 else self._words)

    def plain_word(self) -> str:
        word = self.word()
        return word if word.isalpha() else "horse"

    def phrase(self) -> str:
        return " ".join(self.several(self.word, 1, 3))

    def misspelled(self) -> str:
        word = self.plain_word()
        at = self.number(0, len(word) - 1)
        before, letter, after = word[:at], word[at], word[at + 1 :]
        changed = (word, before + after, before + "e" + word[at:], before + "e" + after)
        return self.one((*changed, before + after[:1] + letter + after[1:])) or word

    # Trees

    def leaf(self) -> tree.Node:
        fields = self.one(FIELDS)
        match self.number(0, 9):
            case 0 | 1:
                return tree.Word(self.word(), fields)
            case 2 | 3:
                return tree.Phrase(self.phrase(), fields, self.one((0, 0, 1, 2, 3, 6)))
            case 4 | 5:
                return tree.Verbatim(self.phrase(), fields)
            case 6:
                return tree.Prefix(self.plain_word()[: self.number(1, 4)], fields)
            case 7:
                word = self.plain_word() + "s"
                at = self.number(0, len(word) - 2)
                return tree.Wildcard(word[:at] + self.one("?*") + word[at + 1 :], fields)
            case 8:
                return tree.Regex(self.one((*PATTERNS, self.plain_word().lower())), fields)
            case _:
                return tree.Fuzzy(self.misspelled(), self.number(1, 2), fields)

    def placed(self, depth: int) -> tree.Node:
        if depth == 0 or self.number(0, 3) == 0:
            return self.leaf()
        match self.number(0, 7):
            case 0:
                return tree.First(self.placed(depth - 1), self.number(1, 12))
            case 1:
                return tree.Lead(self.placed(depth - 1))
            case 2:
                return tree.AtLeast(self.placed(depth - 1), self.number(1, 5))
            case 3:
                return tree.Or(self.several(lambda: self.placed(depth - 1), 2, 3))
            case _:
                sides = self.placed(depth - 1), self.placed(depth - 1)
                signs = self.one((False, True)), self.one((False, False, True))
                return tree.Near(*sides, self.one(WITHIN), *signs)

    def other(self) -> tree.Node:
        match self.number(0, 6):
            case 0:
                return tree.Everything()
            case 1:
                return tree.Metadata("source", "wire")
            case 2:
                return tree.Metadata("authors", "lee")
            case 3:
                least = self.number(0, 9)
                return tree.Length(least, least + self.number(0, 20))
            case 4:
                return tree.Length(None, self.number(0, 25))
            case 5:
                return tree.Length(self.number(0, 25), None)
            case _:
                return parse("date:2022").tree

    def tree(self, depth: int = 2) -> tree.Node:
        if depth == 0 or self.number(0, 2) == 0:
            return self.placed(2) if self.number(0, 4) else self.other()

        def child() -> tree.Node:
            return self.tree(depth - 1)

        def signed() -> tree.Node:
            node = child()
            negated = self.number(0, 3) == 3 and not isinstance(node, tree.Not)
            return tree.Not(node) if negated else node

        match self.number(0, 5):
            case 0 | 1:
                return tree.And(self.several(signed, 2, 3))
            case 2:
                return tree.Or(self.several(signed, 2, 3))
            case 3:
                return tree.Boost(child(), self.one((0.25, 0.5, 1.5, 2.0, 10.0)))
            case 4:
                node = child()
                return node if isinstance(node, tree.Not) else tree.Not(node)
            case _:
                # One clause by itself is typed without a sign.
                required = self.several(child, 1, 2)
                return tree.Require(required, self.several(child, 0, 2), self.several(child, 1, 2))

    # Queries as they are typed

    def operand(self) -> str:
        match self.number(0, 10):
            case 0 | 1:
                return self.word()
            case 2:
                after = ("", "~1", "~2", "~3^2", "^2", "~0", "~")
                return f'"{self.phrase()}"' + self.one(after)
            case 3:
                return f"={self.word()}"
            case 4:
                return f'="{self.phrase()}"'
            case 5:
                return self.misspelled() + self.one(("~", "~1", "~2", "~3", "~0", "~0.8"))
            case 6:
                return self.word() + self.one(("^2", "^0.5", "^0", "^-1", "^x", "^", "^2000"))
            case 7:
                word = self.plain_word()
                return self.one((f"{word[:2]}*", f"/{word[0].lower()}.*/", f"/{word.lower()}s?/"))
            case 8:
                named = ("ALLCAPS({})", "CAPS({})", "HEADLINE({})", "HLEAD({})", "hd={}", "{}/F5/")
                return self.one(named).format(self.plain_word())
            case 9:
                return self.one(("wc>5", "wc<=9", "wc:3..12", "wc=7", "by=lee", "source:wire"))
            case _:
                return self.one(("*", "-", "&", f"headline:{self.word()}", f"hlp:{self.word()}"))

    def operator(self) -> str:
        return self.one(
            (
                *("AND", "OR", "", "AND NOT", "w/1", "w/3", "W/5", "pre/2", "PRE/9"),
                *("near3", "NEAR5", "adj", "adj2", "w/s", "w/p", "pre/s", "pre/p", "SAME", "same"),
                *("not w/2", "NOT pre/3", "not w/s", "NOT W/P"),
            )
        )

    def query(self, depth: int = 2) -> str:
        if depth == 0:
            return self.operand()
        inner = self.query(depth - 1)
        match self.number(0, 6):
            case 0 | 1 | 2:
                parts = [inner]
                for _ in range(self.number(1, 2)):
                    parts += [self.operator(), self.query(self.number(0, depth - 1))]
                return " ".join(parts)
            case 3:
                return f"({inner}){self.one(('', '', '^2', '^0.5', ' /F4/'))}"
            case 4:
                return self.one(("NOT ", "+", "-")) + inner
            case 5:
                return (
                    f"{self.one(('first3:', 'hlp:', 'headline:', 'HEADLINE', 'first9:'))}({inner})"
                )
            case _:
                return f"{self.one(('atleast2 ', 'ATLEAST3', 'atleast1 '))}({inner})"


few_words = st.lists(st.sampled_from(WORDS), min_size=2, max_size=5, unique=True)


@st.composite
def worlds(draw: st.DrawFn, *, typed: bool) -> World:
    drawn = Drawn(draw, draw(few_words))
    history = drawn.history()
    analyzer = drawn.one(ANALYZERS)
    count = drawn.number(1, 3)
    if typed:
        queries = [drawn.query(drawn.number(0, 3)) for _ in range(count)]
        return World(history, queries, drawn.one(("or", "and")), analyzer)
    return World(history, [to_query(drawn.tree()) for _ in range(count)], "or", analyzer)


@st.composite
def trees(draw: st.DrawFn) -> tree.Node:
    return Drawn(draw, draw(few_words)).tree()


def assert_same(index: Index, oracle: Oracle, query: str, default_operator: str = "or") -> None:
    expected = oracle.search(query, default_operator=default_operator)
    note(f"query {query!r} expected {expected}")
    found = index.search(query, limit=None, default_operator=default_operator)
    ours = [(hit.article_id, hit.score) for hit in found]
    assert {article_id for article_id, _ in ours} == {article_id for article_id, _ in expected}
    scores = dict(expected)
    for article_id, score in ours:
        assert math.isclose(score, scores[article_id], rel_tol=0.0, abs_tol=SAME_SCORE), article_id
    assert [article_id for article_id, _ in ours] == [article_id for article_id, _ in expected]
    assert found.total == len(expected)
    page = index.search(query, limit=2, default_operator=default_operator)
    assert [(hit.article_id, hit.score) for hit in page] == ours[:2]
    assert page.total == len(expected)
    for hit in found:
        assert sum(part.value for part in hit.explain().parts) == hit.score
        marked = oracle.marks(hit.article_id, query, default_operator=default_operator)
        for field in TEXT_FIELDS:
            ours_here = characters(hit.marks.get(field, ()))
            assert ours_here == characters(marked[field]), (hit.article_id, field)


def characters(spans: Sequence[tuple[int, int]]) -> set[int]:
    return {at for start, end in spans for at in range(start, end)}


def one_article(query: str, **fields: str) -> World:
    return World([[Article(article_id="1", **fields)]], [query], "or", "english")


# Occurrences of several fields are counted together, also where they are marked.
@example(one_article("atleast2 (horse)", body="horse", caption="horse"))
@example(one_article('("Brien x" w/1 O\'Brien)', body="O'Brien x O'Brien"))
@example(one_article("headline:* horse", body="horse", headline="Barn"))
@example(one_article("(headline:* w/1 horse)", body="horse", headline="Barn horse"))
# Two words of a phrase are not at one position.
@example(one_article('"O\'Brien Brien"~1', body="O'Brien x"))
@example(one_article('"O\'Brien Brien"~1', body="O'Brien Brien"))
@given(worlds(typed=False))
def test_trees_find_what_the_oracle_finds(world):
    index, oracle = world.built()
    for query in world.queries:
        assert_same(index, oracle, query)


@given(worlds(typed=True))
def test_queries_find_what_the_oracle_finds(world):
    index, oracle = world.built()
    for query in world.queries:
        assert_same(index, oracle, query, world.default_operator)


@given(trees())
def test_trees_are_typed_as_they_are(node):
    assert parse(to_query(node)).tree == node
