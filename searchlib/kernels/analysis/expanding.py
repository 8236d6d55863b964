"""From the words of texts, by number, to their tokens: a word may be several of them, or none."""

from array import array

import cython

__all__ = ["expand"]


def expand(
    ids: cython.const[cython.uint][::1],
    counts: cython.const[cython.uint][::1],
    known: cython.const[cython.uint][::1],
    ends: cython.const[cython.uint][::1],
    advances: cython.const[cython.uint][::1],
    numbers: cython.const[cython.uint][::1],
    offsets: cython.const[cython.uint][::1],
):
    """Return the tokens of words: their numbers, positions, how many, and positions of each text.

    The words ``ids`` are those of texts with ``counts`` words each. Most words are one token:
    ``known[word]`` is its number. For any other word it is 2**31 plus the index of the word in
    ``ends`` and ``advances``: its tokens are the next ones up to ``ends[index]``, with their
    ``numbers``, and their ``offsets``, which are positions counted from the word's own. The next
    word has a position ``advances[index]`` later. Raises ValueError for numbers that do not fit
    each other.
    """
    i: cython.Py_ssize_t
    j: cython.Py_ssize_t = 0
    k: cython.Py_ssize_t
    n: cython.Py_ssize_t = 0
    last: cython.Py_ssize_t
    first: cython.Py_ssize_t
    texts: cython.Py_ssize_t = len(counts)
    words: cython.Py_ssize_t = len(ids)
    known_count: cython.Py_ssize_t = len(known)
    others: cython.Py_ssize_t = len(ends)
    total: cython.ulonglong = 0
    position: cython.uint
    word: cython.uint
    other: cython.uint = 0x80000000
    before: cython.Py_ssize_t
    good: cython.bint = len(advances) == others and len(offsets) == len(numbers)
    if good:
        with cython.nogil:
            for i in range(texts):
                total += counts[i]
            good = total == cython.cast(cython.ulonglong, words)
            for i in range(others):
                if ends[i] < n or ends[i] > len(numbers):
                    good = False
                    break
                n = ends[i]
            if good:
                n = words
                for i in range(words):
                    if ids[i] >= known_count:
                        good = False
                        break
                    word = known[ids[i]]
                    if word >= other:
                        word -= other
                        if word >= others:
                            good = False
                            break
                        n += ends[word] - (ends[word - 1] if word > 0 else 0)
                        n -= 1
    if not good:
        raise ValueError("words, tokens and texts do not fit each other")
    found = array("I", bytes(4)) * n
    positions = array("I", bytes(4)) * n
    token_counts = array("I", bytes(4)) * texts
    lengths = array("I", bytes(4)) * texts
    if texts == 0:
        return found, positions, token_counts, lengths
    out: cython.uint[::1] = found
    out_positions: cython.uint[::1] = positions
    out_counts: cython.uint[::1] = token_counts
    out_lengths: cython.uint[::1] = lengths
    n = 0
    with cython.nogil:
        for i in range(texts):
            position = 0
            before = n
            last = j + counts[i]
            while j < last:
                word = known[ids[j]]
                j += 1
                if word < other:
                    out[n] = word
                    out_positions[n] = position
                    n += 1
                    position += 1
                    continue
                word -= other
                first = ends[word - 1] if word > 0 else 0
                for k in range(first, ends[word]):
                    out[n] = numbers[k]
                    out_positions[n] = position + offsets[k]
                    n += 1
                position += advances[word]
            out_counts[i] = cython.cast(cython.uint, n - before)
            out_lengths[i] = position
    return found, positions, token_counts, lengths
