"""Where words and phrases stand, given the tokens of a text that any of them has.

All are searched for at once, by the shift-and automaton of Baeza-Yates and Gonnet (A new approach
to text searching, CACM 35, 1992) for sparse states. Each word of each phrase has a slot, which
says where it was last reached; the paper has one bit of a long integer instead. A word that is
looked for alone is a phrase of one slot.
"""

from array import array

import cython

__all__ = ["Automaton"]

_TOKEN = cython.declare(cython.Py_ssize_t, 4)  # start, end, position, kind
_MATCH = cython.declare(cython.Py_ssize_t, 5)  # start, end, position, and which numbers are its


@cython.cclass
class Automaton:
    """Words and phrases, ready to be found. Any thread may use it."""

    _kind_ends: cython.const[cython.uint][::1]
    _kind_slots: cython.const[cython.uint][::1]
    _steps: cython.const[cython.uint][::1]
    _numbers: cython.const[cython.uint][::1]

    def __init__(
        self,
        kind_ends: cython.const[cython.uint][::1],
        kind_slots: cython.const[cython.uint][::1],
        steps: cython.const[cython.uint][::1],
        numbers: cython.const[cython.uint][::1],
    ):
        """Take the slots of all phrases, one phrase behind the other, the shorter phrases first.

        ``steps`` has the index of each slot in its phrase. ``numbers`` has the number of the phrase
        plus 1 for the last slot of a phrase, else 0. A token of kind k has the slots
        ``kind_slots[kind_ends[k - 1]:kind_ends[k]]``. Raises ValueError for arrays that do not fit
        together.
        """
        i: cython.Py_ssize_t
        before: cython.uint = 0
        for i in range(len(kind_ends)):
            if kind_ends[i] < before:
                raise ValueError("the kinds are not in order")
            before = kind_ends[i]
        if before != len(kind_slots) or len(numbers) != len(steps):
            raise ValueError("there are not as many slots as the kinds have")
        for i in range(len(kind_slots)):
            if kind_slots[i] >= len(steps):
                raise ValueError("a kind has a slot that is not there")
        for i in range(len(steps)):
            if steps[i] > 0 and (i == 0 or steps[i] != steps[i - 1] + 1 or numbers[i - 1] > 0):
                raise ValueError("the slots of a phrase are not in order")
        self._kind_ends = kind_ends
        self._kind_slots = kind_slots
        self._steps = steps
        self._numbers = numbers

    def find(self, tokens: cython.const[cython.longlong][::1]):
        """Return the matches, sorted, and the numbers of what was found in them.

        ``tokens`` has rows of start, end, position and kind, in the order of the text. A match is a
        row of start, end, position, and where its numbers begin and end: ``array('q')`` and
        ``array('I')``. Phrases that end at one position are one match, from the start of the first
        token of the longest one to the end of the last. Raises ValueError for what are no tokens.
        """
        kind_ends: cython.const[cython.uint][::1] = self._kind_ends
        kind_slots: cython.const[cython.uint][::1] = self._kind_slots
        steps: cython.const[cython.uint][::1] = self._steps
        numbers: cython.const[cython.uint][::1] = self._numbers
        n: cython.Py_ssize_t = len(tokens) // _TOKEN
        i: cython.Py_ssize_t
        j: cython.Py_ssize_t
        p: cython.Py_ssize_t
        k: cython.Py_ssize_t
        begin: cython.Py_ssize_t = 0  # the tokens of one position
        end: cython.Py_ssize_t
        group: cython.Py_ssize_t = 2  # the number of that position; gaps count
        g: cython.Py_ssize_t = 0  # and without gaps
        first: cython.Py_ssize_t
        m: cython.Py_ssize_t = 0
        used: cython.Py_ssize_t = 0
        highest: cython.Py_ssize_t
        begins: cython.bint
        ends: cython.bint
        start: cython.longlong
        stop: cython.longlong
        position: cython.longlong
        here: cython.longlong = -2
        if len(tokens) != _TOKEN * n:
            raise ValueError("a token has four numbers")
        for i in range(n):
            k = tokens[_TOKEN * i + 3]
            if k < 0 or k >= len(kind_ends):
                raise ValueError("a token is of no kind")
            used += kind_ends[k] - (kind_ends[k - 1] if k > 0 else 0)
        found = array("q", bytes(8 * _MATCH * n))
        ended = array("I", bytes(4 * used))
        if n == 0:
            return found, ended
        rows: cython.longlong[::1] = found
        out: cython.uint[::1] = ended
        # Where each slot was last reached, and the time before; where the tokens of each position
        # begin
        last: cython.longlong[::1] = array("q", bytes(8 * (2 * len(steps) + n + 1)))
        earlier: cython.Py_ssize_t = len(steps)
        groups: cython.Py_ssize_t = 2 * len(steps)
        used = 0
        with cython.nogil:
            while begin < n:
                position = tokens[_TOKEN * begin + 2]
                end = begin + 1
                while end < n and tokens[_TOKEN * end + 2] == position:
                    end += 1
                group += 1 if position == here + 1 else 2
                here = position
                last[groups + g] = begin
                last[groups + g + 1] = end
                highest = -1
                first = used
                for i in range(begin, end):
                    k = tokens[_TOKEN * i + 3]
                    for j in range(kind_ends[k - 1] if k > 0 else 0, kind_ends[k]):
                        p = kind_slots[j]
                        if last[p] == group or not (
                            steps[p] == 0
                            or last[p - 1] == group - 1
                            or (last[p - 1] == group and last[earlier + p - 1] == group - 1)
                        ):
                            continue
                        last[earlier + p] = last[p]
                        last[p] = group
                        if numbers[p] > 0:
                            out[used] = numbers[p] - 1
                            used += 1
                            highest = max(highest, p)
                if highest >= 0:
                    # From the first token that can begin it to the end of the last that can end it
                    start = -1
                    stop = -1
                    position = -1
                    k = g - steps[highest]
                    for i in range(last[groups + k], last[groups + k + 1]):
                        begins = False
                        p = tokens[_TOKEN * i + 3]
                        for j in range(kind_ends[p - 1] if p > 0 else 0, kind_ends[p]):
                            if steps[highest] > 0:
                                begins = begins or kind_slots[j] == highest - steps[highest]
                            else:
                                begins = begins or (
                                    numbers[kind_slots[j]] > 0 and last[kind_slots[j]] == group
                                )
                        if begins:
                            if position < 0:
                                position = tokens[_TOKEN * i + 2]
                                start = tokens[_TOKEN * i]
                            start = min(start, tokens[_TOKEN * i])
                    for i in range(begin, end):
                        ends = False
                        p = tokens[_TOKEN * i + 3]
                        for j in range(kind_ends[p - 1] if p > 0 else 0, kind_ends[p]):
                            ends = ends or (
                                numbers[kind_slots[j]] > 0 and last[kind_slots[j]] == group
                            )
                        if ends:
                            stop = max(stop, tokens[_TOKEN * i + 1])
                    # Few stand before one that was found earlier.
                    j = m
                    while j > 0 and (
                        rows[_MATCH * (j - 1)] > start
                        or (rows[_MATCH * (j - 1)] == start and rows[_MATCH * (j - 1) + 1] > stop)
                        or (
                            rows[_MATCH * (j - 1)] == start
                            and rows[_MATCH * (j - 1) + 1] == stop
                            and rows[_MATCH * (j - 1) + 2] > position
                        )
                    ):
                        for i in range(_MATCH * j, _MATCH * (j + 1)):
                            rows[i] = rows[i - _MATCH]
                        j -= 1
                    rows[_MATCH * j] = start
                    rows[_MATCH * j + 1] = stop
                    rows[_MATCH * j + 2] = position
                    rows[_MATCH * j + 3] = first
                    rows[_MATCH * j + 4] = used
                    m += 1
                begin = end
                g += 1
        return (
            found if m == n else found[: _MATCH * m],
            ended if used == len(out) else ended[:used],
        )
