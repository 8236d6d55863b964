from __future__ import annotations

from searchlib.analysis.matching_tokens import wanted_places
from searchlib.analysis.tokens import Token
from searchlib.snippets import mark_text
from searchlib.snippets.graphemes import Graphemes
from searchlib.snippets.marking import marks_within
from tests.helpers.highlights import FieldHighlight


def marked(text, highlights, analyzer):
    return [text[start:end] for start, end in mark_text(text, "body", highlights, analyzer)]


def test_a_word_is_marked_in_all_its_forms(analyzer, look_for):
    assert marked("Horses, a horse, horsehair", [look_for("horse")], analyzer) == [
        "Horses",
        "horse",
    ]


def test_a_phrase_is_one_mark_and_its_words_elsewhere_are_not_marked(analyzer, look_for):
    text = "A train of freight. The freight trains left; freight, trains."
    assert marked(text, [look_for("freight train")], analyzer) == [
        "freight trains",
        "freight, trains",
    ]


def test_a_phrase_does_not_reach_over_a_gap_in_the_positions():
    class Gap:
        def places(self, _text, wanted):
            tokens = [Token("freight", "freight", 0, 0, 7), Token("train", "train", 2, 8, 13)]
            return wanted_places(tokens, wanted)

    text = "freight train"
    phrase = FieldHighlight("body", (frozenset({"freight"}), frozenset({"train"}))).leaf
    assert mark_text(text, "body", [phrase], Gap()) == ()


def test_a_phrase_may_repeat_its_own_beginning(analyzer, look_for):
    assert marked("a b a b a c", [look_for("a b a c")], analyzer) == ["a b a c"]
    assert marked("x x x y", [look_for("x x")], analyzer) == ["x x x"]


def test_each_position_of_a_phrase_may_have_alternatives(analyzer):
    phrase = FieldHighlight("body", (frozenset({"freight", "goods"}), frozenset({"train"}))).leaf
    assert marked("goods, freight trains, car train", [phrase], analyzer) == ["freight trains"]


def test_a_phrase_with_an_impossible_position_matches_nothing(analyzer):
    phrase = FieldHighlight("body", (frozenset({"freight"}), frozenset())).leaf
    assert marked("freight trains", [phrase], analyzer) == []


def test_words_are_matched_before_stemming(analyzer):
    prefix = FieldHighlight("body", (), frozenset({"horses"})).leaf
    assert marked("A horse, two horses", [prefix], analyzer) == ["horses"]


def test_phrases_that_overlap_are_one_mark(analyzer, look_for):
    phrases = [look_for("far eastern"), look_for("eastern railway"), look_for("eastern")]
    assert marked("the far eastern railway, eastern", phrases, analyzer) == [
        "far eastern railway",
        "eastern",
    ]


def test_a_word_with_parts_is_marked_as_far_as_it_was_asked_for(analyzer, look_for):
    text = "the far-eastern railway"
    assert marked(text, [look_for("far")], analyzer) == ["far"]
    assert marked(text, [look_for("far-eastern")], analyzer) == ["far-eastern"]
    assert marked(text, [look_for("eastern railway")], analyzer) == ["eastern railway"]


def test_highlights_of_other_fields_mark_nothing_and_cost_no_analysis(analyzer, look_for):
    assert mark_text("horses", "body", [look_for("horse", "caption")], analyzer) == ()
    assert analyzer.analyzed == []


def test_a_mark_takes_in_the_accents_that_a_token_leaves_out(look_for):
    class Bare:
        def places(self, _text, wanted):
            tokens = [Token("cafe", "cafe", 0, 0, 4)]
            return wanted_places(tokens, wanted)

    assert mark_text("cafe\u0301 noir", "body", [look_for("cafe")], Bare()) == ((0, 5),)


def test_thousands_of_highlights_are_found_in_one_pass(analyzer, look_for):
    highlights = [look_for(f"word{number} next") for number in range(3000)]
    text = "word7 next word8 word2999 next"
    assert marked(text, highlights, analyzer) == ["word7 next", "word2999 next"]
    assert len(analyzer.analyzed) == 1


def test_marks_that_touch_are_one():
    class Pairs:
        def places(self, _text, wanted):
            tokens = [Token("ab", "ab", 0, 0, 2), Token("cd", "cd", 1, 2, 4)]
            return wanted_places(tokens, wanted)

    highlights = [FieldHighlight("body", (frozenset({term}),)).leaf for term in ("ab", "cd")]
    assert mark_text("abcd", "body", highlights, Pairs()) == ((0, 4),)


def test_what_reaches_out_of_a_passage_is_marked_only_where_nothing_whole_is():
    reaching, whole = (0, 10), (5, 7)
    graphemes = Graphemes("x" * 20)
    assert marks_within([reaching, whole], 4, 8, graphemes) == ((1, 3),)
    assert marks_within([reaching], 4, 8, graphemes) == ((0, 4),)
