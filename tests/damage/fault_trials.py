"""One fault in one scenario: what must be true after it, whatever the system said and when.

What is wrong after a trial has a letter:

    a  the call raised something else than a SearchlibError
    b  the index does not hold the state before or the one after, whole and sound; or the call
       returned, and the change is not there
    c  the writer's `committed` says something else than the index
    d  the error's message does not say that the change is there, or says so and it is not
    e  the next writer does not get the lock at once, or the index is not right after it
    f  files are left that the next writer of an undisturbed index does not leave
    g  files of other people are changed
    h  a file is still open
    x  the process crashed, or took longer than a minute
"""

from __future__ import annotations

import gc
import json
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

from tests.damage.fault_scenarios import SCENARIOS, STRANGERS, Scenario, Told, names
from tests.damage.faults import Fault, Faults, quick_clock, unsynced

LETTERS = "abcdefghx"
MOST_SECONDS = 60

THERE = re.compile(
    r"\b(is|are|was|were|has been|have been|had been) (all |already )?"
    r"(there\b|in the index|on the disk|committed|saved|deleted|made|repaired|written)",
    re.IGNORECASE,
)
"""What a message says of a change that is there."""

NOT_THERE = re.compile(
    r"nothing\b[^.;:]{0,20}\b(is|was|has been) (written|changed)|as it was|cannot be (made|deleted)",
    re.IGNORECASE,
)
"""What a message says of one that is not."""


class Wrong(NamedTuple):
    """Something that must not be, by its letter."""

    letter: str
    text: str
    raised: str = ""


class Trial(NamedTuple):
    scenario: str
    fault: Fault

    def __str__(self) -> str:
        function, number, kind, _ = self.fault
        return f"{self.scenario}:{function}:{number}:{kind}"


@dataclass
class Known:
    """What is true of a scenario that nothing disturbs: states, and files after the next writer."""

    folder: Path
    before: Any = None
    after: Any = None
    files: dict[bool, Counter[str]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)


class Bench:
    """Scenarios made ready in a folder of this bench, and trials of them, each in a fork."""

    def __init__(self, scenarios: Iterable[str] = SCENARIOS) -> None:
        self._root = Path(tempfile.mkdtemp(prefix="faults-"))
        self.known: dict[str, Known] = {}
        with unsynced(), quick_clock():
            for name in scenarios:
                self.known[name] = self._measured(SCENARIOS[name])

    def close(self) -> None:
        shutil.rmtree(self._root)

    def _measured(self, scenario: Scenario) -> Known:
        known = Known(self._root / scenario.name / "sound")
        known.folder.mkdir(parents=True)
        scenario.prepare(known.folder / "index")
        known.before = scenario.state(known.folder / "index")
        for acts in (False, True):
            folder = self._root / scenario.name / f"measured-{acts}"
            shutil.copytree(known.folder, folder)
            path = folder / "index"
            if acts:
                scenario.act(path, Told())  # imports what it needs
                known.after = scenario.state(path)
            scenario.go_on(path)
            known.files[acts] = names(folder)
        # "read" changes nothing, and is as it was.
        folder = self._root / scenario.name / "counted"
        shutil.copytree(known.folder, folder)
        faults = Faults(str(folder))
        with faults.at_work():
            scenario.act(folder / "index", Told())
        known.counts = faults.counts
        return known

    def trials(self, kinds: Iterable[str], *, persistent: bool = False) -> list[Trial]:
        """Give every call of every function of every scenario, for each kind of fault."""
        kinds = list(kinds)
        return [
            Trial(name, Fault(function, number, kind, persistent))
            for name, known in self.known.items()
            for function, count in sorted(known.counts.items())
            for number in range(1, count + 1)
            for kind in kinds
            # No signal comes between a file and the raw one below it when they are closed.
            if (function, kind) != ("close", "before")
        ]

    def sample(self, trials: Iterable[Trial], count: int) -> list[Trial]:
        """Give so many of ``trials``, as many of each function; the same every time."""
        chance = random.Random(19)
        of_functions: dict[str, list[Trial]] = {}
        for trial in trials:
            of_functions.setdefault(trial.fault.function, []).append(trial)
        for some in of_functions.values():
            chance.shuffle(some)
        turns = zip_longest(*of_functions.values())
        return [trial for turn in turns for trial in turn if trial is not None][:count]

    def run(self, trials: Iterable[Trial], processes: int) -> Iterator[tuple[Trial, list[Wrong]]]:
        """Run trials in forks, some at a time; give what was wrong, as each of them ends."""
        running: dict[int, tuple[Trial, int]] = {}
        for trial in trials:
            if len(running) >= processes:
                yield self._ended(running)
            sys.stdout.flush()
            reader, writer = os.pipe()
            child = os.fork()
            if not child:
                os.close(reader)
                self._in_child(trial, writer)
            os.close(writer)
            running[child] = trial, reader
        while running:
            yield self._ended(running)

    def _ended(self, running: dict[int, tuple[Trial, int]]) -> tuple[Trial, list[Wrong]]:
        child, status = os.wait()
        trial, reader = running.pop(child)
        with open(reader, encoding="utf-8") as told:
            said = told.read()
        if status:
            shutil.rmtree(self._folder(child), ignore_errors=True)
            return trial, [Wrong("x", f"the process ended with the status {status}")]
        return trial, [Wrong(*wrong) for wrong in json.loads(said)]

    def _folder(self, process: int) -> Path:
        return self._root / f"trial-{process}"

    def _in_child(self, trial: Trial, writer: int) -> None:
        code = 1
        try:
            signal.alarm(MOST_SECONDS)
            sys.unraisablehook = lambda unraisable: None  # of __del__, as Python prints it
            with unsynced(), quick_clock():
                wrong = self.tried(trial, self._folder(os.getpid()))
            short = [[part[:4000] for part in each] for each in wrong][:10]
            os.write(writer, json.dumps(short).encode())
            code = 0
        except BaseException:  # noqa: BLE001  # a fork must not go on as its parent does
            traceback.print_exc()
        finally:
            os._exit(code)

    def tried(self, trial: Trial, folder: Path) -> list[Wrong]:
        """Run a trial in this process; give what is wrong after it."""
        scenario, known = SCENARIOS[trial.scenario], self.known[trial.scenario]
        shutil.copytree(known.folder, folder)
        path, told, error = folder / "index", Told(), None
        faults = Faults(str(folder), trial.fault)
        with faults.at_work():
            try:
                scenario.act(path, told)
            except BaseException as raised:  # noqa: BLE001  # it is judged below
                error = raised
        wrong = list(_judged(scenario, known, trial.fault, path, told, error))
        error = None
        gc.collect()
        if not trial.fault.is_interrupt:  # which may come before Python knows the file
            wrong += [Wrong("h", f"{file} is open") for file in faults.still_open()]
        shutil.rmtree(folder)
        return wrong


