"""searchlib help: of itself, of a command, and the query language on one screen."""

from __future__ import annotations

import pydoc

import pytest
from wcwidth import wcswidth

import searchlib
from searchlib.cli.help_command import LANGUAGE

FORMS = [line for line in LANGUAGE.splitlines() if line[32:34] == "  "]
EXAMPLES = [example for line in FORMS for example in line[:34].rstrip().split("  ")]


@pytest.fixture(scope="module")
def samples():
    index = searchlib.in_memory()
    with index.writer() as writer:
        writer.add_many(searchlib.sample_articles())
    return index


def ids(index, query):
    return {hit.article_id for hit in index.search(query, limit=None, strict=True)}


def test_help_alone_is_the_usage(run):
    assert run("help") == run("--help")


@pytest.mark.parametrize("command", ["index", "explain", "help", "check"])
def test_help_of_a_command_is_what_its_option_gives(run, command):
    assert run("help", command) == run(command, "--help")


def test_the_language_fits_one_screen(run):
    ran = run("help", "query")
    assert ran == (0, LANGUAGE, "")
    lines = LANGUAGE.splitlines()
    assert len(lines) <= 24
    assert all(0 < wcswidth(line) <= 80 for line in lines)


def test_it_ends_with_where_the_grammar_stands():
    name = LANGUAGE.splitlines()[-1].removeprefix("The grammar: python -m pydoc ")
    page = pydoc.render_doc(name, renderer=pydoc.plaintext)
    assert "list     = and {" in page


@pytest.mark.parametrize("example", EXAMPLES)
def test_each_example_finds_something_among_the_samples(samples, example):
    results = samples.search(example, strict=True)
    assert results.diagnostics == ()
    assert results.total > 0


def test_all_lines_up_to_the_remarks_are_forms_with_examples():
    remarks = LANGUAGE.index("A word matches in all its forms")
    assert LANGUAGE[:remarks].splitlines() == FORMS
    assert all(EXAMPLES)


def test_what_is_said_of_the_examples_is_true(samples):
    horses, first = ids(samples, "horses"), {"thirty-horses-on-first-train"}
    # Side by side, and with up to three words between.
    assert not ids(samples, '"horses river"') | ids(samples, '"horses river"~2')
    assert ids(samples, '"horses river"~3') == first
    # Neighbours are 1 apart; the same in this order.
    assert ids(samples, "thirty w/1 horses") == ids(samples, "thirty pre/1 horses") == first
    assert not ids(samples, "horses pre/1 thirty")
    # The headline or the first paragraph; one sentence, one paragraph.
    assert ids(samples, "headline:horses") <= ids(samples, "hlp:horses") < horses
    sentence, paragraph = ids(samples, "horses w/s railway"), ids(samples, "horses w/p railway")
    assert first <= sentence <= paragraph == ids(samples, "horses SAME railway")
    # Words unless they are in capitals.
    assert ids(samples, "horses and railway") > ids(samples, "horses AND railway")
    assert samples.search("horses^2", limit=1)[0].score > samples.search("horses")[0].score
    assert ids(samples, "*") == {article.article_id for article in searchlib.sample_articles()}
    # Case and accents do not matter but for "=", and only words are found in all their forms.
    assert ids(samples, "CAFE") == ids(samples, "café") >= ids(samples, "c?fe") != set()
    assert ids(samples, "=White") == ids(samples, "CAPS(white)") != ids(samples, "white")
    assert ids(samples, "=horse") < horses
    assert ids(samples, "/horse/") == ids(samples, "h?rse") < horses


@pytest.mark.parametrize(
    ("spelling", "ours"),
    [
        ("horses/F20/", "first20:horses"),
        ("hd=horses", "headline:horses"),
        ("HEADLINE(horses)", "headline:horses"),
        ("horses near5 river", "horses w/5 river"),
        ("thirty adj5 horses", "thirty pre/5 horses"),
        ("CAPS(white)", "=White"),
        ("ALLCAPS(khasan)", "=KHASAN"),
        ("source:primorye*", 'source:"Primorye Herald"'),
    ],
)
def test_other_spellings_find_the_same(samples, spelling, ours):
    assert ids(samples, spelling) == ids(samples, ours) != set()
