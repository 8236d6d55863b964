"""Write and search sorted keys, whose bytes segment/sorted_table.py describes.

Nothing in the bytes is trusted: no number is read, and no length followed, beyond their end.
"""

from array import array

import cython

if cython.compiled:
    from cython.cimports.searchlib.kernels.byte_keys import shared_length
    from cython.cimports.searchlib.kernels.varints import (
        LONG_VARINT,
        after_varint,
        put_varint,
        read_varint,
    )
else:
    from searchlib.kernels.byte_keys import shared_length
    from searchlib.kernels.varints import LONG_VARINT, after_varint, put_varint, read_varint

__all__ = ["decode", "encode", "find", "find_all"]

_BLOCK_KEYS = cython.declare(cython.Py_ssize_t, 16)
_MOST_BYTES = cython.declare(cython.Py_ssize_t, 1 << 20)
_DAMAGED = "the table is damaged"


def encode(
    keys: cython.const[cython.uchar][::1],
    ends: cython.const[cython.ulonglong][::1],
    firsts: cython.const[cython.ulonglong][::1],
    seconds: cython.const[cython.ulonglong][::1],
):
    """Return the bytes of a table (a bytearray) and where its blocks begin (``array('I')``).

    ``ends`` says where in ``keys`` each key ends. Raises ValueError for keys that do not strictly
    increase, for numbers of more than 63 bits, and for a table of more than 4 GB.
    """
    count: cython.Py_ssize_t = len(ends)
    size: cython.ulonglong = len(keys)
    i: cython.Py_ssize_t
    j: cython.ulonglong
    at: cython.Py_ssize_t = 0
    start: cython.ulonglong = 0
    before: cython.ulonglong = 0
    shared: cython.ulonglong
    limit: cython.Py_ssize_t = 0xFFFFFFFF
    good: cython.bint = True
    if not count == len(firsts) == len(seconds):
        raise ValueError("there must be as many values as keys")
    data = bytearray(len(keys) + 40 * count + 1)
    blocks = array("I", bytes(4 * (count // _BLOCK_KEYS + 1)))
    out: cython.uchar[::1] = data
    out_blocks: cython.uint[::1] = blocks
    with cython.nogil:
        for i in range(count):
            if (
                ends[i] < start or ends[i] > size or at > limit
                or (firsts[i] | seconds[i]) >> 63 > 0
            ):  # fmt: skip
                good = False
                break
            shared = 0
            while (
                before + shared < start
                and start + shared < ends[i]
                and keys[before + shared] == keys[start + shared]
            ):
                shared += 1
            if i > 0 and (
                start + shared == ends[i]
                or (before + shared < start and keys[before + shared] > keys[start + shared])
            ):
                good = False
                break
            if i % _BLOCK_KEYS == 0:
                out_blocks[i // _BLOCK_KEYS] = cython.cast(cython.uint, at)
                shared = 0
            at = put_varint(out, at, shared)
            at = put_varint(out, at, ends[i] - start - shared)
            for j in range(start + shared, ends[i]):
                out[at] = keys[j]
                at += 1
            at = put_varint(out, at, firsts[i])
            at = put_varint(out, at, seconds[i])
            before = start
            start = ends[i]
    if not good:
        raise ValueError("keys must strictly increase, numbers have 63 bits, a table has 4 GB")
    del out
    del data[at:]
    return data, blocks[: (count + _BLOCK_KEYS - 1) // _BLOCK_KEYS]


def find(
    data: cython.const[cython.uchar][::1],
    blocks: cython.const[cython.uint][::1],
    key: cython.const[cython.uchar][::1],
):
    """Return the two values of ``key``, and the number of the block where it is or would be.

    The values are -1 where it is not. Raises ValueError for bytes that no table has. Costs a binary
    search over the blocks and a walk through one of them.
    """
    size: cython.Py_ssize_t = len(data)
    key_size: cython.Py_ssize_t = len(key)
    low: cython.Py_ssize_t = 0
    high: cython.Py_ssize_t = len(blocks)
    middle: cython.Py_ssize_t
    at: cython.Py_ssize_t = 0
    end: cython.Py_ssize_t = 0
    length: cython.longlong
    shared: cython.longlong
    first: cython.longlong = -1
    second: cython.longlong = -1
    equal: cython.Py_ssize_t
    matched: cython.Py_ssize_t = 0
    found: cython.bint = False
    good: cython.bint = True
    with cython.nogil:
        while low < high:
            middle = (low + high) // 2
            at = after_varint(data, blocks[middle], size)
            length = read_varint(data, at, size, LONG_VARINT)
            at = after_varint(data, at, size)
            if length < 0 or at > size or length > size - at:
                good = False
                break
            equal = shared_length(data, at, length, key, 0, key_size)
            # Is the first key of the block greater than the one looked for?
            if equal < length and (equal == key_size or data[at + equal] > key[equal]):
                high = middle
            else:
                low = middle + 1
        if good and low > 0:
            at = blocks[low - 1]
            end = blocks[low] if low < len(blocks) else size
            if end > size:
                good = False
            # ``matched`` bytes of the key before equal those of the one looked for: one that shares
            # more with it is less too, and one that shares less is greater.
            while good and at < end:
                shared = read_varint(data, at, end, LONG_VARINT)
                at = after_varint(data, at, end)
                length = read_varint(data, at, end, LONG_VARINT)
                at = after_varint(data, at, end)
                if shared < 0 or length < 0 or at > end or length > end - at:
                    good = False
                    break
                if shared < matched:
                    break
                if shared == matched:
                    equal = shared_length(data, at, length, key, matched, key_size)
                    matched += equal
                    found = matched == key_size and equal == length
                    if not found and (
                        matched == key_size or (equal < length and data[at + equal] > key[matched])
                    ):
                        break
                at += length
                first = read_varint(data, at, end, LONG_VARINT)
                at = after_varint(data, at, end)
                second = read_varint(data, at, end, LONG_VARINT)
                at = after_varint(data, at, end)
                if first < 0 or second < 0:
                    good = False
                    break
                if found:
                    break
    if not good:
        raise ValueError(_DAMAGED)
    if not found:
        return -1, -1, max(low - 1, 0)
    return first, second, low - 1


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _begins_after(
    data: cython.const[cython.uchar][::1],
    at: cython.Py_ssize_t,
    keys: cython.const[cython.uchar][::1],
    start: cython.Py_ssize_t,
    end: cython.Py_ssize_t,
) -> cython.int:
    """Tell whether the first key of the block at ``at`` is above a key; -1 for damage."""
    size: cython.Py_ssize_t = len(data)
    length: cython.longlong
    i: cython.Py_ssize_t
    at = after_varint(data, at, size)
    length = read_varint(data, at, size, LONG_VARINT)
    at = after_varint(data, at, size)
    if length < 0 or at > size or length > size - at:
        return -1
    i = shared_length(data, at, length, keys, start, end)
    if i == length:
        return 0
    return start + i == end or data[at + i] > keys[start + i]


def find_all(
    data: cython.const[cython.uchar][::1],
    blocks: cython.const[cython.uint][::1],
    keys: cython.const[cython.uchar][::1],
    ends: cython.const[cython.ulonglong][::1],
    room: cython.Py_ssize_t,
):
    """Return the values of each entry of a table whose key up to its first zero is a wanted one.

    ``keys`` are joined, without zeros, and strictly increase; ``ends`` says where each ends.
    Returns how many entries there are, and the values of the first ``room`` of them, first << 32 |
    second, ``array('Q')``.
    Raises ValueError for bytes that no table has, and values of more than 32 bits. Costs 100 ns for
    each key where they are side by side.
    """
    size: cython.Py_ssize_t = len(data)
    count: cython.Py_ssize_t = len(blocks)
    wanted: cython.Py_ssize_t = len(ends)
    keys_size: cython.ulonglong = len(keys)
    k: cython.Py_ssize_t
    start: cython.Py_ssize_t = 0
    end: cython.Py_ssize_t
    block: cython.Py_ssize_t = 0
    low: cython.Py_ssize_t
    high: cython.Py_ssize_t
    middle: cython.Py_ssize_t
    step: cython.Py_ssize_t
    at: cython.Py_ssize_t
    i: cython.Py_ssize_t
    key_size: cython.Py_ssize_t
    matched: cython.Py_ssize_t
    shared: cython.longlong
    length: cython.longlong
    first: cython.longlong
    second: cython.longlong
    found: cython.Py_ssize_t = 0
    above: cython.int
    good: cython.bint = room >= 0
    values = array("Q", bytes(8 * max(room, 1)))
    out: cython.ulonglong[::1] = values
    with cython.nogil:
        for k in range(wanted):
            if not good or count == 0:
                break
            if ends[k] < cython.cast(cython.ulonglong, start) or ends[k] > keys_size:
                good = False
                break
            end = ends[k]
            # The last block that does not begin above the key: it is most often this one.
            low = block
            step = 1
            above = 0
            while low + step < count:
                above = _begins_after(data, blocks[low + step], keys, start, end)
                if above != 0:
                    break
                low += step
                step *= 2
            high = min(low + step, count)
            while above >= 0 and high - low > 1:
                middle = (low + high) >> 1
                above = _begins_after(data, blocks[middle], keys, start, end)
                if above > 0:
                    high = middle
                elif above == 0:
                    low = middle
            if above < 0:
                good = False
                break
            block = low
            at = blocks[block]
            # ``matched`` bytes of the key before equal those of the wanted one.
            matched = 0
            key_size = end - start
            while at < size:
                shared = read_varint(data, at, size, LONG_VARINT)
                at = after_varint(data, at, size)
                length = read_varint(data, at, size, LONG_VARINT)
                at = after_varint(data, at, size)
                if shared < 0 or length < 0 or at > size or length > size - at:
                    good = False
                    break
                i = 0
                if shared <= matched:
                    # One that shares less than all is above it, but for the first of a block.
                    if shared < matched and shared > 0:
                        break
                    matched = shared
                    i = shared_length(data, at, length, keys, start + matched, end)
                    matched += i
                    if matched < key_size and i < length and data[at + i] > keys[start + matched]:
                        break
                first = read_varint(data, at + length, size, LONG_VARINT)
                middle = after_varint(data, at + length, size)
                second = read_varint(data, middle, size, LONG_VARINT)
                middle = after_varint(data, middle, size)
                if first < 0 or second < 0:
                    good = False
                    break
                if matched == key_size:
                    if shared <= key_size and i < length and data[at + i] != 0:
                        break
                    if first >> 32 > 0 or second >> 32 > 0:
                        good = False
                        break
                    if found < room:
                        out[found] = cython.cast(cython.ulonglong, first) << 32 | second
                    found += 1
                at = middle
            start = end
    if not good:
        raise ValueError(_DAMAGED)
    return found, values[: min(found, room)]


def decode(
    data: cython.const[cython.uchar][::1], start: cython.Py_ssize_t, most: cython.Py_ssize_t
):
    """Return up to ``most`` entries, from the block at ``start`` on, and where the next block is.

    The keys joined, where each ends, and the values (``array('Q')``). After 1 MB of keys the block
    is the last. Raises ValueError for bytes that no table has.
    """
    size: cython.Py_ssize_t = len(data)
    at: cython.Py_ssize_t = start
    i: cython.Py_ssize_t
    j: cython.longlong
    count: cython.Py_ssize_t = 0
    total: cython.Py_ssize_t = 0
    shared: cython.longlong
    length: cython.longlong
    key_size: cython.longlong = 0
    before: cython.Py_ssize_t = 0
    good: cython.bint = 0 <= start <= size
    if good:
        with cython.nogil:
            while at < size and count < most:
                if total >= _MOST_BYTES and count % _BLOCK_KEYS == 0:
                    break
                shared = read_varint(data, at, size, LONG_VARINT)
                at = after_varint(data, at, size)
                length = read_varint(data, at, size, LONG_VARINT)
                at = after_varint(data, at, size)
                if (
                    shared < 0 or length < 0 or shared > key_size or at > size
                    or length > size - at
                ):  # fmt: skip
                    good = False
                    break
                key_size = shared + length
                total += key_size
                at += length
                for _i in range(2):
                    if read_varint(data, at, size, LONG_VARINT) < 0:
                        good = False
                    at = after_varint(data, at, size)
                if not good:
                    break
                count += 1
    if not good:
        raise ValueError(_DAMAGED)
    keys_array = bytearray(total)
    ends_array = array("Q", bytes(8)) * count
    firsts_array, seconds_array = array("Q", bytes(8)) * count, array("Q", bytes(8)) * count
    if count == 0:
        return b"", ends_array, firsts_array, seconds_array, at
    keys: cython.uchar[::1] = keys_array
    ends: cython.ulonglong[::1] = ends_array
    firsts: cython.ulonglong[::1] = firsts_array
    seconds: cython.ulonglong[::1] = seconds_array
    at = start
    total = 0
    with cython.nogil:
        for i in range(count):
            shared = read_varint(data, at, size, LONG_VARINT)
            at = after_varint(data, at, size)
            length = read_varint(data, at, size, LONG_VARINT)
            at = after_varint(data, at, size)
            for j in range(shared):
                keys[total + j] = keys[before + j]
            for j in range(length):
                keys[total + shared + j] = data[at + j]
            before = total
            total += shared + length
            ends[i] = total
            at += length
            firsts[i] = read_varint(data, at, size, LONG_VARINT)
            at = after_varint(data, at, size)
            seconds[i] = read_varint(data, at, size, LONG_VARINT)
            at = after_varint(data, at, size)
    return bytes(keys_array), ends_array, firsts_array, seconds_array, at
