"""The articles that most tests of the suite look at."""

from __future__ import annotations

from searchlib import Article

__all__ = ["ARTICLES"]

ARTICLES = (
    Article(
        article_id="border",
        headline="Horses cross the border",
        body="White horses ran. A train stood. The state-of-the-art train left.",
        caption="Two horses.",
        published="2022-11-02T09:30:00+10:00",
        source="Wire",
        url="https://example.org/border",
        authors=["Anna O'Brien"],
        section="World",
        tags=["rail", "animals"],
        metadata={"desk": 7},
    ),
    Article(
        article_id="freight",
        headline="Trains",
        body="A freight train with a horse.\n\nHorse after horse stood near the barn.",
        published="2021-01-01",
        source="Post",
    ),
    Article(article_id="weather", headline="Weather", body="It rained."),
    Article(article_id="horse", headline="Horse", language="en", source="wire"),
    Article(
        article_id="zebra",
        headline="Zebra crossing",
        body="The zebra and the white horse met O'Brien.",
        caption="A zebra.",
        published="2022-11-01T23:30:00Z",
        source="Wira",
        tags=["zoo", "rail"],
    ),
    Article(article_id="café", headline="Le café", body="L'homme boit un café.", language="fr"),
)
