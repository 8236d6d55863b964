"""searchlib explain: the parts of a score, or why there is none."""

from __future__ import annotations

import pytest

import searchlib


@pytest.mark.parametrize(
    "query",
    [
        "horses",
        'horses "horse won" OR source:"market post"',
        "(hors* AND NOT x)^2",
        "a w/2 race -pony",
        "*",
    ],
)
@pytest.mark.parametrize("named", [(), ("--index", "index")])
def test_it_prints_the_parts_that_add_up_to_the_score(horses, run, query, named):
    with searchlib.open(horses) as index:
        (hit,) = (hit for hit in index.search(query) if hit.article_id == "race")
        ran = run("explain", query, "race", *named)
        assert ran == (0, f"{hit.explain()}\n", "")
    first, *lines = ran.out.splitlines()
    assert first.startswith(f"{hit.score:.6f}  race: ")
    parts = [float(line.split()[0]) for line in lines if not line.startswith("    ")]
    assert sum(parts) == pytest.approx(hit.score, abs=1e-5)


def test_operator_says_what_joins_words_as_for_query(horses, run):
    both = "--operator", "and"
    assert run("explain", "horse won", "rail").code == 0
    assert run("explain", "horse won", "rail", *both).code == 1
    ran = run("explain", "horse won OR fair", "race", *both)
    with searchlib.open(horses) as index:
        hits = index.search("horse won OR fair", default_operator="and")
        explained = {hit.article_id: f"{hit.explain()}\n" for hit in hits}
    assert (ran.out, ran.err) == (explained["race"], "")
    assert set(explained) == {"fair", "race"}
    assert run("explain", "horses", "race", "--operator", "xor").code == 2


@pytest.mark.parametrize("name", ["a b", 'a"b\\', "A-1", "a-1", "*", "AND", "née\n", "'"])
def test_any_id_is_that_of_one_article(write, run, name):
    write("a.jsonl", {"id": name, "headline": "Horses"}, {"id": f"{name}x", "headline": "Horses"})
    run("index", "a.jsonl")
    ran = run("explain", "horses", name, "--operator", "and")
    assert (ran.code, ran.err) == (0, "")
    assert run("explain", "camels", name).err.startswith(f"The article {name!r} does not match")


def test_an_article_that_does_not_match_is_told_from_one_that_is_not_there(horses, run):
    ran = run("explain", "cakes", "race")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == (
        "The article 'race' does not match the query.\n"
        "Leave out a part of the query, or read the article: searchlib show ID\n"
    )
    ran = run("explain", "horses", "nobody")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == (
        "There is no article 'nobody'.\n"
        "To find the id of an article, search for it: searchlib query QUERY\n"
    )
    assert run("explain", "", "race").code == 1


def test_what_is_wrong_with_the_query_is_told_as_query_tells_it(horses, run):
    text = "horses AND (nofield:won OR race"
    searched, explained = run("query", text), run("explain", text, "race")
    assert explained.code == 0
    assert explained.err
    assert searched.err.startswith(explained.err)
    assert run("explain", "(cakes & ", "race").err.count("^") == 2


def test_nothing_that_is_typed_or_stored_commands_the_terminal(write, run):
    name = "a\x1b[2J\u202e\nb"
    write("a.jsonl", {"id": name, "headline": "Horses"})
    run("index", "a.jsonl")
    for arguments in (("horses", name), ('horses "\x1b[2J\nhorses"', name), ("x\x1b", name)):
        ran = run("explain", *arguments)
        assert not {"\x1b", "\u202e"} & {*ran.out, *ran.err}
    assert run("explain", "horses", name).code == 0
