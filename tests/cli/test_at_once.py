"""Several commands that index at once, where there is no index yet: no article is missing."""

from __future__ import annotations

import re
import subprocess

import pytest

import searchlib

RUNS = 4
ARTICLES = 40


def write_all(write, same_ids):
    for run in range(RUNS):
        ids = [f"same{n}" if same_ids else f"run{run}-{n}" for n in range(ARTICLES)]
        write(f"{run}.jsonl", *({"id": each, "headline": f"horses of {run}"} for each in ids))


@pytest.mark.parametrize("attempt", range(3))
@pytest.mark.parametrize("same_ids", [False, True])
def test_first_runs_at_once_index_everything(write, start, folder, same_ids, attempt):
    write_all(write, same_ids)
    runs = [
        start("index", f"{run}.jsonl", stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for run in range(RUNS)
    ]
    told = [run.communicate()[1] for run in runs]
    assert [run.returncode for run in runs] == [0] * RUNS, told
    with searchlib.open(folder / "index") as index:
        assert index.count == (ARTICLES if same_ids else RUNS * ARTICLES)
        assert index.check() == []
    replaced, counts = [], []
    for line in told:
        found = re.fullmatch(
            rf"Indexed {ARTICLES} articles in [0-9.]+ s;"
            r"(?: (\d+) of them replaced an earlier one;)? the index has (\d+)\.\n",
            line,
        )
        assert found, line
        replaced.append(int(found[1] or 0))
        counts.append(int(found[2]))
    # Each counts what it did, not what the others did meanwhile.
    if same_ids:
        assert sorted(replaced) == [0, *[ARTICLES] * (RUNS - 1)]
        assert counts == [ARTICLES] * RUNS
    else:
        assert replaced == [0] * RUNS
        assert sorted(counts) == [ARTICLES * (run + 1) for run in range(RUNS)]


@pytest.mark.parametrize("attempt", range(3))
def test_a_run_without_articles_takes_no_index_from_another(write, start, folder, attempt):
    write("empty.jsonl", "")
    write("full.jsonl", {"id": "a", "headline": "horses"})
    runs = [
        start("index", name, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for name in ("empty.jsonl", "full.jsonl", "empty.jsonl", "empty.jsonl")
    ]
    told = [run.communicate()[1] for run in runs]
    assert [run.returncode for run in runs] == [1, 0, 1, 1], told
    with searchlib.open(folder / "index") as index:
        assert index.count == 1


def test_deleting_counts_what_this_command_deleted(write, run, monkeypatch):
    write("a.jsonl", *({"id": f"a{n}", "headline": "horses"} for n in range(5)))
    assert run("index", "a.jsonl").code == 0
    assert run("delete", "a0", "a1", "none").err == (
        "There is no article 'none'.\nDeleted 2 articles.\n"
    )
    committed = searchlib.Index.count

    def count_later(self):  # what another writer has added since would count against it
        with searchlib.open("index").writer() as writer:
            writer.add(searchlib.Article(headline="more"))
        return committed.fget(self)

    monkeypatch.setattr(searchlib.Index, "count", property(count_later))
    assert run("delete", "--query", "horses").err == "Deleted 3 articles.\n"
