"""An index of searchlib.whoosh after commits that fail, writers that are killed, and damage."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
import zlib
from pathlib import Path

import pytest
from whoosh import writing

from searchlib import errors
from searchlib.whoosh import create_in, exists_in, open_dir
from tests.whoosh.program_index import FIVE, commit_file, make_schema, names, paths


@pytest.mark.parametrize("failing", [["fsync"], ["link", "replace"]])
def test_a_commit_that_fails_changes_nothing_and_frees_the_lock(
    index, folder, monkeypatch, failing
):
    before = names(folder)
    with monkeypatch.context() as patch:
        for name in failing:
            patch.setattr(os, name, lambda *_: (_ for _ in ()).throw(OSError(28, "no space")))
        writer = index.writer()
        writer.update_document(path="/1", body="lost")
        with pytest.raises(OSError, match="no space"):
            writer.commit()
        writer.cancel()
        with pytest.raises(writing.IndexingError):
            writer.commit()
    assert names(folder) == before
    assert paths(open_dir(folder)) == FIVE
    with index.writer() as writer:
        writer.add_document(path="/9")
    assert len(names(folder)) <= 6
    assert paths(index) == [*FIVE, "/9"]


def test_every_damage_of_the_commit_file_is_found(index, folder):
    file = commit_file(folder)
    data = file.read_bytes()
    places = random.Random(1).sample(range(len(data)), min(150, len(data)))
    damaged = [data[:place] for place in places] + [b"", data + b"\n", data * 2, data[:-1]]
    for place in places:
        flipped = bytearray(data)
        flipped[place] ^= 1 << place % 8
        damaged.append(bytes(flipped))
    for content in damaged:
        file.write_bytes(content)
        with pytest.raises(errors.CorruptIndexError, match="is damaged"):
            open_dir(folder)
        with pytest.raises(errors.CorruptIndexError):
            index.reader()
    with pytest.raises(errors.CorruptIndexError):
        index.writer()
    assert exists_in(folder)
    file.write_bytes(data)
    index.writer().cancel()
    assert paths(index) == FIVE


def test_a_segment_that_is_missing_is_a_damage(index, folder):
    next(Path(folder).glob("*.docs")).unlink()
    with pytest.raises(errors.CorruptIndexError, match="missing"):
        open_dir(folder).searcher()


def hostile(folder: str, **more: object) -> None:
    file = commit_file(folder)
    values = json.loads(file.read_bytes().partition(b"\n")[0]) | more
    line = json.dumps(values).encode() + b"\n"
    file.write_bytes(line + b"crc32 %08x\n" % zlib.crc32(line))


SYSTEM = {"fields": [["x", {"system": {}}]], "subfields": {}, "dynamic": []}
SEGMENT = {"name": "x1", "documents": 3, "deleted": []}


NEVER_WRITTEN: list[dict[str, object]] = [
    *({"schema": SYSTEM}, {"schema": None}, {"schema": 5}, {"generation": 3}),
    *({"generation": None}, {"version": "1"}, {"version": True}, {"segments": 5}),
    *({"segments": [5]}, {"segments": [SEGMENT | {"more": 1}]}, {"segments": None}),
    *({"segments": [SEGMENT | {"name": name}]} for name in ("../x", "", "X", None, "a_b", "x\n")),
    *({"segments": [SEGMENT | {"documents": number}]} for number in (-1, 1.5, "3", None)),
    *({"segments": [SEGMENT | {"deleted": docs}]} for docs in ([3], [-1], 1, ["0"], None)),
    *({"dropped": names} for names in (None, 5, [5], ["notes.txt"], ["_MAIN_../x.docs"])),
    *({"dropped": [name]} for name in ("_MAIN_1.commit", "_MAIN_9.commit", "_MAIN_x.docs\n")),
    *({"dropped": [name]} for name in ("_MAIN_00.commit", "MAIN_x.docs", "_MAIN_x.notes")),
    *({"token": token} for token in (None, 5, "", "x" * 16, "0" * 15, "0" * 16 + "\n")),
]


def test_what_was_never_written_is_refused(index, folder):
    data = commit_file(folder).read_bytes()
    hostile(folder)
    assert paths(open_dir(folder)) == FIVE  # the values are what is refused, not the way
    for values in NEVER_WRITTEN:
        commit_file(folder).write_bytes(data)
        hostile(folder, **values)
        with pytest.raises(errors.CorruptIndexError, match="cannot be read"):
            open_dir(folder)


def test_another_version_is_an_error_of_its_own(index, folder):
    hostile(folder, version=3, schema="in a way of its own")
    with pytest.raises(errors.IndexFormatError, match="version 3"):
        open_dir(folder)


WRITING = """
import sys
from searchlib.whoosh import open_dir
index = open_dir(sys.argv[1])
start = int(sys.argv[2])
print("ready", flush=True)
for batch in range(start, start + 1000):
    with index.writer(timeout=5) as writer:
        writer.delete_by_term("path", f"/{batch - 1}")
        for part in range(3):
            writer.add_document(path=f"/{batch}", body="war and peace", size=part)
        writer.optimize = batch % 3 == 0
"""


def test_a_writer_that_is_killed_leaves_the_last_commit(folder):
    index = create_in(folder, make_schema())
    moments = random.Random(7)
    last = 0
    for _ in range(10):
        command = [sys.executable, "-c", WRITING, folder, str(last + 1)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(moments.uniform(0, 0.15))
            process.send_signal(signal.SIGKILL)
        found = paths(open_dir(folder))
        assert found == found[:1] * 3  # one batch and whole, or none
        last = int(found[0][1:]) if found else last
        with index.writer() as writer:  # nobody has the lock, and what was left goes
            writer.delete_by_term("path", "/none")
        assert sum(name.endswith(".commit") for name in names(folder)) == 1
        assert not [name for name in names(folder) if name.endswith((".new", ".tmp"))]
        assert paths(index) == found
    assert last
