"""Snippets of any text: where they stand, what they mark, and how they are rendered."""

from __future__ import annotations

import html.parser
import itertools
import re
import unicodedata

import pytest
import regex
from hypothesis import example, given
from hypothesis import strategies as st

from searchlib.analysis.matching_tokens import wanted_places
from searchlib.analysis.sentences import sentence_spans
from searchlib.analysis.tokens import Token
from searchlib.snippets import Snippet, make_snippets, mark_text
from searchlib.snippets.graphemes import Graphemes
from tests.helpers.highlights import FieldHighlight, leaves_of

pytestmark = pytest.mark.kernels

FIELDS = ("headline", "body", "caption")

# Pieces that break what is careless: marks, joiners, flags, jamo, line breaks, controls, markup.
PIECES = (
    *"abcde .,",
    *(
        "horses",
        "train",
        "a-b",
        "U.S.",
        "x" * 30,
        ". ",
        "! ",
        "\n",
        "\n\n",
        "\r\n",
        "\r\n\r\n",
        "\u2029",
    ),
    *(
        "e\u0301",
        "\u0301",
        "\u200d",
        "\u200c",
        "\U0001f468\u200d\U0001f469",
        "\U0001f44d\U0001f3fd",
    ),
    *(
        "\U0001f1f0",
        "\U0001f1f5\U0001f1f7",
        "\u1112\u1161\u11ab",
        "\uae30\ucc28",
        "\u94c1\u8def\u3002",
    ),
    *(
        "\u0915\u094d\u0937",
        "\u0600",
        "\u202e",
        "\u2067",
        "\x1b[1m",
        "\x9b",
        "\x00",
        "\x85",
        "<b>",
        "&amp;",
    ),
    *('"', "'", "\ufdd0", "\U0010ffff"),
)
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=60).map("".join)
room = st.integers(min_value=1, max_value=80)


class WordAnalyzer:
    """Words of letters and digits; where ``careless``, also pieces that end inside characters."""

    def __init__(self, *, careless: bool) -> None:
        self.pattern = re.compile(r"\w{1,4}|[^\w\s]" if careless else r"\w+")

    def places(self, text, wanted):
        return wanted_places(self.tokens(text), wanted)

    def tokens(self, text):
        return [
            Token(found.group().casefold()[:5], found.group().casefold(), position, *found.span())
            for position, found in enumerate(self.pattern.finditer(text))
        ]


analyzers = st.booleans().map(lambda careless: WordAnalyzer(careless=careless))


@st.composite
def searches(draw):
    """Draw the texts of an article, an analyzer, and highlights of which some are in the texts."""
    analyzer = draw(analyzers)
    article = {field: draw(texts) for field in draw(st.sets(st.sampled_from(FIELDS)))}
    terms = sorted({token.term for text in article.values() for token in analyzer.tokens(text)})
    term = st.sampled_from([*terms, "absent"])
    phrases = st.lists(st.frozensets(term, max_size=2), max_size=3).map(tuple)
    highlight = st.builds(
        FieldHighlight, st.sampled_from(FIELDS), phrases, weight=st.floats(min_value=0, max_value=9)
    )
    words = st.builds(
        FieldHighlight, st.sampled_from(FIELDS), st.just(()), st.frozensets(term, max_size=3)
    )
    return article, draw(st.lists(highlight | words, max_size=6)), analyzer


def boundaries(text: str) -> set[int]:
    """Give the ends of characters by the regex package: Unicode Standard Annex 29 in full."""
    return {0, *itertools.accumulate(len(cluster) for cluster in regex.findall(r"\X", text))}


def longest_cluster(text: str) -> int:
    graphemes = Graphemes(text)
    ends = [end for end in range(len(text) + 1) if graphemes.floor(end) == end]
    return max((end - start for start, end in itertools.pairwise(ends)), default=1)


