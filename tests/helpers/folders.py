"""What is in a folder, to see whether something has changed it."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path


def digest(data: bytes) -> str:
    return sha256(data).hexdigest()


def contents(folder: str | Path) -> dict[str, str]:
    """Return what is below ``folder`` by relative path, sorted; JSON can hold it.

    A file has its digest, a link an arrow to its target, a folder nothing.
    """
    return {
        str(each.relative_to(folder)): (
            f"-> {os.readlink(each)}"
            if each.is_symlink()
            else digest(each.read_bytes())
            if each.is_file()
            else ""
        )
        for each in sorted(Path(folder).rglob("*"))
    }


def contents_and_times(folder: str | Path) -> dict[str, tuple[str, int]]:
    """Return ``contents``, each with the time in ns at which it was changed last."""
    return {
        name: (data, (Path(folder) / name).lstat().st_mtime_ns)
        for name, data in contents(folder).items()
    }
