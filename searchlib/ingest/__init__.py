"""Bytes to articles: one reader a format, one registry of them.

    path -> bytes (compressed or not) -> Reader -> Article

``read`` takes a file, a directory tree or standard input. A bad record is reported and left out;
those around it are given. A new format is a module with a Reader, named in registry.py.
"""

from __future__ import annotations

from searchlib.ingest.paths import input_bytes, read
from searchlib.ingest.registry import formats

__all__ = ["formats", "input_bytes", "read"]
