"""Explanations add up to the scores, exactly."""

from __future__ import annotations

import pytest

QUERIES = (
    "horse",
    "white horses",
    "horse horse train",
    '"white horses" OR train',
    "hors* tr?in",
    "horse w/9 white",
    "zebra^2 horse",
    "source:wire horse",
    "date:2022 horse",
    "horse AND NOT zebra",
    "(white AND zebra) OR train",
    "*",
)


@pytest.mark.parametrize("query", QUERIES)
def test_the_parts_add_up_to_the_score(index, query):
    for hit in index.search(query):
        explained = hit.explain()
        assert explained.article_id == hit.article_id
        assert explained.value == hit.score
        assert sum(part.value for part in explained.parts) == hit.score
        assert explained == index.explain(query, hit.article_id)
        assert explained.num_docs == 6


def test_a_part_says_where_a_word_stands(index):
    explained = index.explain("horse train", "border")
    assert [part.label for part in explained.parts] == ["horse", "train"]
    horse, train = explained.parts
    assert [(field.field, field.frequency, field.length) for field in horse.fields] == [
        ("headline", 1, 4),
        ("body", 1, 13),
        ("caption", 1, 2),
    ]
    assert [(field.field, field.frequency) for field in train.fields] == [("body", 2)]
    assert (horse.df, train.df) == (4, 2)
    assert horse.boost == 1.0
    assert horse.frequency == sum(field.value for field in horse.fields)


def test_a_pattern_is_one_part(index):
    (part,) = index.explain("hors*", "freight").parts
    assert (part.label, part.df) == ("hors*", 4)
    assert [(field.field, field.frequency) for field in part.fields] == [("body", 3)]


def test_a_value_has_no_fields(index):
    (part,) = index.explain("source:wire", "border").parts
    assert (part.label, part.df, part.frequency, part.fields) == ('source:"wire"', 2, 1.0, ())


def test_what_does_not_match_has_no_explanation(index):
    assert index.explain("zebra", "border") is None
    assert index.explain("zebra", "nobody") is None


def test_the_options_are_those_of_the_search(index):
    options = {"weights": {"headline": 7.0}, "k1": 0.3, "b": 0.1}
    hit = index.search("horse", **options)[0]
    assert index.explain("horse", hit.article_id, **options) == hit.explain()
    assert hit.explain().k1 == 0.3
