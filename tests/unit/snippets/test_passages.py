from __future__ import annotations

import pytest

from searchlib.analysis.matching_tokens import Wanted, wanted_places
from searchlib.analysis.tokens import Token
from searchlib.snippets import make_snippets
from tests.helpers.highlights import FieldHighlight

RAILWAY = """\
The railway across the river opened again on Wednesday. Nobody had used it for two years.

The first freight train carried thirty white horses. Their grooms travelled with them.

A second train is to follow in May. It will carry medicine, and no horses."""


def shown(snippets):
    """Give each snippet as "field: text" with its marks in brackets."""
    lines = []
    for snippet in snippets:
        text = snippet.text
        for start, end in reversed(snippet.marks):
            text = f"{text[:start]}[{text[start:end]}]{text[end:]}"
        lines.append(f"{snippet.field}: {text}")
    return lines


def test_a_passage_is_the_sentence_that_matches(analyzer, look_for):
    assert shown(make_snippets({"body": RAILWAY}, [look_for("groom")], analyzer)) == [
        "body: Their [grooms] travelled with them."
    ]


def test_the_sentence_with_most_of_the_query_comes_first(analyzer, look_for):
    highlights = [look_for("horse"), look_for("train")]
    assert shown(make_snippets({"body": RAILWAY}, highlights, analyzer, limit=1)) == [
        "body: The first freight [train] carried thirty white [horses]."
    ]


def test_weight_decides_and_not_the_number_of_words(analyzer, look_for):
    highlights = [look_for("medicine", weight=9), look_for("first"), look_for("white")]
    first, second = make_snippets({"body": RAILWAY}, highlights, analyzer)
    assert "medicine" in first.text
    assert "white" in second.text


def test_neighbouring_sentences_are_joined_where_they_show_more(analyzer, look_for):
    highlights = [look_for("white horse"), look_for("groom")]
    assert shown(make_snippets({"body": RAILWAY}, highlights, analyzer)) == [
        (
            "body: The first freight train carried thirty [white horses]. Their [grooms] travelled"
            " with them."
        )
    ]


def test_sentences_are_joined_neither_over_a_paragraph_nor_beyond_the_room(analyzer, look_for):
    highlights = [look_for("year"), look_for("first")]
    assert shown(make_snippets({"body": RAILWAY}, highlights, analyzer)) == [
        "body: Nobody had used it for two [years].",
        "body: The [first] freight train carried thirty white horses.",
    ]
    highlights = [look_for("white"), look_for("groom")]
    assert len(make_snippets({"body": RAILWAY}, highlights, analyzer, max_chars=60)) == 2


def test_a_second_sentence_with_the_same_word_is_shown(analyzer, look_for):
    assert shown(make_snippets({"body": RAILWAY}, [look_for("horse")], analyzer)) == [
        "body: The first freight train carried thirty white [horses].",
        "body: It will carry medicine, and no [horses].",
    ]


def test_a_second_sentence_with_only_a_light_word_is_not(analyzer, look_for):
    highlights = [look_for("nobody", weight=5), look_for("it", weight=0.1)]
    assert shown(make_snippets({"body": RAILWAY}, highlights, analyzer)) == [
        "body: [Nobody] had used [it] for two years."
    ]


def test_a_sentence_that_stands_twice_is_shown_once(analyzer, look_for):
    body = "Horses ran.\n\nHorses\nran.\n\nGrooms watched."
    assert shown(make_snippets({"body": body}, [look_for("horse")], analyzer)) == [
        "body: [Horses] ran."
    ]


def test_a_long_sentence_that_repeats_itself_is_shown_once(analyzer, look_for):
    snippets = make_snippets({"body": "horses " * 500}, [look_for("horse")], analyzer, max_chars=50)
    assert [snippet.text for snippet in snippets] == [("horses " * 7).strip()]


def test_the_caption_is_shown_when_it_matches_too(analyzer, look_for):
    texts = {"body": RAILWAY, "caption": "White horses at the station."}
    highlights = [look_for("horse"), look_for("horse", "caption")]
    assert shown(make_snippets(texts, highlights, analyzer)) == [
        "body: The first freight train carried thirty white [horses].",
        "caption: White [horses] at the station.",
    ]


def test_the_caption_comes_first_when_it_says_more(analyzer, look_for):
    texts = {"body": RAILWAY, "caption": "White horses at the station."}
    highlights = [look_for(term, field) for term in ("horse", "station") for field in texts]
    first, second = make_snippets(texts, highlights, analyzer)
    assert (first.field, second.field) == ("caption", "body")


