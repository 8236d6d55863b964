"""Other processes: what they inherit, children that are forked, programs that are run."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
"""The folder of the repository."""

VARIABLES = {
    "SEARCHLIB_INDEX": None,
    "_SEARCHLIB_COMPLETE": None,
    "NO_COLOR": None,
    "COLUMNS": None,
    "LINES": None,
    "PYTHONIOENCODING": None,
    "PYTHONOPTIMIZE": None,
    "PYTHONWARNINGS": None,
    "PYTHONUTF8": "1",
}
"""The environment of every test. A variable that is None is not set."""

_SECONDS = 60
"""Maximum time of a forked child, to end a test that would hang."""


def default_signals() -> None:
    """Have this process obey signals; for the ``preexec_fn`` of a child that is sent some.

    A process in the background, or under nohup, may ignore or block them, and so do its children.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def in_child(act: Callable[[], object]) -> int:
    """Call ``act`` in a forked child; return 0, 1 if it raised, or the signal that ended it."""
    sys.stdout.flush()
    child = os.fork()
    if not child:
        code = 1
        try:
            signal.alarm(_SECONDS)
            act()
            gc.collect()  # as when a program ends: finalizers run
            code = 0
        except BaseException:  # noqa: BLE001  # shown, and told by the exit code
            sys.excepthook(*sys.exc_info())
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


def run_python(
    code: str, *arguments: object, folder: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a program in ``folder``, from which it can import, and return how it ended."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code, *map(str, arguments)],
        cwd=folder,
        env={"PYTHONPATH": os.pathsep.join(map(str, (ROOT, *([folder] if folder else ()))))},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
