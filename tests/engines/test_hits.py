"""Hits: their articles, snippets and marks, whatever the engine gives at once."""

from __future__ import annotations

import pytest

from searchlib import Article
from tests.engines.archive import ARTICLES

BY_ID = {article.article_id: article for article in ARTICLES}


def test_an_article_is_what_was_added(index):
    results = index.search("*", limit=None)
    assert [hit.article for hit in results] == list(ARTICLES)
    assert [hit.headline for hit in results] == [article.headline for article in ARTICLES]


def test_an_article_is_got_by_its_id(index):
    assert index.get("border") == BY_ID["border"]
    assert index.get("café") == BY_ID["café"]
    assert index.get("nobody") is None


def test_hits_are_read_in_any_order(make_index):
    index = make_index()
    with index.writer() as writer:
        writer.add_many(Article(article_id=f"n{n:02}", body=f"horse {n}") for n in range(35))
    results = index.search("horse", limit=None)
    order = [34, 0, 9, 10, 11, 3, 34, 20, *range(35)]
    assert [results[n].article.body for n in order] == [f"horse {n}" for n in order]
    again = index.search("horse", limit=None)
    assert [again[n].article_id for n in order] == [f"n{n:02}" for n in order]
    page = index.search("horse", limit=12, offset=20)
    assert [hit.headline + hit.snippet for hit in page] == [f"horse {n}" for n in range(20, 32)]


def marked(text: str, marks: tuple[tuple[int, int], ...]) -> list[str]:
    return [text[start:end] for start, end in marks]


@pytest.mark.parametrize(
    ("query", "article_id", "expected"),
    [
        ("horse", "border", {"headline": ["Horses"], "body": ["horses"], "caption": ["horses"]}),
        ('"white horses"', "border", {"body": ["White horses"]}),
        ("hors* tr?in", "freight", {"body": ["train", "horse", "Horse", "horse"]}),
        (
            "/hor.*/ zibra~1",
            "zebra",
            {"headline": ["Zebra"], "body": ["zebra", "horse"], "caption": ["zebra"]},
        ),
        ("train w/4 horse", "freight", {"body": ["train", "horse", "Horse"]}),
        ("tr?in w/4 hors*", "freight", {"body": ["train", "horse", "Horse"]}),
        ("headline:horse", "border", {"headline": ["Horses"]}),
        ("(white AND zebra) OR train", "border", {"body": ["train", "train"]}),
        ("(white AND zebra) OR tr?in", "border", {"body": ["train", "train"]}),
        ("source:wire", "border", {}),
        ("cafe", "café", {"headline": ["café"], "body": ["café"]}),
    ],
)
def test_marks_are_what_an_article_owes_its_place_to(index, query, article_id, expected):
    (hit,) = (hit for hit in index.search(query) if hit.article_id == article_id)
    article = BY_ID[article_id]
    found = {field: marked(getattr(article, field), marks) for field, marks in hit.marks.items()}
    assert found == expected
    assert hit.marked_headline.text == article.headline
    assert hit.marked_headline.marks == hit.marks.get("headline", ())


def test_snippets_show_what_matched(index):
    (hit,) = index.search('"freight train"')
    (snippet,) = hit.snippets
    assert snippet.field == "body"
    assert snippet.text == hit.snippet == "A freight train with a horse."
    assert marked(snippet.text, snippet.marks) == ["freight train"]


def test_snippets_of_a_pattern_are_those_of_its_words(index):
    for pattern, word in (("hors*", "horse"), ("z?bra", "zebra"), ("/whit./", "white")):
        one = {hit.article_id: hit.snippets for hit in index.search(pattern)}
        other = {hit.article_id: hit.snippets for hit in index.search(word)}
        assert one == other


def test_what_matched_nothing_in_the_text_shows_how_it_begins(index):
    (hit,) = index.search("source:post")
    assert hit.snippet.startswith("A freight train")
    assert hit.snippets[0].marks == ()


def test_an_article_without_text_has_no_snippet(make_index):
    index = make_index()
    with index.writer() as writer:
        writer.add(Article(article_id="a", source="wire"))
    (hit,) = index.search("source:wire")
    assert (hit.snippet, hit.snippets, hit.marks) == ("", (), {})


def test_each_article_is_marked_in_its_own_language(make_index):
    index = make_index()
    with index.writer() as writer:
        writer.add(Article(article_id="de", body="Viele Häuser brennen.", language="de"))
        writer.add(Article(article_id="en", body="Many houses burn."))
    (hit,) = index.search("haus")
    assert marked(hit.article.body, hit.marks["body"]) == ["Häuser"]
