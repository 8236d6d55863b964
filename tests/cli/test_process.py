"""What only a process shows: signals, pipes, closed streams, full disks."""

from __future__ import annotations

import errno
import json
import os
import random
import signal
import subprocess
import sys

import pytest

from tests.helpers.processes import default_signals

# A little more than is read at once, 256 kB: the first of it is indexed while the rest is awaited.
PADDING = b'{"headline": "Padding"}\n' * 12_000
MANY = "".join(f'{{"id": "{n}", "headline": "Horse {n}"}}\n' for n in range(200))


def command(*arguments):
    return [sys.executable, "-m", "searchlib", *arguments]


def interrupted(start):
    """Press Ctrl-C once articles have been indexed and more are still to come."""
    child = start(
        "index",
        "-",
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=default_signals,
    )
    child.stdin.write(b'{"id": "new", "headline": "New"}\nnonsense\n' + PADDING)
    child.stdin.flush()
    # It has thousands of lines before it when it complains of the second.
    assert child.stderr.readline().startswith(b"-:2: it is not JSON")
    child.send_signal(signal.SIGINT)
    said = child.stderr.read().decode()
    assert child.wait() == 130
    assert "Nothing was written; the index is as it was." in said
    assert "Traceback" not in said


def test_ctrl_c_leaves_the_index_as_it_was(horses, start, ids, run):
    before = ids()
    interrupted(start)
    assert ids() == before
    assert run("check").code == 0
    assert run("index", "horses.jsonl").code == 0  # nobody holds the lock


