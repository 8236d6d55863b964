"""The compiled inner loops: arrays in, arrays out.

Each module is written in Cython's pure-Python syntax. The build compiles it where there is a C
compiler; where there is none the same file runs as plain Python, slower and with equal results.
Nothing here reads files, knows objects of the library, or trusts its caller: lengths that do not
fit together raise ValueError before the loop.
"""

from __future__ import annotations

__all__: list[str] = []
