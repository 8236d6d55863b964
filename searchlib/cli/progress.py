"""A progress bar on a terminal with messages above it, and counts with their nouns."""

from __future__ import annotations

import sys
from typing import Any

from tqdm import tqdm

from searchlib.cli.terminal import complain, is_terminal
from searchlib.snippets.render import terminal_text

__all__ = ["ProgressBar", "counted"]


class ProgressBar:
    """A progress bar on standard error; hidden if that is not a terminal.

    ``options`` are passed to tqdm.
    """

    def __init__(self, **options: Any) -> None:
        self._bar = tqdm(disable=not is_terminal(sys.stderr), leave=False, **options)

    def advance(self, steps: int) -> None:
        """Move the bar by ``steps``."""
        self._bar.update(steps)

    def show(self, done: int, total: int) -> None:
        """Move the bar to ``done`` of ``total``."""
        if self._bar.total != total:
            self._bar.total = total
            self._bar.refresh()  # update() alone may wait for its interval
        self._bar.update(done - self._bar.n)

    def say(self, line: object) -> None:
        """Write a line to standard error, above the bar."""
        with self._bar.external_write_mode(file=sys.stderr):
            complain(terminal_text(str(line)))

    def close(self) -> None:
        """Remove the bar."""
        self._bar.close()


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: "1 article", "2,000 articles"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
