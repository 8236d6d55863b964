"""Run the command line: python -m searchlib."""

from __future__ import annotations

import sys

if __name__ == "__main__":
    try:
        from searchlib.cli import main

        code = main()
    except KeyboardInterrupt:  # before main() begins or after it ends; main() handles its own
        code = 130
    sys.exit(code)
