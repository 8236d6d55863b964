"""Readers beside a writer that commits and merges, and writers that are killed at any moment.

A writer replaces all articles by those of the next generation in each commit, so that every
snapshot holds one generation, whole. The nightly profile goes on for much longer: 3,000 commits (a
minute and more) and 200 kills.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import searchlib
from searchlib import Article

NIGHTLY = os.environ.get("SEARCHLIB_HYPOTHESIS") == "nightly"
COMMITS = 3000 if NIGHTLY else 60
KILLS = 200 if NIGHTLY else 8
ARTICLES = 12

pytestmark = pytest.mark.skipif(
    not hasattr(signal, "SIGKILL"), reason="kills processes, as POSIX systems can"
)


def write_generation(path: str, generation: int) -> None:
    with searchlib.open(path) as index, index.writer() as writer:
        for n in range(ARTICLES):
            body = f"word{n} generation{generation} " + "filler " * (generation % 50)
            writer.add(Article(article_id=f"{n}", headline="common", body=body))
        # One more each time, so that segments add up and are merged.
        writer.add(Article(article_id=f"more{generation}", caption=f"extra generation{generation}"))


def look(index: searchlib.Index) -> int:
    """Look at one snapshot in several ways; give its generation, or fail."""
    results = index.search("common", limit=100)
    bodies = {hit.article.body.split()[1] for hit in results}
    assert len(results) == ARTICLES
    assert len(bodies) == 1, bodies
    generation = int(bodies.pop().removeprefix("generation"))
    assert results.total == ARTICLES
    assert all(hit.snippet for hit in results)
    return generation


def read_on(path: str, stop: threading.Event, failures: list[BaseException]) -> None:
    try:
        latest = 0
        with searchlib.open(path) as index:
            while not stop.is_set():
                generation = look(index)
                assert generation >= latest, "an older commit came back"
                latest = generation
    except BaseException as error:
        failures.append(error)
        raise


READER = """
import sys
from tests.damage.test_beside_a_writer import look
import searchlib
latest = looked = 0
with searchlib.open(sys.argv[1]) as index:
    print("ready", flush=True)
    while latest < int(sys.argv[2]):
        generation = look(index)
        assert generation >= latest, "an older commit came back"
        latest = generation
        looked += 1
print(looked)
"""


def test_readers_in_threads_and_processes_each_see_one_commit(tmp_path: Path) -> None:
    path = str(tmp_path / "index")
    searchlib.create(path).close()
    write_generation(path, 1)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", READER, path, str(COMMITS)],
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        for _ in range(2)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    stop = threading.Event()
    failures: list[BaseException] = []
    threads = [threading.Thread(target=read_on, args=(path, stop, failures)) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        for generation in range(2, COMMITS + 1):
            write_generation(path, generation)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert not failures
    for process in processes:
        told, _ = process.communicate(timeout=600)
        assert process.returncode == 0
        assert int(told) > 0
    with searchlib.open(path) as index:
        assert index.check() == []
        assert index.count == ARTICLES + COMMITS


WRITER = """
import sys
from tests.damage.test_beside_a_writer import write_generation
generation = int(sys.argv[2])
while True:
    generation += 1
    print(generation, flush=True)
    write_generation(sys.argv[1], generation)
"""


def test_a_writer_that_is_killed_at_any_moment_leaves_its_last_commit(tmp_path: Path) -> None:
    path = str(tmp_path / "index")
    searchlib.create(path).close()
    write_generation(path, 1)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    chance = random.Random(23)
    generation = 1
    for _ in range(KILLS):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, path, str(generation)],
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        ) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(chance.random() * 0.1)  # the moment is the point; nothing waits for it
            writer.kill()
            begun = [int(line) for line in writer.stdout.read().split()] or [generation + 1]
        with searchlib.open(path) as index:
            found = look(index)
            # What was begun last is there, or what was there before it.
            assert found in (begun[-1], begun[-1] - 1)
            assert index.check() == []
        generation = found
    write_generation(path, generation + 1)  # no lock is left
    files = {file.suffix for file in Path(path).iterdir()}
    assert files == {".articles", ".commit", ".json", ""}
