"""Install what searchlib and some of its extras need, but not searchlib: `... lint docs`.

``pip install -e ".[lint]"`` would compile all kernels again.
"""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

PROJECT = Path(__file__).parents[1] / "pyproject.toml"


def main(extras: list[str]) -> int:
    """Install the requirements; give pip's exit code."""
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    unknown = sorted(set(extras) - set(project["optional-dependencies"]))
    if unknown:
        known = ", ".join(project["optional-dependencies"])
        print(f"there is no extra {unknown[0]!r}; there are {known}", file=sys.stderr)
        return 2
    needed = [*project["dependencies"]]
    for extra in extras:
        needed += project["optional-dependencies"][extra]
    pip = [sys.executable, "-m", "pip", "install", "-q", *needed]
    return subprocess.run(pip, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
