"""Read articles from files. Each format has a reader, and registry.py lists the readers.

    path -> bytes (compressed or not) -> Reader -> Article

``read`` takes a file, a directory tree or standard input. A bad record is reported and left out,
and the records around it are read. To add a format, write a module with a Reader and list it in
registry.py.
"""

from __future__ import annotations

from searchlib.ingest.paths import input_bytes, read
from searchlib.ingest.registry import formats

__all__ = ["formats", "input_bytes", "read"]