def test_ctrl_c_leaves_no_index_where_there_was_none(start, folder):
    interrupted(start)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("query", "horse"),
        ("query", "horse", "--format", "json", "-n", "200"),
        ("query", "horse", "--format", "csv", "-n", "200"),
        ("stats",),
        ("show", "7"),
        ("completion", "bash"),
        ("--help",),
    ],
)
def test_a_reader_who_goes_away_ends_the_command_quietly(write, run, start, arguments):
    write("a.jsonl", MANY)
    run("index", "a.jsonl")
    child = start(*arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    child.stdout.close()
    said = child.stderr.read().decode()
    assert child.wait() == 0
    assert "Traceback" not in said
    assert "rror" not in said
    assert "Exception" not in said


def test_head_gets_its_line_and_nobody_complains(write, run, start):
    write("a.jsonl", MANY)
    run("index", "a.jsonl")
    child = start(
        "query", "*", "-n", "200", "--format", "plain",
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    head = subprocess.run(["head", "-n", "1"], stdin=child.stdout, capture_output=True, check=True)
    child.stdout.close()
    assert head.stdout.startswith(b"1\t")
    assert head.stdout.count(b"\n") == 1
    assert b"Traceback" not in child.stderr.read()
    assert child.wait() == 0


def test_nobody_who_reads_the_messages_does_not_stop_the_indexing(write, start, ids):
    write("a.jsonl", "nonsense\n" * 5, '{"id": "a", "headline": "Horses"}\n')
    child = start("index", "a.jsonl", stderr=subprocess.PIPE)
    child.stderr.close()
    assert child.wait() == 0
    assert ids() == ["a"]


def test_a_full_disk_under_the_output_is_said(horses):
    for arguments in (("query", "horse"), ("show", "rail"), ("--help",)):
        with open("/dev/full", "w", encoding="utf-8") as full:
            ran = subprocess.run(
                command(*arguments),
                check=False,
                stdout=full,
                stderr=subprocess.PIPE,
                encoding="utf-8",
            )
        assert ran.returncode == 3
        assert "the output cannot be written: " in ran.stderr
        assert os.strerror(errno.ENOSPC) in ran.stderr
        assert "Traceback" not in ran.stderr
        assert "Exception" not in ran.stderr


def in_shell(redirected, *arguments):
    return subprocess.run(
        ["sh", "-c", f'"$@" {redirected}', "sh", *command(*arguments)],
        check=False,
        capture_output=True,
    )


@pytest.mark.parametrize("redirected", ["<&-", "2>&-", "<&- 2>&-", "2>/dev/full"])
def test_what_is_not_needed_may_be_closed_or_full(horses, redirected):
    for arguments, code in (
        (("query", "horse"), 0),
        (("query", "zebra"), 1),
        (("query", "horse", "--index", "nowhere"), 3),
        (("frobnicate",), 2),
    ):
        ran = in_shell(redirected, *arguments)
        assert ran.returncode == code
        assert ran.stderr == b"" or "2>" not in redirected
        assert bool(ran.stdout) == (code == 0)


@pytest.mark.parametrize("closed", [">&-", "<&- >&- 2>&-"])
def test_output_that_is_lost_as_its_stream_is_closed_is_an_error(horses, closed):
    for arguments in (("query", "horse"), ("show", "rail"), ("stats",)):
        ran = in_shell(closed, *arguments)
        assert ran.returncode == 3
        if "2>" not in closed:
            assert (
                ran.stderr
                == f"the output cannot be written: [Errno {errno.EBADF}] {os.strerror(errno.EBADF)}\n".encode()
            )
    # Where there is no output, none is lost.
    assert in_shell(closed, "query", "zebra").returncode == 1
    assert in_shell(closed, "index", "horses.jsonl").returncode == 0


@pytest.mark.parametrize("module", ["searchlib.cli", "searchlib.cli.app", "click"])
def test_ctrl_c_while_the_command_is_being_imported(module):
    code = f"""
import runpy, sys

class Pressed:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            raise KeyboardInterrupt

sys.meta_path.insert(0, Pressed())
runpy.run_module("searchlib", run_name="__main__")
"""
    ran = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True)
    assert ran.returncode == 130
    assert ran.stderr == (b"" if module == "searchlib.cli" else b"interrupted\n")


def test_a_closed_standard_input_has_no_article(folder):
    ran = subprocess.run(
        ["sh", "-c", '"$@" <&-', "sh", *command("index", "-")], check=False, capture_output=True
    )
    assert ran.returncode == 1
    assert ran.stderr.startswith(b"-: it is empty\n")


def limited(size):
    resource = pytest.importorskip("resource", reason="sets limits, as POSIX systems do")
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


@pytest.fixture
def large(write):
    """A file with more text than fits in 20 kB, however it is compressed."""
    letters = random.Random(7)
    words = ["".join(letters.choices("abcdefghijklmnop", k=9)) for _ in range(20_000)]
    return write("large.jsonl", {"id": "large", "headline": "Large", "body": " ".join(words)})


def test_a_disk_that_fills_is_said_and_the_index_is_as_it_was(horses, large, process, ids, run):
    # A limit on the size of a file stands in for the disk: the error comes at the same place.
    before = ids()
    ran = process("index", large, preexec_fn=limited(20_000))
    assert ran.code == 3
    assert "index: the disk is full; nothing was written. Free some space" in ran.err
    assert "Traceback" not in ran.err
    assert ids() == before
    assert run("query", "horses").code == 0
    assert run("check").code == 0
    assert run("index", large).code == 0
    assert ids() == [*before, "large"]


def test_a_disk_that_fills_leaves_no_index_where_there_was_none(large, process, folder):
    ran = process("index", large, preexec_fn=limited(20_000))
    assert ran.code == 3
    assert "the disk is full" in ran.err
    assert [path.name for path in folder.iterdir()] == ["large.jsonl"]


@pytest.mark.parametrize("index", ["index", "deep/er/index"])
def test_a_disk_without_any_room_is_said_when_the_index_is_made(write, process, folder, index):
    write("a.jsonl", {"headline": "Horses"})
    ran = process("index", "a.jsonl", "--index", index, preexec_fn=limited(0))
    assert ran.code == 3
    assert f"{index}: the index cannot be made: " in ran.err
    assert "Traceback" not in ran.err
    assert [path.name for path in folder.iterdir()] == ["a.jsonl"]


def test_an_index_that_cannot_be_made_leaves_what_was_in_the_directory(write, process, folder):
    write("index/notes.txt", "not ours")
    write("a.jsonl", {"headline": "Horses"})
    assert process("index", "a.jsonl", preexec_fn=limited(0)).code == 3
    assert [path.name for path in (folder / "index").iterdir()] == ["notes.txt"]


def test_a_new_index_without_an_article_goes_with_the_directories_made_for_it(run, write, folder):
    write("a.jsonl", "nonsense\n")
    assert run("index", "a.jsonl", "--index", "deep/er/index").code == 1
    assert [path.name for path in folder.iterdir()] == ["a.jsonl"]


def test_deleting_on_a_full_disk_deletes_nothing(horses, process, ids):
    before = ids()
    ran = process("delete", "rail", preexec_fn=limited(0))
    assert ran.code == 3
    assert "the disk is full" in ran.err
    assert ids() == before


def test_another_encoding_of_the_output_spoils_neither_json_nor_the_command(write, run, process):
    write("a.jsonl", {"id": "a", "headline": "Café 火車 😀 horses"})
    run("index", "a.jsonl")
    for encoding in ("latin-1", "ascii", "utf-8"):
        env = {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
        assert process("query", "horses", env=env, errors="replace").code == 0
        for form in ("json", "jsonl"):
            ran = process("query", "horses", "--format", form, env=env)
            assert "Café 火車 😀 horses" in json.dumps(json.loads(ran.out), ensure_ascii=False)


def test_an_argument_that_is_no_text_ends_without_a_traceback(horses):
    wrong = os.fsdecode(b"\xff\xfe")
    for arguments in (("query", wrong), ("show", wrong), ("delete", wrong)):
        ran = subprocess.run(command(*arguments), check=False, capture_output=True)
        assert ran.returncode in (1, 2, 3)
        assert b"Traceback" not in ran.stderr
