"""Which analyzer reads an article, and which ones read a query."""

from __future__ import annotations

import pytest

from searchlib.analysis import analyzer_for, get_analyzer, query_analyzers

ENGLISH, GERMAN, PLAIN = map(get_analyzer, ("english", "german", "plain"))


@pytest.mark.parametrize(
    ("base", "language", "expected"),
    [
        (ENGLISH, "", ENGLISH),
        (ENGLISH, "en", ENGLISH),
        (ENGLISH, "de", GERMAN),
        (ENGLISH, "de-AT", GERMAN),
        (ENGLISH, "ja", ENGLISH),  # there is no stemmer for it
        (ENGLISH, "no such language", ENGLISH),
        (GERMAN, "en", ENGLISH),
        (PLAIN, "de", PLAIN),  # an index that does not stem stems nothing
    ],
)
def test_the_analyzer_of_an_article(base, language, expected):
    assert analyzer_for(base, language) is expected


def test_a_query_is_read_by_the_index_and_once_by_each_language():
    assert query_analyzers(ENGLISH, []) == [ENGLISH]
    assert query_analyzers(ENGLISH, ["de", "en", "", "de-CH", "ja"]) == [ENGLISH, GERMAN]
    assert query_analyzers(PLAIN, ["de", "en"]) == [PLAIN]