def test_the_caption_is_shown_before_a_little_more_of_the_body(analyzer, look_for):
    texts = {
        "body": "Horses crossed a bridge.\n\nHorses met a train.",
        "caption": "The horses.",
    }
    highlights = [look_for(term) for term in ("horse", "bridge", "train")]
    highlights.append(look_for("horse", "caption"))
    assert shown(make_snippets(texts, highlights, analyzer)) == [
        "body: [Horses] crossed a [bridge].",
        "caption: The [horses].",
    ]


def test_neighbours_that_say_the_same_are_one_passage(analyzer, look_for):
    body = "Horses ran. Horses jumped. A groom slept. Horses met a train. It stopped."
    assert shown(make_snippets({"body": body}, [look_for("horse")], analyzer, max_chars=40)) == [
        "body: [Horses] ran. [Horses] jumped.",
        "body: [Horses] met a train.",
    ]
    highlights = [look_for("horse"), look_for("train")]
    assert shown(make_snippets({"body": body}, highlights, analyzer, limit=1)) == [
        "body: [Horses] ran. [Horses] jumped. A groom slept. [Horses] met a [train]."
    ]


def test_of_equal_passages_the_words_that_stand_nearer_win_then_the_earlier(analyzer, look_for):
    body = "Horses and many trains.\n\nHorses, trains.\n\nTrains, horses."
    highlights = [look_for("horse"), look_for("train")]
    assert shown(make_snippets({"body": body}, highlights, analyzer, limit=1)) == [
        "body: [Horses], [trains]."
    ]


def test_the_headline_is_used_only_where_nothing_else_matches(analyzer, look_for):
    texts = {"headline": "Railway opens", "body": RAILWAY, "caption": "A bridge."}
    highlights = [look_for("railway", "headline"), look_for("railway")]
    assert [snippet.field for snippet in make_snippets(texts, highlights, analyzer)] == ["body"]
    highlights = [look_for("open", "headline"), look_for("open")]
    assert shown(make_snippets(texts, highlights, analyzer)) == ["headline: Railway [opens]"]


@pytest.mark.parametrize("highlight", [[], [FieldHighlight("body", (frozenset({"camel"}),)).leaf]])
def test_without_a_match_the_lead_is_given_unmarked(analyzer, highlight):
    texts = {"headline": "Railway opens", "body": RAILWAY, "caption": "A bridge."}
    (snippet,) = make_snippets(texts, highlight, analyzer)
    assert snippet.text == RAILWAY.partition("\n")[0]
    assert (snippet.field, snippet.marks) == ("body", ())
    assert (snippet.starts_inside, snippet.ends_inside) == (False, True)


def test_the_lead_is_of_the_caption_or_the_headline_where_there_is_no_body(analyzer):
    texts = {"headline": "Railway opens", "body": " \n", "caption": "A bridge."}
    assert shown(make_snippets(texts, [], analyzer)) == ["caption: A bridge."]
    assert shown(make_snippets({"headline": "Railway opens"}, [], analyzer)) == [
        "headline: Railway opens"
    ]


def test_an_article_without_text_has_no_snippets(analyzer, look_for):
    assert make_snippets({}, [look_for("horse")], analyzer) == ()
    assert make_snippets({"body": "", "caption": " "}, [look_for("horse")], analyzer) == ()


def test_only_fields_with_highlights_are_analyzed_and_once(analyzer, look_for):
    texts = {"headline": "H", "body": "horses", "caption": "C"}
    make_snippets(texts, [look_for("horse"), look_for("train")], analyzer)
    assert analyzer.analyzed == ["horses"]


def test_offsets_point_into_the_field(analyzer, look_for):
    for snippet in make_snippets({"body": RAILWAY}, [look_for("horse")], analyzer):
        assert RAILWAY[snippet.start_char : snippet.end_char] == snippet.text


def test_a_long_sentence_is_cut_between_words_around_the_match(analyzer, look_for):
    body = " ".join(["before"] * 30 + ["horses"] + ["after"] * 30)
    (snippet,) = make_snippets({"body": body}, [look_for("horse")], analyzer, max_chars=40)
    assert shown([snippet]) == ["body: before before [horses] after after after"]
    assert (snippet.starts_inside, snippet.ends_inside) == (True, True)


def test_a_long_sentence_is_shown_from_its_beginning_or_to_its_end_where_that_shows_the_match(
    analyzer, look_for
):
    body = " ".join(["horses", *["middle"] * 30, "trains"])
    highlights = [look_for("horse"), look_for("train")]
    first, second = make_snippets({"body": body}, highlights, analyzer, max_chars=30)
    assert shown([first, second]) == [
        "body: [horses] middle middle middle",
        "body: middle middle middle [trains]",
    ]
    assert (first.starts_inside, first.ends_inside) == (False, True)
    assert (second.starts_inside, second.ends_inside) == (True, False)


