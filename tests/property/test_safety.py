"""Through the whole engine: what an article says is found, shown as it is, and commands nothing."""

from __future__ import annotations

import html.parser
import re
import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

from searchlib import Article, Snippet
from searchlib.analysis import analyzer_for, get_analyzer, known_analyzers
from searchlib.article import TEXT_FIELDS
from searchlib.query.tree import Metadata, Phrase, to_query
from tests.helpers.indexes import indexed

# What a page or a terminal would obey, and what looks like it was escaped already.
HOSTILE = (
    *(
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "</mark>",
        "<mark>",
        "<!--",
        "-->",
    ),
    *(
        "]]>",
        "<![CDATA[",
        "<?php",
        "&amp;",
        "&lt;",
        "&#60;",
        "&#x3c;",
        "&horse",
        "&",
        "<",
        ">",
        '"',
        "'",
    ),
    *(
        "javascript:",
        "\x1b[31m",
        "\x1b]0;title\x07",
        "\x9b1m",
        "\x00",
        "\x08",
        "\x7f",
        "\r",
        "\u2028",
    ),
    *("\u202e", "\u2066", "\u2069", "\ud800", "\udfff", "\ufdd0", "\U0001ffff", "\ufeff", "\u0301"),
)
WORDS = (
    "horse",
    "horses",
    "Horse's",
    "train",
    "r\u00e9sum\u00e9",
    "\u94c1\u8def",
    "U.S.",
    "R&D",
    ". ",
    "\n\n",
    " ",
)
text_pieces = st.sampled_from(HOSTILE) | st.sampled_from(WORDS) | st.just(" ")
hostile_texts = st.lists(text_pieces, max_size=30).map("".join)
any_texts = st.text(st.characters(exclude_categories=()))
texts = hostile_texts | any_texts
languages = st.sampled_from(("", "en", "de", "fr", "ja", "ar", "xx", "\ud800", "<b>"))
articles = st.builds(
    Article,
    headline=texts,
    body=texts,
    caption=texts,
    source=texts,
    authors=st.lists(texts, max_size=2),
    tags=st.lists(texts, max_size=2),
    language=languages,
    metadata=st.dictionaries(texts, texts, max_size=1),
)
queries = st.one_of(
    st.sampled_from(
        ("horses", "hors*", '"horse train"', "script", "mark OR lt OR amp", "*", "r\u00e9sum\u00e9",
         "headline:horse OR caption:train", "R&D -zebra", "\u94c1", "b?dy OR t*n", "alert NOT horse")
    ),
    hostile_texts,
)  # fmt: skip


class Page(html.parser.HTMLParser):
    """Reads a piece of HTML as a page does; anything but text and <mark> is an error."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.marked: list[str] = []
        self._inside = False
        self.feed(source)
        self.close()
        assert not self._inside

    def handle_starttag(self, tag, attrs):
        assert (tag, attrs, self._inside) == ("mark", [], False)
        self._inside = True
        self.marked.append("")

    def handle_endtag(self, tag):
        assert (tag, self._inside) == ("mark", True)
        self._inside = False

    def handle_data(self, data):
        self.text += data
        if self._inside:
            self.marked[-1] += data

    def handle_comment(self, data):
        raise AssertionError(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def allowed_in_html(text: str) -> str:
    """Give ``text`` with U+FFFD for what no page may have."""
    return "".join(
        "\ufffd"
        if (unicodedata.category(c) == "Cc" and c not in "\t\n\x0c\r")
        or ord(c) & 0xFFFE == 0xFFFE
        or 0xFDD0 <= ord(c) <= 0xFDEF
        else c
        for c in text
    )


def check_snippet(snippet: Snippet, article: Article) -> None:
    field = getattr(article, snippet.field)
    assert snippet.text == snippet.plain() == field[snippet.start_char : snippet.end_char]
    page = Page(snippet.html())
    assert page.text == allowed_in_html(snippet.text)
    assert page.marked == [allowed_in_html(snippet.text[a:b]) for a, b in snippet.marks]
    shown = snippet.ansi()
    bare = re.sub("\x1b\\[1m(.*?)\x1b\\[22m", "\\1", shown)
    assert shown.count("\x1b") == 2 * len(snippet.marks)
    assert not [c for c in bare if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"}]
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", bare)
    snippet.html().encode()
    shown.encode()


@given(st.lists(articles, min_size=1, max_size=3), st.lists(queries, min_size=1, max_size=3))
@example([Article(body="<script>horse</script> &amp; \x1b[31mhorse")], ["horse"])
@example(
    [Article(headline="\ud800 horse &lt;", caption="\u202ehorse")], ["horse", "headline:horse"]
)
def test_what_is_shown_of_a_hit_commands_neither_page_nor_terminal(given, asked):
    index = indexed(given)
    stored = {article.article_id: article for article in given}
    for query in asked:
        for hit in index.search(query):
            assert hit.article == stored[hit.article_id]
            assert len(hit.snippets) <= 2
            for snippet in (*hit.snippets, hit.marked_headline):
                check_snippet(snippet, hit.article)
            assert hit.marked_headline.text == hit.headline
            assert hit.snippet == (hit.snippets[0].text if hit.snippets else "")


def words_of(text: str, analyzer) -> list[str]:
    """Give the words of ``text`` as they stand in it."""
    return [text[token.start_char : token.end_char] for token in analyzer.query_tokens(text)]


@given(st.sampled_from(TEXT_FIELDS), texts, st.sampled_from(known_analyzers()), languages)
@example("body", "\u212b\u0301 \ufb03 \u1e9e", "english", "")
@example("body", "'s ''s s' l'", "french", "fr")
@example("headline", "1,000.5% $5 C++ C# @a #b", "english", "")
def test_an_article_is_found_by_each_of_its_words(field, text, name, language):
    article = Article(**{field: text}, language=language)
    index = indexed([article, Article(article_id="other", body="zebra")], analyzer=name)
    text = getattr(article, field)
    analyzer = analyzer_for(get_analyzer(name), article.language)
    for word in words_of(text, analyzer):
        if not analyzer.query_tokens(word):
            continue
        query = to_query(Phrase(word, (field,)))
        results = index.search(query, strict=True, limit=None)
        assert article.article_id in [hit.article_id for hit in results]


@given(
    st.lists(articles, min_size=1, max_size=3, unique_by=lambda article: article.article_id),
    st.data(),
)
def test_an_article_is_found_by_its_metadata(given, data):
    index = indexed(given)
    article = data.draw(st.sampled_from(given))
    values = [
        ("article_id", article.article_id),
        ("source", article.source),
        *(("authors", author) for author in article.authors),
        *(("tags", tag) for tag in article.tags),
    ]
    for name, value in values:
        if not value.strip():
            continue
        results = index.search(to_query(Metadata(name, value)), limit=None)
        left_out = [remark.action for remark in results.diagnostics] == ["it was left out"]
        found = article.article_id in [hit.article_id for hit in results]
        assert found or left_out
        # Nothing is left out but what folding leaves nothing of: invisible characters.
        assert not left_out or not any(c.isprintable() and c.isalnum() for c in value)


@given(articles)
def test_an_article_is_got_and_deleted_as_it_was_given(article):
    index = indexed([article])
    assert index.get(article.article_id) == article
    assert index.check() == []
    with index.writer() as writer:
        assert writer.delete(article.article_id)
    assert index.count == 0
    assert index.get(article.article_id) is None
