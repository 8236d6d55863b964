"""Where a passage of a long sentence of ASCII begins and ends."""

import cython

if cython.compiled:
    from cython.cimports.searchlib.kernels.separators import is_space
else:
    from searchlib.kernels.separators import is_space

__all__ = ["around"]


def around(
    text: bytes,
    core: tuple,
    sentence: tuple,
    free: tuple,
    max_chars: cython.Py_ssize_t,
):
    """Return the words around ``core`` in the ``free`` part of a long sentence of ASCII.

    See TextLayout.around in snippets/cutting.py. Raises ValueError for what is not in the text, or
    a free part that is not in the sentence.
    """
    data: cython.const[cython.uchar][::1] = text
    size: cython.Py_ssize_t = len(text)
    core_start: cython.Py_ssize_t
    core_end: cython.Py_ssize_t
    first: cython.Py_ssize_t
    last: cython.Py_ssize_t
    free_start: cython.Py_ssize_t
    free_end: cython.Py_ssize_t
    core_start, core_end = core
    first, last = sentence
    free_start, free_end = free
    earliest: cython.Py_ssize_t
    start: cython.Py_ssize_t
    end: cython.Py_ssize_t
    if not (
        0 <= first <= free_start <= size
        and 0 <= free_end <= last <= size
        and 0 <= core_start <= core_end <= size
    ):
        raise ValueError("the passage is not in the text")
    if core_end - free_start <= max_chars:
        earliest = free_start
    elif free_end - core_start <= max_chars:
        earliest = free_end - max_chars
    else:
        earliest = core_start - max(max_chars - (core_end - core_start), 0) // 2
    max_chars = min(max_chars, size)
    earliest = max(earliest, free_start)
    start = earliest
    while start <= core_start and not (
        start < last and not is_space(data[start]) and (start == first or is_space(data[start - 1]))
    ):
        start += 1
    if start > core_start:
        start = min(_ceil(data, earliest, size), core_start)
    latest: cython.Py_ssize_t = min(start + max_chars, free_end)
    end = latest
    while end > start and not (
        not is_space(data[end - 1]) and (end == last or is_space(data[end]))
    ):
        end -= 1
    if end <= start or end < core_end <= latest:
        end = max(_floor(data, latest, size), start + 1)
    return _floor(data, start, size), _ceil(data, min(end, size), size)


@cython.cfunc
@cython.exceptval(check=False)
def _floor(
    data: cython.const[cython.uchar][::1], offset: cython.Py_ssize_t, size: cython.Py_ssize_t
) -> cython.Py_ssize_t:
    """Return the start of the character that ``offset`` falls in: a line break may be two bytes."""
    inside: cython.bint = 0 < offset < size and data[offset] == 10 and data[offset - 1] == 13
    return offset - 1 if inside else offset


@cython.cfunc
@cython.exceptval(check=False)
def _ceil(
    data: cython.const[cython.uchar][::1], offset: cython.Py_ssize_t, size: cython.Py_ssize_t
) -> cython.Py_ssize_t:
    inside: cython.bint = 0 < offset < size and data[offset] == 10 and data[offset - 1] == 13
    return offset + 1 if inside else offset
