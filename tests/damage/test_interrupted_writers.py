"""A writer that is killed, interrupted or out of disk: the index is as before, or as after.

The writer is stopped at its events, which writing_process.py counts: the calls that open, write,
rename, delete or lock something. It is killed at each of them that changes a directory or a lock
and at some of the many that write, and interrupted at a sample of all.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

import searchlib
from searchlib import Article
from tests.damage.conftest import WritingProcess, state, stored_state
from tests.damage.writing_process import article, make_index

pytestmark = pytest.mark.skipif(
    not hasattr(signal, "SIGKILL"), reason="kills and forks, as POSIX systems have them"
)

MERGING = 4
"""The number of commits after which the next one merges what they wrote."""


def entries(path: Path) -> int:
    """The number of files and folders in an index: what nobody needs is one too many."""
    return sum(1 for _ in path.rglob("*"))


def write_after(path: Path) -> None:
    """Add an article, without waiting for a lock."""
    with searchlib.open(path) as index, index.writer(wait_seconds=0.0) as writer:
        writer.add(article("after", 2))


def touch(path: Path) -> None:
    """Make a directory one of tomorrow, so that whoever opens it looks at its files.

    What an older one has may be known from its time: the events would be others.
    """
    tomorrow = time.time() + 86_400
    os.utime(path, (tomorrow, tomorrow))


def some(chance: random.Random, all_of_them: list[int], count: int) -> list[int]:
    """Give so many of them, or all. How many events there are is a matter of Python's version."""
    return chance.sample(all_of_them, min(count, len(all_of_them)))


@dataclass
class Whole:
    """What is true of an index before and after a commit that nothing disturbs."""

    path: Path
    events: list[str]
    states: tuple[dict[str, Article], dict[str, Article]]
    entries_after_the_next: tuple[int, int]

    def copy(self, name: object) -> Path:
        copied = self.path.with_name(f"copy-{name}")
        shutil.copytree(self.path, copied)
        touch(copied)
        return copied

    def stops(self, kinds: tuple[str, ...], writes: int) -> list[int]:
        """The events of ``kinds`` that are no writes, and as many of the writes."""
        chosen = [n for n, event in enumerate(self.events) if event.startswith(kinds)]
        rare = [n for n in chosen if not self.events[n].endswith(" write")]
        rest = sorted(set(chosen) - set(rare))
        return sorted(rare + some(random.Random(19), rest, writes))

    def next_commit_tidies(self, path: Path, *, committed: bool) -> None:
        """Write once more, and look for files that nothing needs."""
        write_after(path)
        assert stored_state(path) == {**self.states[committed], "after": article("after", 2)}
        assert entries(path) == self.entries_after_the_next[committed]


def measure(folder: Path, commits: int, process: WritingProcess) -> Whole:
    path = folder / "index"
    make_index(path, commits)
    with searchlib.open(path) as index:
        before = state(index)
        changed, unchanged = folder / "changed", folder / "unchanged"
        shutil.copytree(path, changed)
        shutil.copytree(path, unchanged)
        touch(changed)
        told = process.run(changed, count=True)
        assert told["committed"]
        after = stored_state(changed)
        assert after != before
        write_after(changed)
        write_after(unchanged)
    return Whole(path, told["events"], (before, after), (entries(unchanged), entries(changed)))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, writing_process: WritingProcess) -> Whole:
    return measure(tmp_path_factory.mktemp("small"), 2, writing_process)


@pytest.fixture(scope="module")
def whole_that_merges(
    tmp_path_factory: pytest.TempPathFactory, writing_process: WritingProcess
) -> Whole:
    folder = tmp_path_factory.mktemp("merging")
    whole = measure(folder, MERGING, writing_process)
    assert len(list((folder / "changed").glob("*.articles"))) < MERGING
    return whole


