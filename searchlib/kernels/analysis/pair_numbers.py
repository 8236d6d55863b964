"""Numbers for pairs of a term and a word, as they come."""

from array import array

import cython

if cython.compiled:
    from cython.cimports.searchlib.kernels.hash_slots import (
        copy_slots,
        empty_hash,
        first_slot,
        hash_byte,
    )
else:
    from searchlib.kernels.hash_slots import copy_slots, empty_hash, first_slot, hash_byte

__all__ = ["PairNumbers"]

_MOST_PAIRS = 1 << 30
_MOST_BYTES = 1 << 40


@cython.cclass
class PairNumbers:
    """Numbers for pairs of a term and a word, 0, 1, 2, ... in the order of their first appearance.

    For one thread at a time. Neither may have a zero in it.
    """

    # Of each pair its hash (32 bits) and its number + 1 (32), or 0; at most half of them are taken.
    _slots: object
    _ends: object  # where each pair's bytes end
    _bytes: object  # term, 0, word, 0 of each
    _count: cython.Py_ssize_t

    def __init__(self):
        self._slots = array("Q", bytes(8 * 4096))
        self._ends = array("Q", bytes(8 * 2048))
        self._bytes = array("B", bytes(1 << 15))
        self._count = 0

    def __len__(self):
        return self._count

    def number_all(
        self,
        terms: cython.const[cython.uchar][::1],
        term_ends: cython.const[cython.ulonglong][::1],
        words: cython.const[cython.uchar][::1],
        word_ends: cython.const[cython.ulonglong][::1],
    ):
        """Return the number of each pair, the next ones to those that are new.

        The terms stand one behind the other, and ``term_ends`` says where each ends; so do the
        words. Raises ValueError for ends that do not fit.
        """
        count: cython.Py_ssize_t = len(term_ends)
        known: cython.Py_ssize_t = self._count
        used: cython.Py_ssize_t = self._ends[known - 1] if known else 0
        i: cython.Py_ssize_t
        j: cython.Py_ssize_t
        k: cython.Py_ssize_t
        m: cython.Py_ssize_t
        term: cython.ulonglong = 0  # where they begin
        word: cython.ulonglong = 0
        terms_size: cython.ulonglong = len(terms)
        words_size: cython.ulonglong = len(words)
        at: cython.ulonglong
        h: cython.ulonglong
        slot: cython.ulonglong
        mask: cython.ulonglong
        entry: cython.ulonglong
        low: cython.ulonglong = 0xFFFFFFFF
        good: cython.bint = len(word_ends) == count
        if good:
            for i in range(count):
                if (
                    term_ends[i] < term
                    or term_ends[i] > terms_size
                    or word_ends[i] < word
                    or word_ends[i] > words_size
                ):
                    good = False
                    break
                term = term_ends[i]
                word = word_ends[i]
        if not good:
            raise ValueError("the ends do not fit the terms and words")
        numbers = array("I", bytes(4)) * count
        if count == 0:
            return numbers
        self._reserve(known + count, used + len(terms) + len(words) + 2 * count)
        out: cython.uint[::1] = numbers
        slots: cython.ulonglong[::1] = self._slots
        ends: cython.ulonglong[::1] = self._ends
        names: cython.uchar[::1] = self._bytes
        mask = len(slots) - 1
        term = word = 0
        with cython.nogil:
            for i in range(count):
                # The pair is put behind all others; a new one stays there.
                m = used
                h = empty_hash()
                for at in range(term, term_ends[i]):
                    names[m] = terms[at]
                    h = hash_byte(h, terms[at])
                    m += 1
                names[m] = 0
                h = hash_byte(h, 0)
                m += 1
                for at in range(word, word_ends[i]):
                    names[m] = words[at]
                    h = hash_byte(h, words[at])
                    m += 1
                names[m] = 0
                m += 1 - used
                term = term_ends[i]
                word = word_ends[i]
                slot = first_slot(h, mask)
                while True:
                    entry = slots[slot]
                    if entry == 0:
                        slots[slot] = (h << 32) | cython.cast(cython.ulonglong, known + 1)
                        used += m
                        ends[known] = used
                        j = known
                        known += 1
                        break
                    if (entry >> 32) == h:
                        j = cython.cast(cython.Py_ssize_t, entry & low) - 1
                        k = cython.cast(cython.Py_ssize_t, ends[j - 1]) if j > 0 else 0
                        if cython.cast(cython.Py_ssize_t, ends[j]) - k == m:
                            at = 0
                            while at < m and names[k + at] == names[used + at]:
                                at += 1
                            if at == m:
                                break
                    slot = (slot + 1) & mask
                out[i] = cython.cast(cython.uint, j)
        self._count = known
        return numbers

    @cython.cfunc
    def _reserve(self, pairs: cython.Py_ssize_t, size: cython.Py_ssize_t):
        """Make room for ``pairs`` in all, and for ``size`` bytes of them."""
        room: cython.Py_ssize_t = len(self._ends)
        if pairs >= _MOST_PAIRS or size > _MOST_BYTES:
            raise OverflowError("there are too many pairs of term and word")
        if size > len(self._bytes):
            more = max(size - len(self._bytes), len(self._bytes))
            self._bytes = self._bytes + array("B", bytes(1)) * more
        if pairs <= room:
            return
        while room < pairs:
            room *= 2
        ends = self._ends + array("Q", bytes(8)) * (room - len(self._ends))
        grown = array("Q", bytes(8)) * (2 * room)
        old: cython.ulonglong[::1] = self._slots
        new: cython.ulonglong[::1] = grown
        with cython.nogil:
            copy_slots(old, new)
        self._ends = ends
        self._slots = grown

    def names(self, numbers: cython.const[cython.uint][::1]):
        """Return term, 0, word, 0 of each of ``numbers``, one behind the other.

        Raises ValueError for a number that no pair has.
        """
        i: cython.Py_ssize_t
        at: cython.ulonglong
        n: cython.Py_ssize_t = 0
        count: cython.Py_ssize_t = self._count
        total: cython.ulonglong = 0
        good: cython.bint = True
        ends: cython.ulonglong[::1] = self._ends
        kept: cython.uchar[::1] = self._bytes
        with cython.nogil:
            for i in range(len(numbers)):
                if numbers[i] >= count:
                    good = False
                    break
                total += ends[numbers[i]]
                if numbers[i] > 0:
                    total -= ends[numbers[i] - 1]
        if not good:
            raise ValueError("there is no pair of this number")
        found = bytearray(total)
        out: cython.uchar[::1] = found
        with cython.nogil:
            for i in range(len(numbers)):
                at = ends[numbers[i] - 1] if numbers[i] > 0 else 0
                while at < ends[numbers[i]]:
                    out[n] = kept[at]
                    n += 1
                    at += 1
        return bytes(found)
