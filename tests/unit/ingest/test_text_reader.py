"""Plain texts as they are pasted and typed, and what they cost."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

import searchlib
from searchlib.article import Article
from searchlib.errors import MalformedArticleError
from searchlib.ingest import read
from searchlib.ingest.source import TextSource
from searchlib.ingest.text_reader import parse_text, read_text

PASTED = """ Harbour Town Reopens Its Ferry Line After
Three Winters
 The pier at Aldersund on the northern shore. J. Roe (CC BY 4.0)

The first ferry in three winters left Aldersund on Monday with forty goats
on board, the harbour office said.

A cousin of the owner\u2019s called it \u201ca long wait\u201d for the Alder-
Sund line.


https://example.org/ferry/timetable
 https://example.org/ferry/goats

Related article: How the Goats of Aldersund Learned To
Swim

No date was named for the second crossing.
"""


def paragraphs(article: Article) -> list[str]:
    return article.body.split("\n\n")


def test_page_pasted_with_indented_caption():
    article = parse_text(PASTED)
    assert article.headline == "Harbour Town Reopens Its Ferry Line After Three Winters"
    assert article.caption == "The pier at Aldersund on the northern shore."
    assert article.metadata == {
        "credit": "J. Roe (CC BY 4.0)",
        "links": ["https://example.org/ferry/timetable", "https://example.org/ferry/goats"],
        "related": ["How the Goats of Aldersund Learned To Swim"],
    }
    assert [len(text.split()) for text in paragraphs(article)] == [19, 14, 8]
    assert paragraphs(article)[1].endswith("for the Alder-Sund line.")


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: text.replace("\n\n", "\n \t\n\u00a0\n"),
        lambda text: text.replace("\n\n", "\f"),
        lambda text: "\n\n" + text,
        lambda text: "    " + text.replace("\n", "\n    "),
    ],
    ids=["CRLF", "CR", "blanks in blank lines", "form feeds", "leading blank lines", "margin"],
)
def test_same_article_however_its_lines_end(change):
    assert parse_text(change(PASTED)) == parse_text(PASTED)


def test_explicit_headers():
    article = parse_text(
        "Title: Goats ashore\nDate: 2 November 2022\nBy: Jane Doe; John Roe\n"
        "Source: The Gull\nTags: goats; ferries\nCaption: Goats.\nBody: They are ashore.\n\nAll."
    )
    assert (article.headline, article.source, article.caption) == (
        "Goats ashore",
        "The Gull",
        "Goats.",
    )
    assert article.authors == ("Jane Doe", "John Roe")
    assert article.tags == ("goats", "ferries")
    assert article.published is not None
    assert article.published.isoformat() == "2022-11-02T00:00:00+00:00"
    assert paragraphs(article) == ["They are ashore.", "All."]


def test_second_header_of_the_same_name_is_text():
    article = parse_text("Headline: One\nHeadline: Two\n\nText.")
    assert article.headline == "One"
    assert paragraphs(article) == ["Headline: Two", "Text."]


def test_explicit_date_that_is_none():
    with pytest.raises(MalformedArticleError, match="two ways"):
        parse_text("Headline: Goats\nDate: 02/11/2022\n\nText.")


@pytest.mark.parametrize(
    ("byline", "authors"),
    [
        ("By Jane Doe", ("Jane Doe",)),
        ("by Jane Doe and John Roe", ("Jane Doe", "John Roe")),
        ("By Jane Doe, John Roe & Ann Poe", ("Jane Doe", "John Roe", "Ann Poe")),
        ("BY JANE DOE AND JOHN ROE", ("JANE DOE", "JOHN ROE")),
        ("By Jane Doe, Staff Writer", ("Jane Doe",)),
        ("By Alexander Anderson", ("Alexander Anderson",)),
    ],
)
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_byline(byline, authors, gap):
    article = parse_text(f"GOATS ASHORE{gap}{byline}\n\nThe goats are ashore.")
    assert article.headline == "GOATS ASHORE"
    assert article.authors == authors
    assert article.metadata["byline"] == byline
    assert article.body == "The goats are ashore."


@pytest.mark.parametrize(
    "line",
    [
        "2 November 2022",
        "Published: 2 November 2022",
        "Published on November 2, 2022",
        "Posted Nov. 2, 2022",
        "Wednesday, 2 November 2022",
        "2022-11-02",
        "Wed, 02 Nov 2022 00:00:00 +0000",
    ],
)
@pytest.mark.parametrize(
    "layout",
    ["Goats\n{}\n\nText.", "Goats\n\n{}\n\nText.", "{}\n\nGoats\n\nText.", "{}\nGoats\n\nText."],
)
def test_date_line(line, layout):
    article = parse_text(layout.format(line))
    assert (article.headline, article.body) == ("Goats", "Text.")
    assert article.published is not None
    assert article.published.isoformat() == "2022-11-02T00:00:00+00:00"
    assert article.metadata["date_line"] == [line]


def test_date_of_a_change():
    article = parse_text(
        "Goats\nPublished: 2 November 2022\nUpdated: 3 November 2022 9:30 p.m.\n\nText."
    )
    assert article.published is not None
    assert article.modified is not None
    assert (article.published.day, article.modified.day, article.modified.hour) == (2, 3, 21)


def test_date_alone_is_a_headline():
    assert parse_text("2 November 2022").headline == "2 November 2022"


@pytest.mark.parametrize("line", ["12 goats, 40 sheep", "02/11/2022", "Nov 2, 2022 9:30 PM XYZ"])
def test_line_of_figures_that_is_no_date_stays_text(line):
    article = parse_text(f"Goats\n\n{line}\n\nText.")
    assert article.published is None
    assert paragraphs(article) == [line, "Text."]


def test_paragraph_a_line():
    first, second = "The ferry left. " * 10, "It came back. " * 12
    article = parse_text(f"Goats ashore\n{first}\n{second}\n")
    assert article.headline == "Goats ashore"
    assert paragraphs(article) == [first.strip(), second.strip()]
    assert article.caption == ""


def test_first_line_indents_begin_paragraphs():
    article = parse_text("Goats\n\n  One goes\nashore.\n  Two go\nashore.")
    assert paragraphs(article) == ["One goes ashore.", "Two go ashore."]


def test_long_first_paragraph_is_no_headline():
    article = parse_text("The ferry left with goats on board " * 12)
    assert article.headline == ""
    assert article.body.count("ferry") == 12


def test_first_sentence_is_no_headline():
    article = parse_text(
        "The ferry left.\nIt came back. The goats stayed where they were " + "on " * 90
    )
    assert article.headline == ""
    # A line that long is a paragraph, and so is the one above it.
    assert article.body.startswith("The ferry left.\n\nIt came back.")


@pytest.mark.parametrize(
    ("caption", "text", "credit"),
    [
        ("The pier at noon. J. Roe", "The pier at noon.", "J. Roe"),
        ("The pier (Photo: J. Roe)", "The pier", "Photo: J. Roe"),
        ("The pier at noon. Photo by: J. Roe", "The pier at noon.", "Photo by: J. Roe"),
        ("Gov. Ada Poe opens the pier", "Gov. Ada Poe opens the pier", None),
        ("The gate of the U.S. Embassy", "The gate of the U.S. Embassy", None),
        ("The pier. It is old.", "The pier. It is old.", None),
        ("(Photo: J. Roe)", "(Photo: J. Roe)", None),
    ],
)
@pytest.mark.parametrize("layout", ["Goats\n  {}\n\nText.", "Goats\n\nCaption: {}\n\nText."])
def test_caption_and_credit(caption, text, credit, layout):
    article = parse_text(layout.format(caption))
    assert (article.headline, article.caption, article.body) == ("Goats", text, "Text.")
    assert article.metadata.get("credit") == credit


def test_captions_of_several_pictures():
    article = parse_text("Goats\n\nCaption: One. A. Poe\n\nText.\n\nPhoto: Two. B. Poe")
    assert article.caption == "One.\n\nTwo."
    assert article.metadata["credit"] == ["A. Poe", "B. Poe"]


def test_label_without_a_caption_gives_none():
    article = parse_text("Goats\n\nCaption:\n\nPhoto: Two.\n\nText.")
    assert (article.caption, article.body) == ("Two.", "Text.")


@pytest.mark.parametrize("hyphen", ["-", "\u2010", "\u00ad"])
def test_hyphen_at_the_end_of_a_line(hyphen):
    article = parse_text(f"Goats\n\nThe ferry to Alder{hyphen}\nSund left - \nlate.")
    assert article.body == f"The ferry to Alder{hyphen}Sund left - late."


def test_tabs_and_quotes_stay_as_they_are():
    article = parse_text("Goats \u2018ashore\u2019\n\nA\tb \u201cc\u201d \u2013 d\u2026")
    assert article.headline == "Goats \u2018ashore\u2019"
    assert article.body == "A\tb \u201cc\u201d \u2013 d\u2026"


@pytest.mark.parametrize("data", [b"", b" \r\n\t\n", b"\xef\xbb\xbf"])
def test_empty_text_is_reported(data):
    [error] = read_text(TextSource("empty.txt", io.BytesIO(data)))
    assert isinstance(error, MalformedArticleError)
    assert str(error) == "empty.txt: it is empty"


# Each takes well under a second where the work is linear, and hours where it is quadratic.
@pytest.mark.parametrize(
    "text",
    [
        "\n" * 1_000_000,
        "Goats" + "\n \t\u00a0" * 300_000 + "end",
        "Goats\n" + " " * 1_000_000 + "x",
        "Goats\n\n" + "a line of text\n" * 300_000,
        "Goats\n" * 300_000,
        "Goats\n\n" + "word-\n" * 300_000,
        "Goats\n" + "a line of some length, to be a paragraph of its own. " * 4 + "\n  x" * 300_000,
        "Goats\n\nCaption: " + "photo:" * 170_000 + ".",
        "Goats\n\nCaption: " + "(photo" * 170_000,
        "Goats\n\nCaption: " + "a. " * 300_000,
        "Goats\n\nCaption: " + "." * 1_000_000,
        "Goats\n\nCaption: a." + "\u201d" * 1_000_000,
        "Goats\n\nBy " + " " * 1_000_000 + "x",
        "Goats\n\nRelated" + " " * 1_000_000 + "x",
        "Headline:" + "\t" * 1_000_000 + "x",
        "Headline: a\n" + "date:\n" * 300_000,
        "a" * 1_000_000,
        "https://" * 130_000,
        "https://a\n" * 100_000,
        "Goats\n\n" + ("2" + "-" * 50 + "\n\n") * 20_000,
    ],
    ids=lambda text: repr(text[-20:]),
)
def test_cost_is_linear(text):
    article = parse_text(text)
    words = "".join([article.headline, article.body, article.caption, repr(article.metadata)])
    assert bool(words.strip("{}")) == bool(text.strip())


@pytest.mark.corpus
def test_seed_article(data_dir: Path):
    [article] = read(data_dir / "seed_article.txt", strict=True)
    assert "\n" not in article.headline
    assert len(article.headline.split()) == 9
    assert article.caption.endswith(".")
    assert "\n" not in article.caption
    assert isinstance(article.metadata["credit"], str)
    assert "CC BY" in article.metadata["credit"]
    assert len(paragraphs(article)) == 14
    assert all("\n" not in text for text in paragraphs(article))
    assert isinstance(article.metadata["links"], list)
    assert len(article.metadata["links"]) == 2
    assert isinstance(article.metadata["related"], list)
    assert len(article.metadata["related"]) == 1


@pytest.mark.corpus
def test_seed_article_is_found(data_dir: Path):
    index = searchlib.in_memory()
    with index.writer() as writer:
        for article in read(data_dir / "seed_article.txt", strict=True):
            writer.add(article)

    [hit] = index.search("horses")
    before = {
        snippet.text[:start].split()[-1]
        for snippet in hit.snippets
        for start, end in snippet.marks
        if snippet.text[start:end] == "horses"
    }
    assert before >= {"thoroughbred", "138"}

    [hit] = index.search("caption:station")
    assert hit.snippets[0].field == "caption"
    assert hit.snippets[0].marks

    assert len(index.search('"white horses"')) == 0
    assert len(index.search('"freight train"')) == 1
    assert len(index.search("headline:railway")) == 1
