"""The engine of an index of files, or in memory: it writes and searches in this process."""

from __future__ import annotations

from searchlib.local.engine import LocalEngine

__all__ = ["LocalEngine"]
