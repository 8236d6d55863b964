"""Copy what is under version control, or would be, into a folder: `... FOLDER`.

Nothing that was compiled is copied. What the folder has beside the copy stays: what was built there
can be used again.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
LISTED = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"]


def main(folder: Path) -> None:
    """Make the copy; files keep their times, so that a build knows what has changed."""
    if ROOT.is_relative_to(folder.resolve()):
        sys.exit(f"{folder} holds this tree, which would be deleted; name another folder")
    listed = subprocess.run(LISTED, cwd=ROOT, check=True, capture_output=True).stdout
    names = [os.fsdecode(name) for name in listed.split(b"\0") if name]
    for top in {Path(name).parts[0] for name in names}:
        if (folder / top).is_dir():
            shutil.rmtree(folder / top)
    for name in names:
        if (ROOT / name).is_file():  # it may have been deleted and not yet committed
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: copy_tree.py FOLDER")
    main(Path(sys.argv[1]))
