"""python -m searchlib: the command line."""

from __future__ import annotations

import sys

if __name__ == "__main__":
    try:
        from searchlib.cli import main

        code = main()
    except KeyboardInterrupt:  # before main() could begin, or after its end
        code = 130
    sys.exit(code)
