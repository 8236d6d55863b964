"""A process that writes to an index and is stopped in the middle; run as a script.

It reads a job a line, as JSON, and answers each with a line. Every job runs in a fork, so that one
that is killed costs no start of Python. What a job may hold:

    index      the directory of the index
    stop_at    the number of the event at which the writer is stopped
    how        "kill" (SIGKILL) or "interrupt" (KeyboardInterrupt)
    count      give all events in the answer
    limit      the size in bytes that no file may outgrow, in place of a full disk
    hold       answer from within the writer, and wait for another line before the commit
    wait_seconds  wait so long for another writer, and answer before
    write_again   whatever became of the writer, let another add an article at once

An event is a call into C that opens, writes, renames, deletes or locks something, or the return
from it, counted from the first step of the writer to its last. So it does not matter which modules
write, or what format.
"""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import sys
from contextlib import suppress
from pathlib import Path

import searchlib
from searchlib import Article, Writer
from tests.helpers.folders import contents

STEPS = frozenset(
    "open fdopen write writelines flush close truncate ftruncate fsync fdatasync sync sync_file"
    " rename replace link unlink remove mkdir rmdir listdir scandir flock lockf mmap msync"
    " copyfileobj sendfile pwrite".split()
)


def article(article_id: str, generation: int) -> Article:
    """Give an article with a word of ``generation``, and a body of its own."""
    noise = random.Random(f"{article_id} {generation}")  # the same in every process
    body = " ".join(f"{noise.getrandbits(64):x}" for _ in range(5))
    return Article(
        article_id=article_id, headline=f"common generation{generation}", body=body, source="wire"
    )


def make_index(path: Path, commits: int) -> None:
    """Make an index of ``commits`` commits, with two articles each."""
    with searchlib.create(path) as index:
        for n in range(commits):
            with index.writer() as writer:
                writer.add_many(article(f"{n}{letter}", 0) for letter in "ab")


def change(writer: Writer, job: dict) -> None:
    """Add, replace and delete in one transaction."""
    with writer:
        writer.add(article("new", 1))
        writer.add(article("0a", 1))
        writer.delete("0b")
        writer.delete_matching("id:1a")
        writer.add_many(article(f"more{n}", 1) for n in range(2))
        if job.get("hold"):
            answer({"holding": os.getpid()})
            sys.stdin.readline()


def answer(values: dict) -> None:
    sys.stdout.write(f"{json.dumps(values)}\n")
    sys.stdout.flush()


def run(job: dict) -> None:  # noqa: C901  # one job from its first step to its last
    """Run ``job``, and answer unless it is killed."""
    path = Path(job["index"])
    index = searchlib.open(path)
    before = contents(path)
    events: list[str] = []

    def count(_frame: object, event: str, function: object) -> None:
        name = getattr(function, "__name__", "")
        if not event.startswith("c_") or name not in STEPS:
            return
        events.append(f"{event} {name}")
        if len(events) - 1 == job.get("stop_at"):
            if job["how"] == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            raise KeyboardInterrupt

    told: dict = {}
    writer = index.writer(wait_seconds=job.get("wait_seconds", 0.0))
    if "wait_seconds" in job:
        answer({"waiting": os.getpid()})
    if "limit" in job:
        resource.setrlimit(resource.RLIMIT_FSIZE, (job["limit"], resource.RLIM_INFINITY))
    try:
        if "how" in job or job.get("count"):
            sys.setprofile(count)
        change(writer, job)
    except (searchlib.SearchlibError, KeyboardInterrupt) as error:
        told = {"error": type(error).__name__, "message": str(error)}
    finally:
        sys.setprofile(None)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
    told["committed"] = writer.committed
    told["files_as_before"] = contents(path) == before
    if job.get("count"):
        told["events"] = events
    if job.get("write_again"):
        # In this process, and without waiting: an exception must have freed the lock.
        with index.writer(wait_seconds=0.0) as again:
            again.add(article("after", 2))
    answer(told)


def main() -> None:
    """Fork for each line of standard input."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with searchlib.in_memory() as index:  # each fork would import NLTK anew
        change(index.writer(), {})
    for line in iter(sys.stdin.readline, ""):
        child = os.fork()
        if not child:
            code = 1
            with suppress(BrokenPipeError):
                run(json.loads(line))
                code = 0
            os._exit(code)
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            answer({"signal": os.WTERMSIG(status)})
        elif status:
            answer({"failed": status})


if __name__ == "__main__":
    main()