def _judged(
    scenario: Scenario,
    known: Known,
    fault: Fault,
    path: Path,
    told: Told,
    error: BaseException | None,
) -> Iterator[Wrong]:
    raised = "".join(traceback.format_exception(error)) if error else "nothing\n"
    interrupted = fault.is_interrupt and isinstance(error, KeyboardInterrupt)
    if error is not None and not (interrupted or isinstance(error, scenario.errors)):
        yield Wrong("a", repr(error), raised)
    try:
        found = scenario.state(path)
        is_there = _which(scenario, known, found, error)
    except Exception as problem:  # noqa: BLE001  # whatever it is, it is told
        yield Wrong("b", f"{problem!r} after {error!r}", f"{raised}{traceback.format_exc()}")
    else:
        if told.committed is not None and told.committed != is_there:
            yield Wrong("c", f"committed is {told.committed} after {error!r}", raised)
        text = "\n".join([str(error), *getattr(error, "__notes__", [])])
        if error is None or isinstance(error, KeyboardInterrupt) or known.before == known.after:
            pass
        elif is_there and (NOT_THERE.search(text) or not says_it_is_there(text)):
            yield Wrong("d", f"it is there, and the message is: {text}", raised)
        elif not is_there and says_it_is_there(text):
            yield Wrong("d", f"it is not there, and the message is: {text}", raised)
        yield from _next_writer(scenario, known, path, found, is_there=is_there)
    for name in STRANGERS if (known.folder / "index" / STRANGERS[0]).exists() else ():
        file = path / name
        if not file.exists() or file.read_bytes() != (known.folder / "index" / name).read_bytes():
            yield Wrong("g", f"{name} is changed", raised)


def says_it_is_there(text: str) -> bool:
    return THERE.search(NOT_THERE.sub("", text)) is not None


def _which(scenario: Scenario, known: Known, found: Any, error: BaseException | None) -> bool:
    """Tell whether the state is that after the change. A call that returns has made it."""
    if found == known.after and list(found or ()) == list(known.after or ()):
        return True
    if error is not None and found in scenario.halfway:
        return True
    assert found == known.before, f"the state is {found!r:.500}"
    assert error is not None, "it returned, and the state is the one before"
    return False


def _next_writer(
    scenario: Scenario, known: Known, path: Path, state: Any, *, is_there: bool
) -> Iterator[Wrong]:
    # The exception, and with it every frame that it went through, is still alive.
    try:
        scenario.go_on(path)
        if scenario.name == "repair":  # which is what it begins with
            state = known.after
        found = scenario.state(path)
        assert found == scenario.after_it(state), f"the state after it is {found!r:.500}"
    except Exception as problem:  # noqa: BLE001  # whatever it is, it is told
        yield Wrong("e", repr(problem), traceback.format_exc())
        return
    left = names(path.parent)
    if left != known.files[is_there]:
        more, fewer = left - known.files[is_there], known.files[is_there] - left
        yield Wrong("f", f"more files: {dict(more)}, fewer: {dict(fewer)}")
