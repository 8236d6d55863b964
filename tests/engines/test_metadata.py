"""Metadata, dates and figures."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from searchlib import Article
from tests.engines.asking import found


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("source:wire", ["border", "horse"]),
        ("source:WIRE", ["border", "horse"]),
        ("source:wi*", ["border", "horse", "zebra"]),
        ("source:wir", []),
        ("tags:rail", ["border", "zebra"]),
        ("tags:(rail AND zoo)", ["zebra"]),
        ("by:o'brien", ["border"]),
        ('by:"anna o\'brien"', ["border"]),
        ("section:world", ["border"]),
        ('url:"https://example.org/border"', ["border"]),
        ("lang:fr", ["café"]),
        ("article_id:zebra", ["zebra"]),
        ("article_id:ZEBRA", []),
        ("date:2022", ["border", "zebra"]),
        ("date:2022-11-01", ["border", "zebra"]),  # 09:30 in Sydney is the day before in UTC
        ("date:2022-11-02", []),
        ("date:<2022", ["freight"]),
        ("date:2021-01-01..2022-11-01", ["border", "freight", "zebra"]),
        ("horse AND date:2021", ["freight"]),
        ("NOT date:2022", ["freight", "weather", "horse", "café"]),
    ],
)
def test_what_is_found(index, query, expected):
    assert sorted(found(index, query)) == sorted(expected)


def test_now_is_what_days_count_from(index):
    now = datetime(2022, 11, 3, 12, tzinfo=UTC)
    assert found(index, "date:3d", now=now) == ["border", "zebra"]
    assert found(index, "date:3d", now=datetime(2023, 1, 1, tzinfo=UTC)) == []


def test_dates_have_microseconds(make_index):
    index = make_index()
    moments = [
        "2022-11-02T09:30:05.000001Z",
        "2022-11-02T09:30:05.000002Z",
        "0001-01-01",
        "9999-12-31",
    ]
    with index.writer() as writer:
        for number, published in enumerate(moments):
            writer.add(Article(article_id=str(number), body="horse", published=published))
    assert found(index, "date:2022-11-02T09:30:05.000001") == ["0"]
    assert found(index, "horse", sort="newest") == ["3", "1", "0", "2"]
    assert index.stats().earliest == datetime(1, 1, 1, tzinfo=UTC)
    assert index.stats().latest == datetime(9999, 12, 31, tzinfo=UTC)


def test_figures(index):
    stats = index.stats()
    assert stats.path == index.path
    assert stats.articles == index.count == 6
    assert stats.analyzer == "english"
    assert stats.terms["caption"] == 4
    assert stats.avg_lengths["caption"] == 2.0
    assert stats.sources == 3
    assert stats.languages == ("en", "fr")
    assert stats.earliest == datetime(2021, 1, 1, tzinfo=UTC)
    assert stats.latest == datetime(2022, 11, 1, 23, 30, tzinfo=UTC)


def test_figures_of_an_empty_index(make_index):
    stats = make_index().stats()
    assert (stats.articles, stats.earliest, stats.latest) == (0, None, None)
    assert set(stats.terms.values()) == {0}
    assert set(stats.avg_lengths.values()) == {0.0}
    assert (stats.sources, stats.languages) == (0, ())


def test_a_sound_index_has_nothing_wrong(index):
    assert index.check() == []
