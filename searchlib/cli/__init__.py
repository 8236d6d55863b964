"""The command line: turns arguments into library calls and prints the results.

No other package prints or exits.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. It raises nothing: a traceback is a bug."""
    try:
        # The import takes 100 ms, and Ctrl-C may come in that time, too.
        from searchlib.cli.app import run  # noqa: PLC0415

        return run(arguments)
    except KeyboardInterrupt:
        with suppress(AttributeError, OSError):  # stderr may be closed, or on a full disk
            sys.stderr.write("interrupted\n")
        return 130
