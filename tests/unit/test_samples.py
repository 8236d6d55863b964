"""The sample articles: whole, well-formed, and apt to show what a search gives."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import datetime
from importlib.resources import files

import pytest

from searchlib.article import Article
from searchlib.samples import sample_articles

ARTICLES = sample_articles()
BY_ID = {article.article_id: article for article in ARTICLES}
RAW = (files("searchlib.samples") / "articles.jsonl").read_bytes()

by_article = pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.article_id)


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def shingles(text: str) -> set[tuple[str, ...]]:
    found = words(text)
    return set(zip(found, found[1:], found[2:], strict=False))


def holders_of(word: str, field: str) -> set[str]:
    return {
        article.article_id for article in ARTICLES if word in words(str(getattr(article, field)))
    }


def test_there_are_two_dozen_each_with_its_own_id_url_and_headline() -> None:
    assert 24 <= len(ARTICLES) <= 26
    for field in ("article_id", "url", "headline", "body"):
        assert len({getattr(article, field) for article in ARTICLES}) == len(ARTICLES), field


def test_the_file_is_utf8_with_one_json_object_a_line() -> None:
    text = RAW.decode("utf-8")
    assert not text.startswith("\ufeff")
    assert "\r" not in text
    assert text.endswith("}\n")
    lines = text[:-1].split("\n")
    assert len(lines) == len(ARTICLES)
    for line in lines:
        values = json.loads(line)
        assert isinstance(values, dict)
        assert json.dumps(values, ensure_ascii=False) == line


def test_every_line_survives_the_round_trip_through_an_article() -> None:
    for line, article in zip(RAW.decode("utf-8").split("\n"), ARTICLES, strict=False):
        assert article.to_dict() == json.loads(line)
        assert Article.from_dict(article.to_dict()) == article


def test_they_are_sorted_by_the_moment_of_publication() -> None:
    moments = [article.published for article in ARTICLES if article.published]
    assert len(moments) == len(ARTICLES)
    assert moments == sorted(moments)


@by_article
def test_every_field_is_filled(article: Article) -> None:
    for field in ("headline", "body", "source", "section", "language", "authors", "tags"):
        assert getattr(article, field), field
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", article.article_id)


@by_article
def test_dates_carry_their_own_zone(article: Article) -> None:
    line = next(
        line
        for line in RAW.decode("utf-8").split("\n")
        if json.loads(line)["article_id"] == article.article_id
    )
    values = json.loads(line)
    for name in ("published", "modified"):
        if name in values:
            # In the file itself: Article would take a time without a zone as UTC.
            assert datetime.fromisoformat(values[name]).tzinfo is not None, name
    if article.modified:
        assert article.published
        assert article.modified > article.published


@by_article
def test_the_url_is_an_example_with_the_date_and_id(article: Article) -> None:
    assert article.published
    day = article.published.strftime("%Y/%m/%d")
    assert re.fullmatch(
        rf"https://example\.org/[a-z-]+/{day}/{re.escape(article.article_id)}", article.url
    )


@by_article
def test_the_body_has_the_length_and_layout_of_a_short_story(article: Article) -> None:
    paragraphs = article.body.split("\n\n")
    assert 3 <= len(paragraphs) <= 6
    if article.language == "ja":  # written without spaces
        assert 200 <= len(article.body) <= 500
    else:
        assert 80 <= len(article.body.split()) <= 220
    for paragraph in [article.headline, *paragraphs, *article.caption.split("\n\n")]:
        assert paragraph == paragraph.strip()
        assert "\n" not in paragraph
        assert "  " not in paragraph


@by_article
def test_straight_and_curly_quotes_are_not_mixed(article: Article) -> None:
    text = article.headline + article.body + article.caption
    straight, curly = set("\"'") & set(text), set("“”‘’") & set(text)
    assert not (straight and curly)
    assert text.count('"') % 2 == 0
    if article.language == "en":
        assert text.count("“") == text.count("”")


def test_both_kinds_of_quotes_and_apostrophes_occur() -> None:
    everything = "".join(article.body for article in ARTICLES)
    assert {'"', "'", "“", "”", "’"} <= set(everything)
    assert "O'Brien" in everything
    assert "O’Brien" in everything


def test_only_the_first_train_speaks_of_horses_in_all_three_fields() -> None:
    train = BY_ID["thirty-horses-on-first-train"]
    assert holders_of("horses", "headline") == {train.article_id}
    assert holders_of("horses", "caption") == {train.article_id, "river-calder-flood"}
    assert holders_of("horses", "body") == {train.article_id, "mounted-police-return-to-market"}
    counts = Counter(
        {article.article_id: words(article.body).count("horses") for article in ARTICLES}
    )
    assert counts.most_common(1)[0][0] == train.article_id
    for name in ("Khasan", "Tumangang", "Customs", "rubles", "November 16"):
        assert name in train.body
    assert train.published
    assert train.published.isoformat().startswith("2022-11-02")


def test_the_flood_speaks_of_horses_in_its_caption_alone() -> None:
    flood = BY_ID["river-calder-flood"]
    assert "hors" not in (flood.headline + flood.body).casefold()
    assert "horses" in flood.caption


def test_the_race_has_one_horse_and_the_tug_only_horsepower() -> None:
    race = BY_ID["outsider-takes-the-silver-mile"]
    assert re.findall(r"\bhors\w*", race.body) == ["horse"]
    tug = BY_ID["electric-tug-with-6000-horsepower"]
    text = f"{tug.headline} {tug.body} {tug.caption}".casefold()
    assert set(re.findall(r"\bhors\w*", text)) == {"horsepower"}


@pytest.mark.parametrize(
    ("article_id", "only_in_caption"),
    [
        ("knight-sacrifice-settles-title", "Rosalind Achterberg"),
        ("river-calder-flood", "horses"),
        ("railway-freight-tariffs-to-rise", "Ussuriysk"),
        ("lost-cello-found-by-hashtag", "Trieste"),
        ("electric-tug-with-6000-horsepower", "lighthouse"),
        ("fussball-aufsteiger-dreht-spiel", "Großmutter"),
    ],
)
def test_captions_name_what_headline_and_body_do_not(article_id: str, only_in_caption: str) -> None:
    article = BY_ID[article_id]
    assert only_in_caption in article.caption
    assert only_in_caption.casefold() not in (article.headline + article.body).casefold()


@pytest.mark.parametrize(
    "written",
    [
        "R&D",
        "C++",
        "C#",
        "COVID-19",
        "O'Brien",
        "U.S.",
        "3.5%",
        "$584,302",
        "State-of-the-art",
        "#FindTheCello",
        "@bea_plays_low",
        "café",
        "São Paulo",
        "Zürich",
        "To Be or Not to Be",
        "The Who",
        "Fußball",
        "bibliothèque",
        "鉄道",
    ],
)
def test_words_that_are_hard_to_find_occur_as_written(written: str) -> None:
    assert any(written in article.headline + article.body for article in ARTICLES)


def test_several_stories_are_about_the_railway() -> None:
    assert holders_of("railway", "body") >= {
        "railway-freight-tariffs-to-rise",
        "thirty-horses-on-first-train",
        "obituary-dorothea-finch-marlow",
    }


def test_languages_are_set() -> None:
    assert Counter(article.language for article in ARTICLES) == {
        "en": len(ARTICLES) - 3,
        "de": 1,
        "fr": 1,
        "ja": 1,
    }


def test_the_storm_report_and_its_update_are_the_only_near_duplicates() -> None:
    alike = []
    for place, one in enumerate(ARTICLES):
        for other in ARTICLES[place + 1 :]:
            ours, theirs = shingles(one.body), shingles(other.body)
            if len(ours & theirs) > 0.2 * len(ours | theirs):
                alike.append((one, other))
    assert len(alike) == 1
    first, update = alike[0]
    assert first.article_id == "storm-ragnhild-cuts-power"
    assert update.article_id == "storm-ragnhild-update"
    assert first.source != update.source
    assert update.modified is not None
    ours, theirs = shingles(first.body), shingles(update.body)
    assert 0.8 < len(ours & theirs) / len(ours | theirs) < 1
