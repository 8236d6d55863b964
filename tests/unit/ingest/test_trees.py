"""Trees: the order of files, what is left out, links, and files that come and go."""

from __future__ import annotations

from searchlib.errors import IngestError
from searchlib.ingest import input_bytes, read
from tests.helpers.sources import json_line


def test_tree_in_the_order_of_names(collect, put):
    folder = put(b="2", a__z="1", a__b__c="0", c__a="3", B="-1", **{"b.data": b"x", "c-": "4"})
    assert collect(folder) == (["-1", "0", "1", "2", "3", "4"], [], ["b.data"])


def test_hidden_files_and_folders_are_left_out_unless_named(collect, put):
    folder = put(a="a", **{".b.jsonl": "b", ".c/d.jsonl": "d", ".data": b"x"})
    assert collect(folder) == (["a"], [], [])
    assert collect(folder / ".c")[0] == ["d"]
    assert collect(folder / ".b.jsonl")[0] == ["b"]


def test_index_in_the_tree_is_left_out(collect, put):
    folder = put(a="a", z="z", **{"m/searchlib.json": b"{}", "m/b.jsonl": "b", "m/n/c.jsonl": "c"})
    assert collect(folder) == (["a", "z"], [], [])
    assert input_bytes(folder) == 2 * len(json_line("a"))


def test_link_to_a_file_and_to_a_folder(collect, put):
    folder = put(tree__a="a", other__b="b", other__c="c")
    (folder / "tree" / "linked.jsonl").symlink_to(folder / "other" / "b.jsonl")
    (folder / "tree" / "other").symlink_to(folder / "other")
    assert collect(folder / "tree") == (["a", "b", "b", "c"], [], [])


def test_folder_that_several_links_lead_to_is_read_once_at_the_first_name(collect, put):
    folder = put(b__x="x", c__y="y")
    (folder / "a").symlink_to("c")
    (folder / "d").symlink_to("c")
    assert collect(folder) == (["y", "x"], [], [])


def test_link_back_is_reported_and_the_rest_is_read(collect, put):
    folder = put(a="a", b__c="c", z="z")
    (folder / "b" / "up").symlink_to(folder)
    (folder / "gone.jsonl").symlink_to("nowhere")
    assert collect(folder) == (
        ["a", "c", "z"],
        [
            "b/up: the link leads back to a folder that it is in",
            "gone.jsonl: it cannot be read: No such file or directory",
        ],
        [],
    )


def test_file_that_goes_away_while_the_tree_is_read(put):
    folder = put(a="a", b="b", c="c")
    errors: list[IngestError] = []
    found = read(folder, on_error=errors.append)
    assert next(found).headline == "a"
    (folder / "b.jsonl").unlink()
    assert [article.headline for article in found] == ["c"]
    assert [str(error) for error in errors] == [
        f"{folder / 'b.jsonl'}: it cannot be read: No such file or directory"
    ]