def test_two_passages_of_one_long_sentence_do_not_overlap(analyzer, look_for):
    body = " ".join(["horses", *["middle"] * 3, "trains", *["after"] * 20])
    highlights = [look_for("horse"), look_for("train")]
    assert shown(make_snippets({"body": body}, highlights, analyzer, max_chars=30)) == [
        "body: [horses] middle middle middle",
        "body: [trains] after after after after",
    ]


def test_a_passage_is_not_cut_in_the_middle_of_another_match(analyzer, look_for):
    body = " ".join(["horses", "and", "then", "white", "mares", *["after"] * 20])
    highlights = [look_for("horse", weight=2), look_for("white mare")]
    assert shown(make_snippets({"body": body}, highlights, analyzer, max_chars=24)) == [
        "body: [horses] and then",
        "body: [white mares] after after",
    ]
    body = " ".join([*["before"] * 20, "white", "mares", "and", "then", "horses"])
    assert shown(make_snippets({"body": body}, highlights, analyzer, max_chars=24)) == [
        "body: and then [horses]",
        "body: before [white mares]",
    ]


def test_a_match_in_a_part_of_a_word_is_shown_with_the_word(analyzer, look_for):
    word = "north-north-north-east"
    body = " ".join(["before"] * 9 + [word] + ["after"] * 9)
    (snippet,) = make_snippets({"body": body}, [look_for("east")], analyzer, max_chars=24)
    assert shown([snippet]) == ["body: north-north-north-[east]"]
    body = body.replace(word, "east-north-north-north")
    (snippet,) = make_snippets({"body": body}, [look_for("east")], analyzer, max_chars=24)
    assert shown([snippet]) == ["body: [east]-north-north-north"]


class FixedAnalyzer:
    """Finds "term" at one place."""

    def __init__(self, start: int, end: int) -> None:
        self.token = Token("term", "term", 0, start, end)

    def places(self, _text: str, wanted: Wanted):
        return wanted_places([self.token], wanted)


def test_a_match_inside_an_endless_word_is_shown(look_for):
    body = "short " + "x" * 100
    (snippet,) = make_snippets(
        {"body": body}, [look_for("term")], FixedAnalyzer(10, 12), max_chars=20
    )
    assert shown([snippet]) == ["body: short xxxx[xx]xxxxxxxx"]


def test_an_endless_word_is_cut_between_characters_on_both_sides(look_for):
    body = "e\u0301" * 300
    (snippet,) = make_snippets(
        {"body": body}, [look_for("term")], FixedAnalyzer(300, 302), max_chars=41
    )
    assert len(snippet.text) <= 41
    assert snippet.text == "e\u0301" * (len(snippet.text) // 2)


def test_a_word_longer_than_the_room_is_cut_between_characters(analyzer, look_for):
    (snippet,) = make_snippets({"body": "x" * 1000}, [look_for("x" * 1000)], analyzer, max_chars=40)
    assert (snippet.text, snippet.marks) == ("x" * 40, ((0, 40),))
    flags = "\U0001f1f0\U0001f1f5" * 100
    (lead,) = make_snippets({"body": flags}, [], analyzer, max_chars=41)
    assert lead.text == flags[:40]


def test_text_without_spaces_is_cut_between_ideographs(analyzer):
    (lead,) = make_snippets({"body": "\u94c1\u8def" * 30}, [], analyzer, max_chars=9)
    assert lead.text == ("\u94c1\u8def" * 30)[:9]


def test_a_phrase_longer_than_the_room_is_marked_as_far_as_it_is_seen(analyzer, look_for):
    body = " ".join(["alpha"] * 20)
    (snippet,) = make_snippets({"body": body}, [look_for(body)], analyzer, max_chars=25)
    assert shown([snippet]) == ["body: [alpha alpha alpha alpha]"]


def test_a_phrase_over_the_end_of_a_sentence_is_shown_whole(analyzer, look_for):
    snippets = make_snippets({"body": RAILWAY}, [look_for("wednesday nobody")], analyzer)
    assert shown(snippets) == [
        (
            "body: The railway across the river opened again on [Wednesday. Nobody] had used it for"
            " two years."
        )
    ]


def test_limit_and_room_are_kept(analyzer, look_for):
    assert make_snippets({"body": RAILWAY}, [look_for("horse")], analyzer, limit=0) == ()
    assert len(make_snippets({"body": RAILWAY}, [look_for("horse")], analyzer, limit=1)) == 1
    with pytest.raises(ValueError, match="max_chars is 0"):
        make_snippets({"body": RAILWAY}, [look_for("horse")], analyzer, max_chars=0)
