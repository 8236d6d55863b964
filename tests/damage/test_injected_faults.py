"""A sample of the faults that inject_faults.py injects, which is the command for all of them."""

from __future__ import annotations

import errno
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import searchlib
from searchlib import StorageError
from tests.damage.fault_scenarios import SCENARIOS, STRANGERS, Told, write
from tests.damage.fault_trials import Bench, Trial, says_it_is_there
from tests.damage.faults import Fault, Faults
from tests.damage.writing_process import article

SCRIPT = Path(__file__).with_name("inject_faults.py")

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="forks, and replaces what POSIX systems have"
)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, SCRIPT, "--processes", "1", *arguments],
        check=False,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("lasting", [(), ("--persistent",)], ids=["once", "persistent"])
def test_faults_of_every_function(lasting: tuple[str, ...]) -> None:
    ran = run("--sample", "60", *lasting)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "0 of 60 faults went wrong" in ran.stdout


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    bench = Bench(["commit"])
    yield bench
    bench.close()


def no_error(path: Path, told: Told) -> None:
    told.committed = False


def another_error(path: Path, told: Told) -> None:
    raise OSError(errno.EIO, "not one of ours")


def half_of_it(path: Path, told: Told) -> None:
    with searchlib.open(path) as index, index.writer() as writer:
        writer.add(article("new", 1))


def denied(path: Path, told: Told) -> None:
    write(path, told)
    told.committed = False


def denied_by_the_message(path: Path, told: Told) -> None:
    write(path, told)
    raise StorageError("the disk is full; nothing was written", path=str(path))


def claimed_by_the_message(path: Path, told: Told) -> None:
    raise StorageError("a file cannot be closed; the changes are in the index", path=str(path))


def lock_kept(path: Path, told: Told) -> None:
    writer = searchlib.open(path).writer()
    writer.__enter__()
    raise StorageError("the writer lives in this frame", path=str(path))


def file_left(path: Path, told: Told) -> None:
    write(path, told)
    (path / "left").touch()


def file_of_others_changed(path: Path, told: Told) -> None:
    write(path, told)
    (path / STRANGERS[0]).write_text("changed")


OPEN_FILES: list[object] = []


def file_kept_open(path: Path, told: Told) -> None:
    write(path, told)
    OPEN_FILES.append(open(path / STRANGERS[0]))  # noqa: SIM115  # it is to stay open


def all_is_right(path: Path, told: Told) -> None:
    write(path, told)
    raise StorageError("a file cannot be closed; the changes are in the index", path=str(path))


@pytest.mark.parametrize(
    ("act", "letters"),
    [
        *((no_error, "b"), (another_error, "a"), (half_of_it, "b"), (denied, "c")),
        *((denied_by_the_message, "d"), (claimed_by_the_message, "d"), (lock_kept, "e")),
        *(
            (file_left, "f"),
            (file_of_others_changed, "g"),
            (file_kept_open, "h"),
            (all_is_right, ""),
        ),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_what_is_wrong_after_a_fault_is_seen(act, letters, bench, tmp_path, monkeypatch) -> None:
    monkeypatch.setitem(SCENARIOS, "commit", replace(SCENARIOS["commit"], act=act))
    never = Fault("fsync", 1_000_000, "EIO")
    wrong = bench.tried(Trial("commit", never), tmp_path / "trial")
    while OPEN_FILES:
        OPEN_FILES.pop().close()
    assert {each.letter for each in wrong} == set(letters), wrong


@pytest.mark.parametrize("persistent", [False, True])
def test_the_call_that_is_meant_fails(persistent: bool, tmp_path: Path) -> None:
    file = tmp_path / "file"
    faults = Faults(str(tmp_path), Fault("write", 2, "ENOSPC", persistent))
    with faults.at_work():
        file.write_bytes(b"first")
        with pytest.raises(OSError, match="No space left") as caught, open(file, "wb") as written:
            written.write(b"in the buffer")  # what is closed is written
        if persistent:
            with pytest.raises(OSError, match="No space left"):
                file.write_bytes(b"again")
        else:
            file.write_bytes(b"again")
    assert caught.value.errno == errno.ENOSPC
    assert file.read_bytes() == (b"" if persistent else b"again")
    assert faults.counts["write"] == 3
    assert faults.still_open() == []


@pytest.mark.parametrize(
    ("message", "says_so"),
    [
        ("the disk is full; nothing was written", False),
        ("another one has committed; nothing of this one was written: run it again", False),
        ("Nothing was written; the index is as it was.", False),
        ("the index cannot be made: Input/output error", False),
        ("the change is in the index, but it may not outlive a loss of power", True),
        ("interrupted; all articles had been written", True),
        ("the articles are deleted, but a file of the index cannot be", True),
    ],
)
def test_what_a_message_says_of_the_change(message: str, says_so: bool) -> None:
    assert says_it_is_there(message) == says_so
