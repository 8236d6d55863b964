"""The document model."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from searchlib import Article, MalformedArticleError

FULL = {
    "article_id": "rail-1",
    "headline": "Horses cross the border",
    "body": "One.\n\nTwo.",
    "caption": "A wagon.",
    "published": "2022-11-02T09:30:00+10:00",
    "modified": "2022-11-03T00:00:00+00:00",
    "source": "Wire",
    "url": "https://example.org/a",
    "authors": ["Anna O'Brien", "Kim Lee"],
    "section": "World",
    "tags": ["rail"],
    "language": "en",
    "metadata": {"desk": 7, "notes": [None, True, 1.5, {"a": "b"}]},
}

# An id

IDENTITY = {
    "headline": "Horses cross the border",
    "body": "Z\u00fcrich \u94c1\u8def",
    "published": "2022-11-02",
    "source": "Wire",
    "url": "https://example.org/a",
}


def test_the_derived_id_is_the_same_for_ever():
    # Another id would make every article of every index there is a new one.
    assert Article(**IDENTITY).article_id == "8625f6f49056f2e7d617"
    assert Article().article_id == "0d47c0bcd791dbdcd65c"


@pytest.mark.parametrize("seed", ["0", "1"])
def test_the_derived_id_is_that_of_any_process(seed):
    code = f"from searchlib import Article; print(Article(**{IDENTITY!a}).article_id)"
    made = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONHASHSEED": seed},
        check=True,
        capture_output=True,
        text=True,
    )
    assert made.stdout.strip() == "8625f6f49056f2e7d617"


@pytest.mark.parametrize(
    "change",
    [
        {"headline": "Horses cross a border"},
        {"body": ""},
        {"caption": "A wagon."},
        {"published": "2022-11-03"},
        {"published": None},
        {"source": "wire"},
        {"url": ""},
        # What moves from one field to the next makes another article.
        {"headline": "", "caption": "Horses cross the border"},
    ],
)
def test_different_articles_get_different_ids(change):
    assert Article(**{**IDENTITY, **change}).article_id != Article(**IDENTITY).article_id


@pytest.mark.parametrize(
    "change",
    [{"published": date(2022, 11, 2)}, {"tags": ["a"]}, {"language": "en"}, {"metadata": {"a": 1}},
     {"published": "2022-11-02T00:00:00Z"}, {"article_id": ""}, {"modified": "2023-01-01"}],
)  # fmt: skip
def test_what_does_not_identify_an_article_leaves_its_id(change):
    assert Article(**{**IDENTITY, **change}).article_id == Article(**IDENTITY).article_id


# Dates


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("2022-11-02", datetime(2022, 11, 2, tzinfo=UTC)),
        (date(2022, 11, 2), datetime(2022, 11, 2, tzinfo=UTC)),
        (datetime.fromisoformat("2022-11-02T09:30"), datetime(2022, 11, 2, 9, 30, tzinfo=UTC)),
        ("2022-11-02T09:30:05.000001", datetime(2022, 11, 2, 9, 30, 5, 1, tzinfo=UTC)),
        ("2022-11-02T09:30:00Z", datetime(2022, 11, 2, 9, 30, tzinfo=UTC)),
        ("2022-11-02 09:30", datetime(2022, 11, 2, 9, 30, tzinfo=UTC)),
        ("", None),
        (None, None),
    ],
)
def test_dates_are_kept_with_their_zone(given, kept):
    article = Article(published=given, modified=given)
    assert article.published == article.modified == kept
    assert kept is None or article.published.tzinfo is UTC


def test_a_zone_is_kept_as_it_was_given():
    tokyo = timezone(timedelta(hours=9))
    moment = datetime(2022, 11, 2, 9, 30, tzinfo=tokyo)
    for asked in (moment, "2022-11-02T09:30:00+09:00"):
        published = Article(published=asked).published
        assert published == moment
        assert published.utcoffset() == timedelta(hours=9)


# Text


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("plain", "plain"),
        ("\ud800", "\ufffd"),
        ("a\udc00b\ud83d", "a\ufffdb\ufffd"),
        ("\ud83d\ude00", "\U0001f600"),
        ("\x00\r\n\ufeff<b>&amp;", "\x00\r\n\ufeff<b>&amp;"),
        ("e\u0301", "e\u0301"),
    ],
)
def test_no_text_has_a_surrogate_and_nothing_else_is_changed(given, kept):
    names = ("article_id", "headline", "body", "caption", "source", "url", "section", "language")
    article = Article(**dict.fromkeys(names, given), authors=[given], tags=(given,))
    assert [getattr(article, name) for name in names] == [kept] * len(names)
    assert article.authors == article.tags == (kept,)
    article = Article(metadata={given: [given, {"a": given}]})
    assert article.metadata == {kept: [kept, {"a": kept}]}
    json.dumps(article.to_dict(), ensure_ascii=False).encode()


def test_lists_are_tuples_of_what_is_not_empty():
    article = Article(authors=iter(["Kim", "", "Lee", "Kim"]), tags=["", ""])
    assert article.authors == ("Kim", "Lee", "Kim")
    assert article.tags == ()


def test_metadata_is_a_copy():
    given = {"list": [1], "tuple": (1, 2), 3: "number"}
    article = Article(metadata=given)
    given["list"].append(2)
    given["more"] = 1
    assert article.metadata == {"list": [1], "tuple": [1, 2], "3": "number"}


# Errors

TOO_EARLY = "0001-01-01T00:00:00+14:00"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"headline": 3}, "headline must be a string, not 3"),
        ({"body": None}, "body must be a string, not None"),
        ({"caption": b"a"}, "caption must be a string, not b'a'"),
        ({"article_id": 7}, "article_id must be a string, not 7"),
        ({"authors": "Kim"}, "authors must be a list of strings, not 'Kim'"),
        ({"tags": 5}, "tags must be a list of strings, not 5"),
        ({"published": "soon"}, "published 'soon' is not a date; write it as 2022-11-02 or 2022-"),
        ({"modified": 5}, "modified must be a date, not 5"),
        ({"published": TOO_EARLY}, f"published {TOO_EARLY!r} lies outside of the years 1 to 9999"),
        ({"metadata": [1]}, "metadata must be a mapping, not [1]"),
        ({"metadata": {"a": float("nan")}}, "metadata must hold JSON values only: Out of range"),
        ({"metadata": {"a": {1}}}, "metadata must hold JSON values only: Object of type set"),
    ],
)  # fmt: skip
def test_a_bad_value_is_refused_with_its_field(values, message):
    with pytest.raises(MalformedArticleError) as caught:
        Article(**values)
    assert str(caught.value).startswith(message)
    assert caught.value.problem == str(caught.value)
    assert (caught.value.source, caught.value.line) == (None, None)


def test_a_long_value_is_shown_in_part():
    with pytest.raises(MalformedArticleError) as caught:
        Article(published="x" * 10_000)
    assert len(str(caught.value)) < 250


def test_metadata_that_holds_itself_is_refused():
    endless = []
    endless.append(endless)
    with pytest.raises(MalformedArticleError, match="metadata must hold JSON values only"):
        Article(metadata={"a": endless})


def test_an_unknown_name_is_refused():
    with pytest.raises(MalformedArticleError, match="an article has no field 'titel'; put other"):
        Article.from_dict({"titel": "Horses", "headline": "Horses"})
    with pytest.raises(TypeError, match="titel"):
        Article(titel="Horses")


# To and from JSON


def test_a_full_article_comes_back():
    article = Article(**FULL)
    assert article.to_dict() == FULL
    assert Article.from_dict(json.loads(json.dumps(article.to_dict()))) == article


def test_empty_fields_are_left_out():
    assert Article(article_id="a", metadata={}, authors=[]).to_dict() == {"article_id": "a"}


moments = st.datetimes(
    min_value=datetime.fromisoformat("0001-01-02"),
    max_value=datetime.fromisoformat("9999-12-30"),
    # Python reads a zone of less than a second as UTC.
    timezones=st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip
any_text = st.text(st.characters(exclude_categories=()))


@given(any_text, any_text, moments | st.none(), st.lists(any_text), json_values)
@example("\ud800", "", None, ["\udc00"], {"\ud800": "\ud800"})
def test_every_article_comes_back(headline, body, published, tags, value):
    article = Article(
        headline=headline, body=body, published=published, tags=tags, metadata={"value": value}
    )
    written = json.dumps(article.to_dict(), ensure_ascii=False).encode()
    assert Article.from_dict(json.loads(written)) == article


def test_an_article_can_be_copied_and_pickled_but_not_changed():
    article = Article(**FULL)
    assert pickle.loads(pickle.dumps(article)) == article
    assert copy.deepcopy(article) == article
    changed = dataclasses.replace(article, headline="Other")
    assert (changed.headline, changed.article_id) == ("Other", "rail-1")
    with pytest.raises(dataclasses.FrozenInstanceError):
        article.headline = "Other"
