"""What a process inherits from whoever started the tests, and what a test must not depend on."""

from __future__ import annotations

import signal

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
"""The environment of every test: None for what is not set."""


def default_signals() -> None:
    """Have this process obey signals. It is for the preexec_fn of one that is sent some.

    What runs in the background, or under nohup, may ignore or block them, and so do its children.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
