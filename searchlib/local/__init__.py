"""The engine that writes and searches in this process, in files or in memory."""

from __future__ import annotations

from searchlib.local.engine import LocalEngine

__all__ = ["LocalEngine"]
