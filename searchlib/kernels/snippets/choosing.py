"""The passages of one field that show most of what was looked for in it.

A passage is worth the weight of the different things found in it. What an earlier passage has shown
counts half, and where the field has not been shown at all, everything counts double, so that a
reader sees that the caption matches too. Of equal ones, that is better whose words stand nearer to
each other, and then the earlier.
"""

from array import array

import cython

__all__ = ["Choice"]

# The columns of an item: what has to be shown with a match, from where to where; the group: items
# of one may stand in one passage if there is room, and below 0 are parts of a sentence that is too
# long to be shown whole; the match's position; which numbers are its; its sentence.
_ITEM = cython.declare(cython.Py_ssize_t, 8)
_NEW_FIELD = cython.declare(cython.longlong, 2)


@cython.cclass
class Choice:
    """The passages still to be had, and what has been shown. For one thread at a time.

    Each choice costs time linear in the number of items.
    """

    _items: cython.longlong[::1]  # those that no passage shown has a part of
    _numbers: cython.const[cython.uint][::1]
    _weights: cython.const[cython.longlong][::1]
    _max_chars: cython.Py_ssize_t
    _length: cython.Py_ssize_t  # how many items are left
    # For each number whether it was shown, in how many items it is just now, and its latest stamp
    _states: cython.ulonglong[::1]
    _spans: list
    # The best one: its first item, from where to where, and the weight of its numbers, which are
    # those with this stamp
    _first: cython.Py_ssize_t
    _start: cython.longlong
    _end: cython.longlong
    _weight: cython.longlong
    _stamp: cython.ulonglong

    def __init__(
        self,
        items: cython.longlong[::1],
        numbers: cython.const[cython.uint][::1],
        weights: cython.const[cython.longlong][::1],
        max_chars: cython.Py_ssize_t,
    ):
        """Take items, which are sorted by start, the numbers of their matches, and their weights.

        The items are changed. Raises ValueError for numbers that are not there.
        """
        i: cython.Py_ssize_t
        n: cython.Py_ssize_t = len(items) // _ITEM
        if len(items) != _ITEM * n:
            raise ValueError("an item has eight numbers")
        for i in range(n):
            if not 0 <= items[_ITEM * i + 4] <= items[_ITEM * i + 5] <= len(numbers):
                raise ValueError("an item has numbers that are not there")
        for i in range(len(numbers)):
            if numbers[i] >= len(weights):
                raise ValueError("a number has no weight")
        self._items = items
        self._numbers = numbers
        self._weights = weights
        self._max_chars = max_chars
        self._length = n
        self._states = array("Q", bytes(24 * len(weights)))
        self._stamp = 0
        self._spans = []
        self._first = -1
        self._start = self._end = self._weight = 0

    def best(self, least_weight: cython.double):
        """Find the best passage left; one with nothing new must weigh ``least_weight``.

        Return its rank, None if there is none: what it is worth, and minus the number of words from
        its first match to its last. Of two, the one with the greater rank is better.
        """
        items: cython.longlong[::1] = self._items
        numbers: cython.const[cython.uint][::1] = self._numbers
        weights: cython.const[cython.longlong][::1] = self._weights
        states: cython.ulonglong[::1] = self._states
        size: cython.Py_ssize_t = 0  # how many numbers the items from ``index`` up to ``end`` have
        new: cython.Py_ssize_t = 0  # those of them that have not been shown
        weight: cython.longlong = 0
        new_weight: cython.longlong = 0
        factor: cython.longlong = 1 if self._spans else _NEW_FIELD
        latest: cython.longlong
        gain: cython.longlong
        words: cython.longlong
        best_gain: cython.longlong = 0
        best_words: cython.longlong = 0
        number: cython.Py_ssize_t
        index: cython.Py_ssize_t
        end: cython.Py_ssize_t = 0
        best: cython.Py_ssize_t = -1
        best_size: cython.Py_ssize_t = 0
        i: cython.Py_ssize_t
        j: cython.Py_ssize_t
        k: cython.Py_ssize_t
        again: cython.bint
        self._first = -1
        with cython.nogil:
            for index in range(self._length):
                i = _ITEM * index
                latest = items[i] + self._max_chars
                while end < self._length:
                    j = _ITEM * end
                    if end != index and (items[j + 2] != items[i + 2] or items[j + 1] > latest):
                        break
                    for k in range(items[j + 4], items[j + 5]):
                        number = numbers[k]
                        if states[3 * number + 1] == 0:
                            size += 1
                            weight += weights[number]
                            if states[3 * number] == 0:
                                new += 1
                                new_weight += weights[number]
                        states[3 * number + 1] += 1
                    end += 1
                # New weight and, of all the weight, half: in halves, so as to stay with integers
                gain = factor * (new_weight + weight)
                # Where each of its own is found again, what begins with the next item shows the
                # same in less room.
                again = size > items[i + 5] - items[i + 4]
                for j in range(items[i + 4], items[i + 5]):
                    again = again and states[3 * numbers[j] + 1] > 1
                if (
                    not again
                    and (new > 0 or weight >= least_weight)
                    and (best < 0 or gain > best_gain or (gain == best_gain and best_words > 0))
                ):
                    words = self._shortest(index, size)
                    if best < 0 or gain > best_gain or words < best_words:
                        best = index
                        best_size = size
                        best_gain = gain
                        best_words = words
                for j in range(items[i + 4], items[i + 5]):
                    number = numbers[j]
                    states[3 * number + 1] -= 1
                    if states[3 * number + 1] == 0:
                        size -= 1
                        weight -= weights[number]
                        if states[3 * number] == 0:
                            new -= 1
                            new_weight -= weights[number]
        if best < 0:
            return None
        self._shortest(best, best_size)
        self._first = best
        return best_gain, -best_words

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _shortest(self, index: cython.Py_ssize_t, size: cython.Py_ssize_t) -> cython.longlong:
        """Find the shortest passage from item ``index`` on that has ``size`` numbers.

        Return the number of words from its first match to its last.
        """
        items: cython.longlong[::1] = self._items
        i: cython.Py_ssize_t
        j: cython.Py_ssize_t
        number: cython.Py_ssize_t
        found: cython.Py_ssize_t = 0
        before: cython.Py_ssize_t
        first: cython.longlong = items[_ITEM * index + 3]
        last: cython.longlong = first
        self._stamp += 1
        self._start = items[_ITEM * index]
        self._end = items[_ITEM * index + 1]
        self._weight = 0
        for i in range(index, self._length):
            before = found
            for j in range(items[_ITEM * i + 4], items[_ITEM * i + 5]):
                number = self._numbers[j]
                if self._states[3 * number + 2] != self._stamp:
                    self._states[3 * number + 2] = self._stamp
                    self._weight += self._weights[number]
                    found += 1
            if found > before:
                self._end = max(self._end, items[_ITEM * i + 1])
                last = items[_ITEM * i + 3]
            if found >= size:
                break
        return last - first

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _weight_of(self, index: cython.Py_ssize_t) -> cython.longlong:
        items: cython.longlong[::1] = self._items
        weight: cython.longlong = 0
        j: cython.Py_ssize_t
        for j in range(items[_ITEM * index + 4], items[_ITEM * index + 5]):
            weight += self._weights[self._numbers[j]]
        return weight

    def weight(self):
        """Return the weight of what is in the best passage."""
        return self._weight

    def core(self):
        """Return the best passage, its group and its sentence, each of the spans as a pair.

        Matches next to it that weigh half as much or more are in it, if there is room. ValueError
        if best() has found none.
        """
        items: cython.longlong[::1] = self._items
        first: cython.Py_ssize_t = _ITEM * self._first
        i: cython.Py_ssize_t
        index: cython.Py_ssize_t
        start: cython.longlong = self._start
        end: cython.longlong = self._end
        if self._first < 0:
            raise ValueError("there is no passage")
        for index in range(self._first + 1, self._length):
            i = _ITEM * index
            if items[i + 2] != items[first + 2] or items[i + 1] - items[first] > self._max_chars:
                break
            if items[i + 1] > end and 2 * self._weight_of(index) >= self._weight:
                end = items[i + 1]
        for index in range(self._first - 1, -1, -1):
            i = _ITEM * index
            if (
                items[i + 2] != items[first + 2]
                or items[first + 1] - items[i] > self._max_chars
                or end - items[i] > self._max_chars
            ):
                break
            if items[i] < start and 2 * self._weight_of(index) >= self._weight:
                start = items[i]
        return (start, end), items[first + 2], (items[first + 6], items[first + 7])

    def free(self, core: tuple, sentence: tuple):
        """Return the part of ``sentence`` around ``core`` of which nothing has been shown."""
        start, end = sentence
        for first, last in self._spans:
            if last <= core[0]:
                start = max(start, last)
            if first >= core[1]:
                end = min(end, first)
        return start, end

    def uncut(self, core: tuple, free: tuple, span: tuple):
        """Return the part of ``free`` in which there is no half of a match that ``span`` cuts."""
        items: cython.longlong[::1] = self._items
        core_start: cython.longlong
        core_end: cython.longlong
        start: cython.longlong
        end: cython.longlong
        span_start: cython.longlong
        span_end: cython.longlong
        i: cython.Py_ssize_t
        core_start, core_end = core
        start, end = free
        span_start, span_end = span
        for i in range(0, _ITEM * self._length, _ITEM):
            if items[i] < span_start < items[i + 1] <= core_start:
                start = max(start, items[i + 1])
            if core_end <= items[i] < span_end < items[i + 1]:
                end = min(end, items[i])
        return start, end

    def show(self, start: cython.longlong, end: cython.longlong):
        """Say that the best passage is shown, and from where to where. Its items are gone then."""
        items: cython.longlong[::1] = self._items
        i: cython.Py_ssize_t
        j: cython.Py_ssize_t
        n: cython.Py_ssize_t = 0
        if self._first < 0:
            raise ValueError("there is no passage")
        for i in range(len(self._weights)):
            if self._states[3 * i + 2] == self._stamp:
                self._states[3 * i] = 1
        for i in range(0, _ITEM * self._length, _ITEM):
            if items[i + 1] <= start or items[i] >= end:
                for j in range(_ITEM):
                    items[n + j] = items[i + j]
                n += _ITEM
        self._length = n // _ITEM
        self._spans.append((start, end))
        self._first = -1
