"""Arguments to library calls to output: the only place that prints or exits."""

from __future__ import annotations

from searchlib.cli.app import main

__all__ = ["main"]
