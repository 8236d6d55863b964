"""Craft indexes that nobody wrote, with right checksums, and see that each is used or refused.

    python -m tests.damage.craft_indexes --trials 2000 --seed 1
    python -m tests.damage.craft_indexes --only 1:517      one trial, with the tracebacks

Every trial opens its index, searches, reads hits, explains, counts, checks, writes with a merge, and
repairs. An exception that is no SearchlibError, a crash and a trial that takes longer than
half a minute are failures, and so is an access out of bounds, which kernels tell that were installed with

    SEARCHLIB_BOUNDS_CHECKS=1 pip install -e .

The exit code is 1 if there was a failure.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import signal
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))  # for those who run it as a script

from tests.damage.craft_trials import has_bounds_checks, try_crafted
from tests.damage.crafted_bases import BASES, WHOOSH_BASES

MOST_SECONDS = 20
MOST_BYTES = 4 * 2**30
IN_BATCH = 100


def main() -> int:
    """Run what the command line asks for; give the exit code."""
    options = _options()
    began = perf_counter()
    checked = has_bounds_checks()
    print(f"kernels with bounds checks: {'yes' if checked else 'no'}")
    root = Path(tempfile.mkdtemp(prefix="crafted-"))
    counts: Counter[str] = Counter()
    try:
        for base in options.bases:
            {**BASES, **WHOOSH_BASES}[base](root / base)
        for trial, outcome in _outcomes(root, options):
            counts["trials"] += 1
            counts["refused something"] += outcome["refused"] > 0
            for kind in ("wrong", "out_of_bounds"):
                counts[kind] += bool(outcome[kind])
                for text in outcome[kind]:
                    _tell(options, trial, kind, outcome["crafted"], text)
    finally:
        shutil.rmtree(root)
    print(
        f"{counts['trials']} trials: {counts['wrong']} went wrong, {counts['out_of_bounds']} out of"
        f" bounds, {counts['refused something']} refused something;"
        f" {perf_counter() - began:.0f} s"
    )
    return 1 if counts["wrong"] or counts["out_of_bounds"] else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--trials", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--bases", nargs="+", choices=[*BASES, *WHOOSH_BASES], default=list(BASES),
        help="the sound indexes that are changed; whoosh is one of a Whoosh program",
    )  # fmt: skip
    parser.add_argument("--only", metavar="SEED:TRIAL")
    options = parser.parse_args()
    if options.only:
        options.seed, only = map(int, options.only.split(":"))
        options.trials = range(only, only + 1)
    else:
        options.trials = range(options.trials)
    return options


def _tell(options: argparse.Namespace, trial: int, kind: str, crafted: str, text: str) -> None:
    lines = text.rstrip().splitlines()
    print(f"--only {options.seed}:{trial}  {kind}  {crafted}")
    print("\n".join(f"    {line}" for line in (lines if options.only else [lines[0], lines[-1]])))
    sys.stdout.flush()


def _outcomes(root: Path, options: argparse.Namespace) -> Iterator[tuple[int, dict[str, Any]]]:
    """Run trials in forks, some in each; one that ends its process is told, and the rest go on."""
    rest = list(options.trials)
    while rest:
        sys.stdout.flush()
        reader, writer = os.pipe()
        child = os.fork()
        if not child:
            os.close(reader)
            _in_child(root, options, rest[:IN_BATCH], writer)
        os.close(writer)
        with open(reader, encoding="utf-8") as lines:
            done = 0
            for line in lines:
                yield rest[done], json.loads(line)
                done += 1
        _, status = os.waitpid(child, 0)
        if status:
            ended = f"signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else f"{status}"
            wrong = [f"the process ended: {ended}"]
            yield rest[done], {"crafted": "", "wrong": wrong, "out_of_bounds": [], "refused": 0}
            done += 1
        rest = rest[done:]


def _in_child(root: Path, options: argparse.Namespace, trials: list[int], writer: int) -> None:
    code = 1
    try:
        # A number of a file that is taken for a size must not take all memory there is.
        resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
        folder = root / "trial"
        with open(writer, "w", encoding="utf-8") as answers:
            for trial in trials:
                shutil.rmtree(folder, ignore_errors=True)  # of one that ended its process
                folder.mkdir()
                signal.alarm(MOST_SECONDS)
                outcome = try_crafted(options.seed, trial, options.bases, root, folder)
                signal.alarm(0)
                answers.write(f"{json.dumps(outcome)}\n")
                answers.flush()
        code = 0
    except BaseException:  # noqa: BLE001  # a fork must not go on as its parent does
        traceback.print_exc()
    finally:
        os._exit(code)


if __name__ == "__main__":
    sys.exit(main())