@given(searches(), room, st.integers(0, 4))
def test_a_snippet_is_a_piece_of_its_field(search, max_chars, limit):
    article, highlights, analyzer = search
    snippets = make_snippets(
        article, leaves_of(highlights), analyzer, max_chars=max_chars, limit=limit
    )
    assert len(snippets) <= limit
    for snippet in snippets:
        text = article[snippet.field]
        assert snippet.text
        assert snippet.text == snippet.plain() == text[snippet.start_char : snippet.end_char]
        assert snippet.starts_inside == bool(text[: snippet.start_char].strip())
        assert snippet.ends_inside == bool(text[snippet.end_char :].strip())
        assert len(snippet.text) <= max_chars + 2 * (longest_cluster(text) - 1)
        assert {snippet.start_char, snippet.end_char} <= boundaries(text)
    for one, other in itertools.combinations(snippets, 2):
        if one.field == other.field:
            first, second = sorted([one, other], key=lambda snippet: snippet.start_char)
            overlap = first.end_char - second.start_char
            assert overlap < longest_cluster(article[one.field])


@given(searches())
def test_there_is_a_snippet_where_there_is_text(search):
    article, highlights, analyzer = search
    snippets = make_snippets(article, leaves_of(highlights), analyzer)
    assert bool(snippets) == any(text.strip() for text in article.values())


@given(searches(), room)
def test_marks_are_what_was_looked_for(search, max_chars):
    article, highlights, analyzer = search
    for snippet in make_snippets(article, leaves_of(highlights), analyzer, max_chars=max_chars):
        text = article[snippet.field]
        graphemes = Graphemes(text)
        ends = boundaries(text)
        whole = mark_text(text, snippet.field, leaves_of(highlights), analyzer)
        at = snippet.start_char
        previous = 0
        for start, end in snippet.marks:
            assert previous <= start < end <= len(snippet.text)
            previous = end
            assert {at + start, at + end} <= ends
            assert any(first <= at + start and at + end <= last for first, last in whole)
        tokens = analyzer.tokens(text)
        starts = {graphemes.floor(token.start_char) for token in tokens} | {at}
        stops = {graphemes.ceil(token.end_char) for token in tokens} | {snippet.end_char}
        assert all(at + start in starts and at + end in stops for start, end in snippet.marks)


@given(searches())
def test_a_field_is_marked_where_a_slow_search_finds_it(search):
    article, highlights, analyzer = search
    for field, text in article.items():
        tokens = analyzer.tokens(text)
        graphemes = Graphemes(text)
        covered = set()
        for highlight in highlights:
            if highlight.field != field:
                continue
            length = len(highlight.terms)
            for place in range(len(tokens) - length + 1):
                run = tokens[place : place + length]
                if run and all(
                    token.term in terms for token, terms in zip(run, highlight.terms, strict=True)
                ):
                    first, last = run[0].start_char, run[-1].end_char
                    covered.update(range(graphemes.floor(first), graphemes.ceil(last)))
            for token in tokens:
                if token.word in highlight.words:
                    first, last = token.start_char, token.end_char
                    covered.update(range(graphemes.floor(first), graphemes.ceil(last)))
        marks = mark_text(text, field, leaves_of(highlights), analyzer)
        assert {offset for start, end in marks for offset in range(start, end)} == covered
        assert all(one[1] < other[0] for one, other in itertools.pairwise(marks))


@given(searches())
def test_no_passage_of_whole_sentences_shows_more_than_the_first(search):
    article, highlights, analyzer = search
    distinct = list(dict.fromkeys((one.field, one.terms, one.words) for one in highlights))
    in_body = [
        FieldHighlight(field, terms, words) for field, terms, words in distinct if field == "body"
    ]
    body = article.get("body", "")

    def shown(start, end):
        return sum(
            any(
                start <= first and last <= end
                for first, last in mark_text(body, "body", leaves_of([highlight]), analyzer)
            )
            for highlight in in_body
        )

    snippets = make_snippets({"body": body}, leaves_of(in_body), analyzer, max_chars=40)
    if not snippets or not snippets[0].marks:
        return
    sentences = sentence_spans(body)
    best = max(
        (
            shown(start, end)
            for start, _ in sentences
            for _, end in sentences
            if start < end <= start + 40 and not re.search(r"\n\s*\n|\u2029", body[start:end])
        ),
        default=0,
    )
    assert shown(snippets[0].start_char, snippets[0].end_char) >= best


