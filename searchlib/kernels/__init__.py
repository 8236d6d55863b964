"""The compiled inner loops: arrays in, arrays out.

Each module is written in Cython's pure-Python syntax. The build compiles it where there is a C
compiler; where there is none the same file runs as plain Python, slower and with equal results.
Nothing here reads files, knows objects of the library, or trusts its caller: lengths that do not
fit together raise ValueError before the loop.

The modules of this folder itself have what several kernels share: functions that are called for
each number, and constants. Each of them is there twice. Cython makes a function of another file
part of a loop only if it stands in a ``.pxd`` file, so compiled kernels take it from there; the
``.py`` file has the same function for kernels that run as plain Python, and is never compiled
itself. A kernel imports them so::

    if cython.compiled:
        from cython.cimports.searchlib.kernels.bits import read_bits
    else:
        from searchlib.kernels.bits import read_bits

tests/unit/kernels holds the two together, and each kernel and its ``.pyi`` file.
"""

from __future__ import annotations

__all__: list[str] = []
