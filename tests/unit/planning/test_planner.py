"""Trees to plans: words analyzed, prefixes and wildcards spelled out, metadata folded."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

import searchlib
from searchlib import Article
from searchlib.analysis import get_analyzer
from searchlib.planning import leaf_planning, plan
from searchlib.planning.index_facts import IndexFacts
from searchlib.planning.leaf_planning import fold_pattern
from searchlib.planning.planner import make_plan
from searchlib.query import parse

ALL = ("headline", "body", "caption")


def facts_of(*articles: Article) -> IndexFacts:
    index = searchlib.in_memory()
    with index.writer() as writer:
        writer.add_many(articles)
    return index._engine.view()


@pytest.fixture(scope="module")
def facts() -> IndexFacts:
    return facts_of(
        Article(
            article_id="A-1",
            headline="Horses and a horseshoe",
            body="A house, state-of-the-art, of arts. 铁路重开",
            source="Old  Wire",
            authors=["Anna O'Brien"],
            published="1970-01-02",
        ),
        Article(article_id="a-2", caption="Horsing around", source="Old Post"),
    )


def planned(query: str, facts: IndexFacts, *analyzers: str) -> plan.Plan:
    names = analyzers or ("english",)
    made, diagnostics = make_plan(parse(query).tree, facts, [get_analyzer(n) for n in names])
    assert [d for d in diagnostics if not d.message.startswith("no article has a word")] == []
    return made


def test_a_word_is_its_stem_in_its_fields(facts):
    assert planned("Horses", facts) == plan.WordLeaf("Horses", ALL, terms=("hors",))
    leaf = planned("hl:Café", facts)
    assert leaf == plan.WordLeaf("headline:Café", ("headline",), terms=("cafe",))


def test_a_word_has_the_stem_of_each_language(facts):
    leaf = planned("horses", facts, "english", "german", "plain")
    assert leaf == plan.WordLeaf("horses", ALL, terms=("hors", "horses"))


def test_a_word_of_several_parts_is_a_phrase(facts):
    leaf = planned("state-of-the-art", facts)
    assert leaf == plan.PhraseLeaf(
        "state\\-of\\-the\\-art", ALL, (("state",), ("of",), ("the",), ("art",))
    )
    assert planned('"horses"', facts) == plan.WordLeaf('"horses"', ALL, terms=("hors",))


def test_a_phrase_has_the_stems_of_each_language_at_each_place(facts):
    leaf = planned('"white horses"', facts, "english", "plain")
    assert leaf == plan.PhraseLeaf('"white horses"', ALL, (("white",), ("hors", "horses")))


def test_a_word_that_languages_cut_differently_is_found_in_either_way(facts):
    assert planned("l'homme", facts, "english", "french") == plan.WordLeaf(
        "l'homme", ALL, terms=("lhomm", "homm")
    )
    assert planned("\"l'homme d'ici\"", facts, "english", "french") == plan.PhraseLeaf(
        "\"l'homme d'ici\"", ALL, (("lhomm", "homm"), ("dici", "ici"))
    )


def test_ideographs_are_pairs_and_one_alone_is_a_prefix(facts):
    assert planned("铁路重", facts) == plan.PhraseLeaf("铁路重", ALL, (("铁路",), ("路重",)))
    assert planned("铁路", facts) == plan.WordLeaf("铁路", ALL, terms=("铁路",))
    assert planned("铁", facts) == plan.WordLeaf("铁", ALL, words=("铁路",))


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("hors*", ("horses", "horseshoe", "horsing")),
        ("HORSE*", ("horses", "horseshoe")),
        ("headline:hors*", ("horses", "horseshoe", "horsing")),
        ("caption:hors*", ("horses", "horseshoe", "horsing")),
        ("ho*se*", ("horses", "horseshoe", "house")),
        ("ho?se", ("house",)),
        ("*shoe", ("horseshoe",)),
        ("zebra*", ()),
    ],
)
def test_prefixes_and_wildcards_are_the_words_that_the_index_has(query, words, facts):
    leaf = planned(query, facts)
    assert leaf == plan.WordLeaf(query, leaf.fields, words=words)


def test_a_prefix_after_words_is_a_phrase_with_every_ending(facts):
    leaf = planned("state-of-the-ar*", facts)
    assert leaf.terms[:3] == (("state",), ("of",), ("the",))
    assert set(leaf.terms[3]) == {"art", "around"}
    assert planned("state-of-the-zebr*", facts) == plan.Nothing()


@pytest.mark.parametrize(
    ("query", "field", "values"),
    [
        ('source:"OLD  wire"', "source", ("old wire",)),
        ("source:old*", "source", ("old post", "old wire")),
        ('source:"old w"*', "source", ("old wire",)),
        ("by:O'BRIEN", "authors", ("o'brien",)),
        ("id:A-1", "article_id", ("A-1",)),
        ("id:a*", "article_id", ("a-2",)),
    ],
)
def test_metadata_is_folded_but_ids_are_not(query, field, values, facts):
    leaf = planned(query, facts)
    assert (leaf.field, leaf.values) == (field, values)


@pytest.mark.parametrize(("query", "values"), [("tag:*", ()), ("source:absent", ("absent",))])
def test_metadata_that_no_article_has_is_planned_and_said(query, values, facts):
    made, remarks = make_plan(parse(query).tree, facts, [get_analyzer("english")])
    assert made.values == values
    assert [remark.action for remark in remarks] == ["it finds nothing"]


def test_dates_are_microseconds(facts):
    day = 86_400_000_000
    leaf = planned("date:1970-01-02", facts)
    assert (leaf.since_us, leaf.until_us) == (day, 2 * day)
    leaf = planned("date:<1969-12-31", facts)
    assert (leaf.since_us, leaf.until_us) == (None, -day)
    leaf = planned("date:2022-11-02T09:30:05.000001..", facts)
    moment = datetime(2022, 11, 2, 9, 30, 5, tzinfo=UTC)
    assert leaf.since_us == int(moment.timestamp()) * 10**6 + 1


def test_operators_are_what_they_say(facts):
    a, b, c = (plan.WordLeaf(word, ALL, terms=(word,)) for word in "abc")
    assert planned("a AND b", facts) == plan.AllOf((a, b))
    assert planned("a b", facts) == plan.AnyOf((a, b))
    assert planned("NOT a", facts) == plan.Except(a)
    assert planned("+a b -c", facts) == plan.Clauses((a,), (b,), (c,))
    assert planned("*", facts) == plan.Everything()


@pytest.mark.parametrize(
    ("query", "same_as"),
    [
        ("a AND &", "a"),
        ("a '' \u2013", "a"),
        ("a AND NOT &", "a"),
        ("a AND (& OR \\*)", "a"),
        ("+a +&", "+a"),
        ('a source:" "', "a"),
        ("a %*", "a"),
    ],
)
def test_a_part_without_a_word_is_as_if_it_had_not_been_typed(query, same_as, facts):
    analyzers = [get_analyzer("english")]
    made, diagnostics = make_plan(parse(query).tree, facts, analyzers)
    found = parse(query).diagnostics + diagnostics
    assert {remark.severity for remark in found} == {"info"}
    expected = planned(same_as, facts)
    assert made in (expected, plan.Clauses((expected,), (), ()))
    for remark in diagnostics:
        assert query[remark.start : remark.end].strip("'\u2013&\\*%") == ""


def test_nothing_but_parts_without_a_word_finds_nothing(facts):
    made, diagnostics = make_plan(parse("& \u2013 +' -'").tree, facts, [get_analyzer("english")])
    assert made == plan.Nothing()
    assert [str(found) for found in diagnostics] == (
        ["there is no word in this part: it was left out"] * 4
    )


def test_a_pattern_is_folded_around_its_wildcards():
    english = get_analyzer("english")
    assert fold_pattern("CAF\u00c9*", english) == "cafe*"
    assert fold_pattern("*Stra\u00dfe?", english) == "*strasse?"
    assert fold_pattern("H?rs*", english) == "h?rs*"
    assert fold_pattern("CAF\u00c9*", get_analyzer("exact")) == "CAF\u00c9*"


def test_boosts_in_boosts_multiply_up_to_a_thousand():
    index = searchlib.in_memory()
    with index.writer() as writer:
        writer.add(searchlib.Article(article_id="a", body="horses and ponies"))
    once = index.search("horses")[0].score
    assert index.search("(horses^2)^3")[0].score == pytest.approx(6 * once)
    high = index.search("(((horses)^1000)^1000)^1000")
    assert high[0].score == pytest.approx(1000 * once)
    assert {str(d) for d in high.diagnostics} == {
        "boosts multiply to more than 1,000: 1,000 was taken"
    }


def test_what_folding_makes_a_sign_of_stays_in_a_regular_expression():
    index = searchlib.in_memory()
    with index.writer() as writer:
        writer.add(searchlib.Article(article_id="a", body="Horses"))
    assert [hit.article_id for hit in index.search("/HOR.ES/")] == ["a"]
    for query in ("/a.\uff08b/", "/a.\uff5b2/", "/[\uff3d.]/"):
        found = index.search(query)
        assert len(found) == 0
        assert [remark.severity for remark in found.diagnostics] == ["info"]  # it is none to read


@pytest.mark.parametrize("query", ["zebra*", "*zebra", "/zeb.a/", "zebar~", "?-"])
def test_a_pattern_that_stands_for_no_word_is_said(query):
    index = searchlib.in_memory()
    with index.writer() as writer:
        writer.add(Article(article_id="a", body="Horses"))
    found = index.search(f"horses {query}", strict=True)
    assert [hit.article_id for hit in found] == ["a"]
    (remark,) = found.diagnostics
    assert remark.severity == "info"
    assert "no article has a word like" in remark.message
    assert (remark.start, remark.end) == (7, 7 + len(query))


def test_of_too_many_words_those_are_kept_that_most_articles_have(monkeypatch):
    monkeypatch.setattr(leaf_planning, "MOST_WORDS", 2)
    index = searchlib.in_memory()
    with index.writer() as writer:
        for number, body in enumerate(
            ("horse hornet", "horse horn", "horn", "hornet horse", "hora")
        ):
            writer.add(Article(article_id=str(number), body=body))
    found = index.search("hor*", limit=None)
    (remark,) = found.diagnostics
    assert str(remark) == (
        "hor* stands for 4 words: the 2 that most articles have were searched for"
    )
    assert remark.severity == "warning"
    assert {hit.article_id for hit in found} == {"0", "1", "2", "3"}
    assert index.search("horn*").diagnostics == ()


def test_leaves_of_plain_words_have_hashes_of_their_own():
    # They have no labels; with one hash for all a query of 5,000 words took seconds.
    leaves = [plan.WordLeaf("", ALL, terms=(f"w{number}",)) for number in range(100)]
    assert len(set(map(hash, leaves))) > 90


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("horses", 1),
        ("hors*", 3),
        ("source:old*", 2),
        ('(hors* w/5 first5:(a OR "b c")) AND NOT atleast2 hors*', 3 + 3 + 3),
        ("+a^2 -b =" + '"c d" hlp:e wc>5 date:2022 *', 5),
        ('"b c"~3', 2),
    ],
)
def test_the_names_of_a_plan_are_counted(facts, query, names):
    made, _ = make_plan(parse(query).tree, facts, [get_analyzer("english")])
    assert plan.num_names(made) == names


@pytest.mark.parametrize("pattern", ["/i\u0307stanbuls?/", "/cafe\u0301./", "/[ce]af\u00e9s+/"])
def test_a_regular_expression_may_have_letters_with_marks(pattern):
    made = planned(pattern, facts_of(Article(article_id="1", body="\u0130stanbul caf\u00e9s")))
    assert made.words in (("istanbul",), ("cafes",))
