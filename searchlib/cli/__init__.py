"""Arguments to library calls to output: the only place that prints or exits."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code. A traceback out of here is a bug."""
    try:
        # 100 ms to import, in which Ctrl-C is no less likely than later.
        from searchlib.cli.app import run  # noqa: PLC0415

        return run(arguments)
    except KeyboardInterrupt:
        with suppress(AttributeError, OSError):  # it may be closed, or lead to a full disk
            sys.stderr.write("interrupted\n")
        return 130
