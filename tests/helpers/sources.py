"""Input in memory, for the readers of files."""

from __future__ import annotations

import io
import json
from typing import Any

from searchlib.ingest.source import TextSource


def source(data: bytes, **options: Any) -> TextSource:
    return TextSource("s", io.BytesIO(data), **options)


def json_line(headline: str) -> bytes:
    """Return a line of JSON Lines, an article with this headline."""
    return json.dumps({"headline": headline}).encode() + b"\n"