@given(searches(), room)
def test_words_are_whole_unless_they_are_longer_than_the_room(search, max_chars):
    article, highlights, analyzer = search
    for snippet in make_snippets(article, leaves_of(highlights), analyzer, max_chars=max_chars):
        text = article[snippet.field]
        for word in re.finditer(r"[a-z]+", text):
            for cut in (snippet.start_char, snippet.end_char):
                if word.start() < cut < word.end():
                    around = re.compile(r"\S*").match(
                        text, re.compile(r"\S*\Z").search(text, 0, cut).start()
                    )
                    assert len(around.group()) > max_chars


class Reader(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.marked: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag, attrs):
        assert not attrs
        self.tags.append(f"<{tag}>")
        self.marked.append("")

    def handle_endtag(self, tag):
        self.tags.append(f"</{tag}>")

    def handle_data(self, data):
        self.text += data
        if self.tags and not self.tags[-1].startswith("</"):
            self.marked[-1] += data

    def handle_comment(self, data):
        raise AssertionError(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


@st.composite
def marked_snippets(draw):
    text = draw(texts)
    offsets = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    marks = tuple(zip(offsets[::2], offsets[1::2], strict=False))
    return Snippet("body", text, 0, len(text), marks)


@given(marked_snippets(), st.sampled_from(["mark", "em", "b", "x-hit"]))
@example(Snippet("body", "&lt;<mark>", 0, 10, ((0, 4), (4, 10))), "mark")
def test_html_says_the_passage_and_has_no_other_element(snippet, tag):
    reader = Reader()
    reader.feed(snippet.html(tag))
    reader.close()
    assert reader.tags == [f"<{tag}>", f"</{tag}>"] * len(snippet.marks)
    assert len(reader.text) == len(snippet.text)
    for given_char, read_char in zip(snippet.text, reader.text, strict=True):
        forbidden = (
            (unicodedata.category(given_char) == "Cc" and given_char not in "\t\n\x0c\r")
            or unicodedata.category(given_char) == "Cs"
            or ord(given_char) & 0xFFFE == 0xFFFE
            or 0xFDD0 <= ord(given_char) <= 0xFDEF
        )
        assert read_char == ("\ufffd" if forbidden else given_char)
    expected = [reader.text[start:end] for start, end in snippet.marks]
    assert reader.marked == expected


@given(marked_snippets())
def test_ansi_has_no_sequence_but_bold(snippet):
    shown = snippet.ansi()
    assert shown.count("\x1b[1m") == shown.count("\x1b[22m") == len(snippet.marks)
    bare = shown.replace("\x1b[1m", "").replace("\x1b[22m", "")
    assert not [char for char in bare if unicodedata.category(char) in {"Cc", "Zl", "Zp", "Cs"}]
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", bare)


@given(st.lists(st.sampled_from(PIECES) | st.characters(), max_size=20).map("".join))
@example("\u0915\u094d\u200d\u0937")
@example("\U0001f1f0" * 5)
def test_a_character_is_never_split(text):
    graphemes = Graphemes(text)
    ends = boundaries(text)
    for offset in range(len(text) + 1):
        floor, ceil = graphemes.floor(offset), graphemes.ceil(offset)
        assert {floor, ceil} <= ends
        assert floor <= offset <= ceil
        assert graphemes.floor(ceil) == ceil
        assert graphemes.ceil(floor) == floor
