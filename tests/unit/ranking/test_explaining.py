"""Explanations: the parts add up to the score, to the bit, and each part has its figures."""

from __future__ import annotations

from math import log

import pytest

from searchlib import Article, Index
from searchlib.engine import Explanation
from tests.helpers.indexes import indexed

pytestmark = pytest.mark.kernels

IN_TWO = log(8 / 5)
"""The idf of what two of three articles have; see test_scoring.py for all figures."""


@pytest.fixture(scope="module")
def index() -> Index:
    return indexed(
        [
            Article(article_id="a", headline="horses", body="the horses ran home", source="Wire"),
            Article(article_id="b", headline="trains ran", body="no horses", source="wire"),
            Article(article_id="c", headline="rain", published="2024-05-01"),
        ],
        analyzer="plain",
    )


def explained(index: Index, query: str, article_id: str) -> Explanation:
    found = index.explain(query, article_id)
    assert found is not None
    return found


def labels(index: Index, query: str, article_id: str) -> list[str]:
    return [part.label for part in explained(index, query, article_id).parts]


@pytest.mark.parametrize(
    "query",
    [
        *("ran", "horses ran trains the", '"horses ran" OR home^3', "ran^0.3 AND source:wire"),
        *("hor* ran~1", "(horses w/3 home) no", "* -rain", "+ran horses^7 -rain", "ran ran ran"),
        *("date:2024 rain", "headline:ran body:ran", "wc>2 horses", "NOT none"),
    ],
)
@pytest.mark.parametrize("parameters", [{}, {"k1": 0.3, "b": 0.1, "weights": {"body": 0.7}}])
def test_the_parts_add_up_to_the_score_of_the_hit_exactly(index, query, parameters):
    hits = index.search(query, limit=None, strict=True, **parameters)
    assert len(hits) > 0
    for hit in hits:
        found = index.explain(query, hit.article_id, **parameters)
        assert found.value == hit.score == sum(part.value for part in found.parts)
        assert found.article_id == hit.article_id


def test_the_figures_of_a_word_in_two_fields(index):
    found = explained(index, "horses", "a")
    assert (found.num_docs, found.k1, found.b) == (3, 1.2, 0.75)
    (part,) = found.parts
    assert (part.label, part.df, part.boost) == ("horses", 2, 1.0)
    assert part.idf == pytest.approx(IN_TWO)
    assert part.frequency == pytest.approx(212 / 65)
    headline, body = part.fields
    assert (headline.field, headline.weight, headline.frequency, headline.length) == (
        *("headline", 2.0, 1),
        1,
    )
    assert headline.avg_length == pytest.approx(4 / 3)
    assert headline.value == pytest.approx(32 / 13)
    assert (body.field, body.weight, body.frequency, body.length) == ("body", 1.0, 1, 4)
    assert body.avg_length == 3.0
    assert body.value == pytest.approx(4 / 5)


def test_a_boost_is_told_apart_from_the_idf(index):
    (once,) = explained(index, "horses", "a").parts
    (thrice,) = explained(index, "horses^3", "a").parts
    assert (thrice.boost, thrice.idf, thrice.frequency) == (3.0, once.idf, once.frequency)
    assert thrice.value == pytest.approx(3 * once.value)


def test_what_is_no_word_has_the_frequency_1_and_no_fields(index):
    (part,) = explained(index, "source:wire", "a").parts
    assert (part.df, part.frequency, part.fields) == (2, 1.0, ())
    assert part.value == pytest.approx(IN_TWO / 2.2)


@pytest.mark.parametrize("article_id", ["c", "unknown"])
def test_there_is_nothing_to_explain_where_nothing_matches(index, article_id):
    assert index.explain("horses", article_id) is None


def test_the_text_has_every_figure(index):
    assert str(explained(index, "ran^2", "a")) == (
        "0.376003  a: the sum of\n"
        "  0.376003  ran: idf 0.4700 (in 2 of 3 articles)"
        " * tf 0.8000 / (k1 1.2 + tf) * boost 2\n"
        "    tf 0.8000  body: weight 1 * 1 times"
        " / (1 - b 0.75 + b * 4 words / 3.0 on average)"
    )
    assert str(explained(index, "*", "c")) == (
        "0.000000  c: nothing that it matches adds to a score"
    )
