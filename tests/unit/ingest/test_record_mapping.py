"""Which names mean which field, and which values a field takes."""

from __future__ import annotations

import pytest

from searchlib.errors import MalformedArticleError
from searchlib.ingest.record_mapping import TEXT_RECORD_KEYS, article_from_record, field_of


def test_text_names():
    assert {"headline", "title", "body", "text", "caption"} <= TEXT_RECORD_KEYS
    assert "url" not in TEXT_RECORD_KEYS


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("headline", "headline"),
        (" Title ", "headline"),
        ("articleBody", "body"),
        ("PubDate", "published"),
        ("datePublished", "published"),
        ("link", "url"),
        ("by", "authors"),
        ("wordCount", None),
        ("", None),
    ],
)
def test_field_of(name, field):
    assert field_of(name) == field


def test_own_name_goes_before_others_and_nothing_is_lost():
    article = article_from_record(
        {"title": "b", "Headline": "c", "headline": "a", "desk": "d", "x": 1}
    )
    assert (article.headline, article.section) == ("a", "d")
    assert article.metadata == {"title": "b", "Headline": "c", "x": 1}


def test_empty_values_of_other_names_are_no_metadata():
    assert article_from_record({"headline": "a", "title": "", "hl": None}).metadata == {}


def test_metadata_is_joined_with_what_no_field_takes():
    article = article_from_record({"headline": "a", "metadata": {"m": 1}, "x": 2})
    assert article.metadata == {"m": 1, "x": 2}


def test_metadata_that_is_no_object_is_kept():
    assert article_from_record({"headline": "a", "metadata": "m"}).metadata == {"metadata": "m"}


@pytest.mark.parametrize("record", [{}, {"x": 1}, {"url": "u", "date": "2022-11-02"}])
def test_record_without_text(record):
    with pytest.raises(MalformedArticleError, match="no headline, body or caption"):
        article_from_record(record)


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), ("a", "a"), (138, "138"), (1.5, "1.5"), (["a", "b"], "a\n\nb"), ([], "")],
)
def test_texts(value, text):
    assert article_from_record({"headline": "h", "body": value}).body == text


@pytest.mark.parametrize("value", [True, {}, {"a": 1}, [1], [["a"]], ["a", None]])
def test_no_texts(value):
    with pytest.raises(MalformedArticleError, match="body must be a string, not"):
        article_from_record({"headline": "h", "body": value})


@pytest.mark.parametrize(
    ("value", "authors"),
    [
        (None, ()),
        ("", ()),
        ("Jane Doe", ("Jane Doe",)),
        ("Doe, Jane; Roe, John;", ("Doe, Jane", "Roe, John")),
        ("Jane Doe|John Roe", ("Jane Doe", "John Roe")),
        (["Jane Doe; PhD", "John Roe"], ("Jane Doe; PhD", "John Roe")),
        ([{"@type": "Person", "name": "Jane Doe"}, None], ("Jane Doe",)),
        ({"name": "Jane Doe"}, ("Jane Doe",)),
    ],
)
def test_authors(value, authors):
    assert article_from_record({"headline": "h", "author": value}).authors == authors


@pytest.mark.parametrize("value", [True, {"name": 1}, [{"first": "Jane"}], [["Jane"]]])
def test_no_authors(value):
    with pytest.raises(MalformedArticleError, match="authors must be a string, not"):
        article_from_record({"headline": "h", "authors": value})


def test_bad_date_names_its_field():
    with pytest.raises(MalformedArticleError, match=r"^modified: 'soon' is not a date"):
        article_from_record({"headline": "h", "updated_at": "soon"})


def test_number_as_id():
    assert article_from_record({"headline": "h", "id": 0}).article_id == "0"


def test_lone_surrogates_become_replacement_characters():
    article = article_from_record({"headline": "a\ud800b", "tags": ["\udfff"]})
    assert (article.headline, article.tags) == ("a\ufffdb", ("\ufffd",))