def killed_at(whole: Whole, stop: int, process: WritingProcess) -> bool:
    """Kill a writer at the event ``stop``; tell whether its commit is there all the same."""
    path = whole.copy(f"killed-at-{stop}")
    assert process.run(path, how="kill", stop_at=stop) == {"signal": signal.SIGKILL}
    found = stored_state(path)
    assert found in whole.states, whole.events[stop]
    committed = found == whole.states[True]
    whole.next_commit_tidies(path, committed=committed)
    shutil.rmtree(path)
    return committed


def interrupted_at(whole: Whole, stop: int, process: WritingProcess) -> bool:
    """Raise KeyboardInterrupt in a writer at the event ``stop``; tell whether it committed."""
    path = whole.copy(f"interrupted-at-{stop}")
    told = process.run(path, how="interrupt", stop_at=stop)
    committed = told["committed"]
    assert stored_state(path) == whole.states[committed], whole.events[stop]
    assert told["files_as_before"] == (not committed), whole.events[stop]
    assert committed or told["error"] == "KeyboardInterrupt"
    if committed:
        whole.next_commit_tidies(path, committed=True)
    shutil.rmtree(path)
    return committed


@pytest.mark.parametrize("stop", [killed_at, interrupted_at])
def test_a_stopped_writer_leaves_the_state_before_or_after(stop, whole, writing_process) -> None:
    stops = whole.stops(("c_call",), writes=12)
    if stop is interrupted_at:
        # Also on the way back from a call; beginning and end hold the lock's.
        both = whole.stops(("c_call", "c_return"), writes=12)
        stops = sorted({*both[:16], *some(random.Random(3), both, 70), *both[-16:]})
    outcomes = [stop(whole, n, writing_process) for n in stops]
    # There is one moment at which the commit is there, and no way back.
    assert outcomes == sorted(outcomes)
    assert {False, True} == set(outcomes)


@pytest.mark.parametrize("stop", [killed_at, interrupted_at])
def test_a_writer_stopped_while_it_merges(stop, whole_that_merges, writing_process) -> None:
    stops = whole_that_merges.stops(("c_call",), writes=8)
    chosen = sorted({*some(random.Random(5), stops, 16), stops[0], stops[-1]})
    outcomes = [stop(whole_that_merges, n, writing_process) for n in chosen]
    assert outcomes == sorted(outcomes)
    assert {False, True} == set(outcomes)


def test_an_interrupted_writer_frees_the_lock_in_its_own_process(whole, writing_process) -> None:
    stops = whole.stops(("c_call", "c_return"), writes=2)
    for stop in some(random.Random(7), stops, 16):
        path = whole.copy(f"again-at-{stop}")
        told = writing_process.run(path, how="interrupt", stop_at=stop, write_again=True)
        committed = told["committed"]
        assert stored_state(path) == {**whole.states[committed], "after": article("after", 2)}
        assert entries(path) == whole.entries_after_the_next[committed]


@pytest.mark.parametrize("limit", [0, 100, 1000, 4000, 20_000, 1_000_000])
def test_a_full_disk_is_named_and_nothing_is_written(limit, whole, writing_process) -> None:
    path = whole.copy(f"limit-{limit}")
    told = writing_process.run(path, limit=limit, write_again=True)
    assert told["committed"] == (limit > 1_000 and "error" not in told)
    assert told["committed"] or limit < 1_000_000
    if not told["committed"]:
        assert told["error"] == "StorageError"
        assert "the disk is full" in told["message"]
        assert told["files_as_before"]
    after = {**whole.states[told["committed"]], "after": article("after", 2)}
    assert stored_state(path) == after


def test_a_full_disk_at_the_command(whole, tmp_path) -> None:
    path = whole.copy("limit-of-the-command")
    articles = tmp_path / "articles.jsonl"
    articles.write_text('{"id": "x", "headline": "common"}\n' * 3)
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500));"
        " from searchlib.cli import main; sys.exit(main())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "index", articles, "--index", path],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert "the disk is full" in done.stderr
    assert "Traceback" not in done.stderr
    assert stored_state(path) == whole.states[False]
