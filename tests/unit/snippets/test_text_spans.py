"""The spans of one article: each text is looked at once for each of the words."""

from __future__ import annotations

from array import array

from searchlib.analysis import get_analyzer
from searchlib.analysis.matching_tokens import Wanted, token_finder
from searchlib.article import TEXT_FIELDS
from searchlib.planning.plan import NearSpans, Spans, WordLeaf
from searchlib.snippets import Patterns, SearchedTexts, marks_of, snippets_of
from searchlib.snippets.text_spans import TextSpans
from tests.helpers.highlights import FieldHighlight


class Counting:
    """A finder that counts how often it is asked."""

    def __init__(self) -> None:
        self.finder = token_finder(get_analyzer("english"))
        self.asked = 0

    def places(self, text: str, wanted: Wanted) -> array[int]:
        self.asked += 1
        return self.finder.places(text, wanted)

    def places_in(self, data: bytes, wanted: Wanted) -> array[int]:
        self.asked += 1
        return self.finder.places_in(data, wanted)


def test_a_row_of_the_same_words_asks_no_more_than_one_of_them():
    texts = {"headline": "", "body": "horse white horse " * 30, "caption": ""}
    words = [WordLeaf("", TEXT_FIELDS, (term,)) for term in ("hors", "white")]
    asked = []
    for length in (2, 40):
        spans: Spans = words[0]
        for number in range(1, length):
            spans = NearSpans(spans, words[number % 2], 3, ordered=False, negated=False)
        counting = Counting()
        article = TextSpans(texts, counting)
        marks = article.marks(spans, "body")
        assert len(marks) == 90
        assert marks[:2] == [(0, 5, 0), (6, 11, 1)]
        assert article.marks(spans, "headline") == []
        asked.append(counting.asked)
    assert asked[0] == asked[1] <= 4


def test_each_text_is_searched_once_for_marks_and_snippets():
    texts = {"headline": "Horses", "body": "The horse ran. It rained.", "caption": ""}
    horse = WordLeaf("", TEXT_FIELDS, ("hors",))
    ran = WordLeaf("", TEXT_FIELDS, ("ran",))
    near = NearSpans(horse, ran, "s", ordered=False, negated=False)
    highlight = FieldHighlight("body", (frozenset({"hors"}),)).leaf
    patterns = Patterns([highlight], [(near, 1.0)])
    counting = Counting()
    searched = SearchedTexts(texts, dict.fromkeys(TEXT_FIELDS, patterns), counting)
    marks = [marks_of(searched, field) for field in TEXT_FIELDS]
    assert marks == [((0, 6),), ((4, 9), (10, 13)), ()]
    asked = counting.asked
    (snippet,) = snippets_of(searched)
    assert (snippet.text, snippet.marks) == ("The horse ran.", ((4, 9), (10, 13)))
    assert marks == [marks_of(searched, field) for field in TEXT_FIELDS]
    assert counting.asked == asked
