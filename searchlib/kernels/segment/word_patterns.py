"""Find the words of a dictionary that a pattern matches; segment/word_patterns.py says what one is.

The keys of a sorted table (segment/sorted_table.py) are read in their order, and the state of the
pattern after each code point is kept, so that only what a key does not share with the one before is
stepped through. Where a state is dead, nothing that begins so can match: the next letter that lives
there is asked for, or above it the next, and a search over the first keys of the blocks leads to
where it may begin. A literal beginning is found so as well.

A state is a set of positions in the pattern. If mistakes are allowed, it is the bits of Wu and
Manber (Fast text searching allowing errors, CACM 35, 1992), and those of Hyyrö (2003) for two
letters exchanged. Each state that was met has a number, and its next state for a kind of letter is
worked out once: this is a deterministic automaton of what the dictionary needs. Its size is
bounded; beyond that every step is worked out each time.

Nothing in the table is trusted: no number is read, and no length followed, beyond its end.
"""

from array import array

import cython

if cython.compiled:
    from cython.cimports.searchlib.kernels.varints import LONG_VARINT, after_varint, read_varint
else:
    from searchlib.kernels.varints import LONG_VARINT, after_varint, read_varint

__all__ = ["counts", "match"]

_ALL = cython.declare(cython.ulonglong, 0xFFFFFFFFFFFFFFFF)
_ONE = cython.declare(cython.ulonglong, 1)
_HASH = cython.declare(cython.ulonglong, 0x9E3779B97F4A7C15)
_MOST_WIDTH = cython.declare(cython.Py_ssize_t, 5)
_MOST_STATES = cython.declare(cython.Py_ssize_t, 2048)
_MOST_STEPS = cython.declare(cython.Py_ssize_t, 16384)
_SLOTS = cython.declare(cython.Py_ssize_t, 4096)  # twice the states
_DEAD = cython.declare(cython.int, 1)  # 0 is a step that was not taken yet
_NO_NUMBER = cython.declare(cython.int, -1)
_HIGH = cython.declare(cython.longlong, 128)
# Why a run over the table stopped.
_DONE = cython.declare(cython.int, 0)
_DAMAGE = cython.declare(cython.int, 1)
_ROOM = cython.declare(cython.int, 2)
_DAMAGED = "the table is damaged"


@cython.cclass
class _Run:
    """A pattern on its way through a table."""

    data: cython.const[cython.uchar][::1]
    blocks: cython.const[cython.uint][::1]
    # The pattern.
    edits: cython.Py_ssize_t
    width: cython.Py_ssize_t
    positions: cython.Py_ssize_t
    kinds: cython.Py_ssize_t
    accept: cython.const[cython.ulonglong][::1]
    follow: cython.const[cython.ulonglong][::1]
    ascii_kinds: cython.const[cython.ushort][::1]
    starts: cython.const[cython.uint][::1]
    range_kinds: cython.const[cython.ushort][::1]
    masks: cython.const[cython.ulonglong][::1]
    kind_letters: cython.ulonglong[::1]  # of each kind: its ASCII letters, and 1 if it has others
    # The states that have numbers: from 2 on; of each its set, what is stepped from, whether it
    # accepts, and by kind the number of the next (0 for not known yet).
    states: cython.Py_ssize_t
    most_states: cython.Py_ssize_t
    sets: cython.ulonglong[::1]
    bases: cython.ulonglong[::1]
    accepts: cython.uchar[::1]
    steps: cython.int[::1]
    slots: cython.int[::1]
    living: cython.ulonglong[::1]  # of each: the ASCII letters, whether others, and 1 if known
    # The key, and the state before each of its code points: its number, or -1 and the set itself.
    key: cython.uchar[::1]
    numbers: cython.int[::1]
    own: cython.ulonglong[::1]
    new: cython.ulonglong[::1]
    room: cython.Py_ssize_t
    valid: cython.Py_ssize_t  # up to here there are states
    dead: cython.bint
    index: cython.Py_ssize_t  # if dead: up to here the next key must agree,
    least: cython.longlong  # and what follows be this byte, or a greater one
    # Where it is.
    at: cython.Py_ssize_t
    block: cython.Py_ssize_t
    key_size: cython.Py_ssize_t
    # What was found.
    words: cython.uchar[::1]
    values: cython.ulonglong[::1]
    found: cython.Py_ssize_t
    found_bytes: cython.Py_ssize_t
    wanted: cython.Py_ssize_t

    def __init__(self, data, blocks, pattern):
        """Take a table and a pattern. Raises ValueError for arrays that do not fit together."""
        i: cython.Py_ssize_t
        kind: cython.Py_ssize_t
        before: cython.longlong = 127
        edits, width, start, accept, follow, ascii_kinds, starts, range_kinds, masks = pattern
        if not (0 <= edits <= 2 and 1 <= width <= _MOST_WIDTH):
            raise ValueError("there are 0 to 2 edits, and 1 to 5 numbers a state")
        if edits > 0 and width != 1 + 2 * edits:
            raise ValueError("a state has a number and two for each edit")
        if not (
            len(start) == len(accept) == width
            and len(ascii_kinds) == 128
            and len(starts) == len(range_kinds) > 0
            and len(follow) % width == 0
            and 0 < len(masks) < 65536
            and len(masks) % (1 if edits else width) == 0
        ):
            raise ValueError("the arrays do not fit together")
        self.data = data
        self.blocks = blocks
        self.edits = edits
        self.width = width
        self.positions = len(follow) // width
        self.kinds = len(masks) // (1 if edits else width)
        self.accept = accept
        self.follow = follow
        self.ascii_kinds = ascii_kinds
        self.starts = starts
        self.range_kinds = range_kinds
        self.masks = masks
        self.kind_letters = array("Q", bytes(24 * self.kinds))
        for i in range(128):
            kind = self.ascii_kinds[i]
            if kind >= self.kinds:
                raise ValueError("a letter has a kind that is not there")
            self.kind_letters[3 * kind + (i >> 6)] |= _ONE << (i & 63)
        for i in range(len(starts)):
            kind = self.range_kinds[i]
            if kind >= self.kinds or self.starts[i] <= before or (i == 0 and self.starts[i] > 128):
                raise ValueError("the ranges are not in order, or have a kind that is not there")
            before = self.starts[i]
            self.kind_letters[3 * kind + 2] = 1
        self.most_states = max(min(_MOST_STATES, _MOST_STEPS // self.kinds), 8)
        self.sets = array("Q", bytes(8 * self.most_states * width))
        self.bases = array("Q", bytes(8 * self.most_states * width))
        self.accepts = bytearray(self.most_states)
        self.steps = array("i", bytes(4 * self.most_states * self.kinds))
        self.slots = array("i", bytes(4 * _SLOTS))
        self.living = array("Q", bytes(32 * self.most_states))
        self.states = 2
        self.valid = 0
        self.dead = False
        self.index = 0
        self.least = 0
        self.at = 0
        self.block = 0
        self.key_size = 0
        self.found = 0
        self.found_bytes = 0
        self.wanted = 0
        self.new = array("Q", start)
        self.key = bytearray(64)
        self.numbers = array("i", bytes(4 * 65))
        self.own = array("Q", bytes(8 * 65 * width))
        self.room = 64
        self.words = bytearray(1024)
        self.values = array("Q", bytes(8 * 64))
        self.numbers[0] = self._number()

    def grow(self):
        """Make room for the key that is next, and for one more that is found."""
        more: cython.Py_ssize_t
        if self.wanted > self.room:
            more = 2 * self.wanted
            self.key = bytearray(self.key) + bytes(more - self.room)
            self.numbers = array("i", bytes(self.numbers)) + array(
                "i", bytes(4 * (more - self.room))
            )
            self.own = array("Q", bytes(self.own)) + array(
                "Q", bytes(8 * (more - self.room) * self.width)
            )
            self.room = more
        if self.found == len(self.values):
            self.values = array("Q", bytes(self.values)) * 2
        if self.wanted >= len(self.words) - self.found_bytes:
            self.words = bytearray(self.words) + bytes(len(self.words) + self.wanted)

    def results(self):
        """Return the words, each with a zero behind it, and the two values of each."""
        return (
            bytes(self.words[: self.found_bytes]),
            array("Q", bytes(self.values[: self.found])),
        )

    # States

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _number(self) -> cython.int:
        """Return the number of the state ``new``, or -1 where there is no room for another."""
        w: cython.Py_ssize_t
        width: cython.Py_ssize_t = self.width
        number: cython.Py_ssize_t
        hashed: cython.ulonglong = 0
        slot: cython.Py_ssize_t
        for w in range(width):
            hashed = ((hashed ^ self.new[w]) * _HASH) & _ALL
            hashed ^= hashed >> 29
        slot = cython.cast(cython.Py_ssize_t, hashed & (_SLOTS - 1))
        while self.slots[slot] != 0:
            number = self.slots[slot]
            w = 0
            while w < width and self.sets[number * width + w] == self.new[w]:
                w += 1
            if w == width:
                return cython.cast(cython.int, number)
            slot = (slot + 1) & (_SLOTS - 1)
        if self.states == self.most_states:
            return _NO_NUMBER
        number = self.states
        self.states += 1
        self.slots[slot] = cython.cast(cython.int, number)
        for w in range(width):
            self.sets[number * width + w] = self.new[w]
        self.accepts[number] = self._accepts(self.sets, number * width)
        self._base(self.sets, number * width, self.bases, number * width)
        return cython.cast(cython.int, number)

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _accepts(self, sets: cython.ulonglong[::1], at: cython.Py_ssize_t) -> cython.bint:
        w: cython.Py_ssize_t
        common: cython.ulonglong = 0
        for w in range(self.width):
            common |= sets[at + w] & self.accept[w]
        return common != 0

    @cython.cfunc
    @cython.inline
    @cython.nogil
    @cython.exceptval(check=False)
    def _matches(self, index: cython.Py_ssize_t) -> cython.bint:
        if self.numbers[index] >= 0:
            return self.accepts[self.numbers[index]] != 0
        return self._accepts(self.own, index * self.width)

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _base(
        self,
        sets: cython.ulonglong[::1],
        at: cython.Py_ssize_t,
        bases: cython.ulonglong[::1],
        out: cython.Py_ssize_t,
    ) -> cython.void:
        """Work out what is stepped from: of positions, those that may be next on any letter."""
        width: cython.Py_ssize_t = self.width
        w: cython.Py_ssize_t
        v: cython.Py_ssize_t
        index: cython.Py_ssize_t
        left: cython.ulonglong
        whole: cython.ulonglong[5] = [0, 0, 0, 0, 0]
        if self.edits > 0:
            for w in range(width):
                bases[out + w] = sets[at + w]
            return
        for w in range(width):
            left = sets[at + w]
            index = 64 * w
            while left != 0 and index < self.positions:
                if left & 1:
                    for v in range(width):
                        whole[v] |= self.follow[index * width + v]
                left >>= 1
                index += 1
        for w in range(width):
            bases[out + w] = whole[w]

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _take(
        self, bases: cython.ulonglong[::1], at: cython.Py_ssize_t, kind: cython.Py_ssize_t
    ) -> cython.bint:
        """Make ``new`` the state after a letter of ``kind``; tell whether it lives."""
        w: cython.Py_ssize_t
        d: cython.Py_ssize_t
        edits: cython.Py_ssize_t = self.edits
        mask: cython.ulonglong
        lower: cython.ulonglong
        alive: cython.ulonglong = 0
        if edits == 0:
            for w in range(self.width):
                self.new[w] = bases[at + w] & self.masks[kind * self.width + w]
                alive |= self.new[w]
            return alive != 0
        # Bit i of number d: the first i letters of the word may be what was read, with d mistakes
        # at most. Then, for each d but the last: the same before the last letter, where that is the
        # letter after the i-th: an exchange is half done.
        mask = self.masks[kind]
        self.new[0] = ((bases[at] & mask) << 1) & _ALL
        for d in range(1, edits + 1):
            lower = bases[at + d - 1]
            self.new[d] = (
                ((bases[at + d] & mask) << 1)
                | lower
                | (lower << 1)
                | (self.new[d - 1] << 1)
                | ((bases[at + edits + d] & mask) << 2)
            ) & _ALL
            self.new[edits + d] = lower & (mask >> 1)
        return self.new[edits] != 0

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _step(
        self, index: cython.Py_ssize_t, end: cython.Py_ssize_t, kind: cython.Py_ssize_t
    ) -> cython.bint:
        """Work out the state after a letter of ``kind`` from ``index`` to ``end``.

        False if it does not live.
        """
        number: cython.Py_ssize_t = self.numbers[index]
        next_: cython.int = _NO_NUMBER
        w: cython.Py_ssize_t
        width: cython.Py_ssize_t = self.width
        if number >= 0:
            if not self._take(self.bases, number * width, kind):
                self.steps[number * self.kinds + kind] = _DEAD
                return False
            next_ = self._number()
            if next_ >= 0:
                self.steps[number * self.kinds + kind] = next_
        else:
            # ``own`` has room for one state behind the last.
            self._base(self.own, index * width, self.own, end * width)
            if not self._take(self.own, end * width, kind):
                return False
        self.numbers[end] = next_
        if next_ < 0:
            for w in range(width):
                self.own[end * width + w] = self.new[w]
        return True

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _kind(self, letter: cython.longlong) -> cython.Py_ssize_t:
        """Return the kind of a code point that is not ASCII."""
        low: cython.Py_ssize_t = 0
        high: cython.Py_ssize_t = len(self.starts)
        middle: cython.Py_ssize_t
        while high - low > 1:
            middle = (low + high) >> 1
            if self.starts[middle] <= letter:
                low = middle
            else:
                high = middle
        return self.range_kinds[low]

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _next_living(self, number: cython.Py_ssize_t, byte: cython.longlong) -> cython.longlong:
        """Return the least byte above an ASCII one that lives after a state; 0 if there is none."""
        kind: cython.Py_ssize_t
        at: cython.Py_ssize_t = 4 * number
        letters: cython.ulonglong
        if self.living[at + 3] == 0:
            for kind in range(self.kinds):
                if self._take(self.bases, number * self.width, kind):
                    self.living[at] |= self.kind_letters[3 * kind]
                    self.living[at + 1] |= self.kind_letters[3 * kind + 1]
                    self.living[at + 2] |= self.kind_letters[3 * kind + 2]
            self.living[at + 3] = 1
        byte += 1
        while byte < 128:
            letters = self.living[at + (byte >> 6)] >> (byte & 63)
            if letters == 0:
                byte = (byte | 63) + 1
                continue
            while letters & 1 == 0:
                letters >>= 1
                byte += 1
            return byte
        return _HIGH if self.living[at + 2] else 0

    # The table

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _pass_over(self, index: cython.Py_ssize_t, end: cython.Py_ssize_t) -> cython.bint:
        """Say from which key on one may live, where the letter from ``index`` to ``end`` does not.

        False if none may.
        """
        byte: cython.longlong
        number: cython.int
        while True:
            byte = self.key[index]
            number = self.numbers[index]
            if byte >= 128 or number < 0:
                self.index = end - 1
                self.least = cython.cast(cython.longlong, self.key[end - 1]) + 1
                return True
            self.least = self._next_living(number, byte)
            if self.least > 0:
                self.index = index
                return True
            if index == 0:
                return False
            end = index
            index -= 1
            while index > 0 and (self.key[index] & 0xC0) == 0x80:
                index -= 1

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _is_before(self, block: cython.Py_ssize_t) -> cython.int:
        """Tell whether the first key of a block is before all that may live; -1 for damage."""
        size: cython.Py_ssize_t = len(self.data)
        at: cython.Py_ssize_t = self.blocks[block]
        length: cython.longlong
        i: cython.Py_ssize_t = 0
        if at >= size or self.data[at] != 0:
            return -1
        at += 1
        length = read_varint(self.data, at, size, LONG_VARINT)
        at = after_varint(self.data, at, size)
        if length < 0 or at > size or length > size - at:
            return -1
        while i < self.index and i < length and self.data[at + i] == self.key[i]:
            i += 1
        if i == length:
            return 1
        if i < self.index:
            return self.data[at + i] < self.key[i]
        return self.data[at + i] < self.least

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _jump(self) -> cython.bint:
        """Go to the last block whose first key is before all that may live; False for damage."""
        count: cython.Py_ssize_t = len(self.blocks)
        low: cython.Py_ssize_t = self.block
        high: cython.Py_ssize_t
        middle: cython.Py_ssize_t
        step: cython.Py_ssize_t = 1
        before: cython.int = 1
        while low + step < count:
            before = self._is_before(low + step)
            if before <= 0:
                break
            low += step
            step *= 2
        high = min(low + step, count)
        while before >= 0 and high - low > 1:
            middle = (low + high) >> 1
            before = self._is_before(middle)
            if before > 0:
                low = middle
            else:
                high = middle
        if before < 0:
            return False
        if low > self.block:
            self.block = low
            self.at = self.blocks[low]
            self.key_size = 0
        return True

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def run(self) -> cython.int:
        """Go through the table, up to where there is no more room."""
        # Views of its own are in registers; those of an object are read for each byte.
        data: cython.const[cython.uchar][::1] = self.data
        blocks: cython.const[cython.uint][::1] = self.blocks
        ascii_kinds: cython.const[cython.ushort][::1] = self.ascii_kinds
        steps: cython.int[::1] = self.steps
        key: cython.uchar[::1] = self.key
        numbers: cython.int[::1] = self.numbers
        size: cython.Py_ssize_t = len(data)
        count: cython.Py_ssize_t = len(blocks)
        kinds: cython.Py_ssize_t = self.kinds
        room: cython.Py_ssize_t = self.room
        at: cython.Py_ssize_t
        next_block: cython.Py_ssize_t  # where it begins
        i: cython.Py_ssize_t
        end: cython.Py_ssize_t
        index: cython.Py_ssize_t
        shared: cython.longlong
        length: cython.longlong
        first: cython.longlong
        second: cython.longlong
        letter: cython.longlong
        kind: cython.Py_ssize_t
        number: cython.int
        next_: cython.int
        begins: cython.bint
        lives: cython.bint
        while self.at < size:
            at = self.at
            begins = False
            if self.block < count and at == blocks[self.block]:
                begins = True
            next_block = blocks[self.block + 1] if self.block + 1 < count else size
            if at >= next_block:
                if at > next_block:
                    return _DAMAGE
                self.block += 1
                continue
            shared = data[at]
            at += 1
            if shared >= 128:
                shared = read_varint(data, at - 1, size, LONG_VARINT)
                at = after_varint(data, at - 1, size)
            if at >= size:
                return _DAMAGE
            length = data[at]
            at += 1
            if length >= 128:
                length = read_varint(data, at - 1, size, LONG_VARINT)
                at = after_varint(data, at - 1, size)
            if (
                shared < 0 or length < 0 or at > size or length > size - at
                or shared > self.key_size or (begins and shared > 0)
            ):  # fmt: skip
                return _DAMAGE
            i = at + length  # the values
            end = shared + length
            if begins:
                # What it shares with the key before though it need not say so.
                index = self.index + 1 if self.dead else self.valid
                while shared < length and shared < index and data[at] == key[shared]:
                    shared += 1
                    at += 1
                    if shared > self.index and self.dead:
                        break
            if self.dead and (
                shared > self.index or (shared == self.index and (at == i or data[at] < self.least))
            ):
                at = after_varint(data, after_varint(data, i, size), size)
                if at > size:
                    return _DAMAGE
                self.key_size = end
                self.at = at
                continue
            if end > room or self.found == len(self.values) or (
                end >= len(self.words) - self.found_bytes
            ):  # fmt: skip
                self.wanted = end
                return _ROOM
            self.dead = False
            index = min(shared, self.valid)
            while at < i:
                key[shared] = data[at]
                shared += 1
                at += 1
            self.key_size = end
            while index > 0 and index < end and (key[index] & 0xC0) == 0x80:
                index -= 1
            # From the state before ``index`` to the end of the word.
            lives = True
            number = numbers[index]
            while index < end:
                letter = key[index]
                if letter < 128:
                    if letter == 0:
                        break
                    kind = ascii_kinds[letter]
                    at = index + 1
                else:
                    at = index + (2 if letter < 0xE0 else 3 if letter < 0xF0 else 4)
                    if letter < 0xC2 or letter > 0xF4 or at > end:
                        return _DAMAGE
                    letter &= 0x7F >> (at - index)
                    for shared in range(index + 1, at):
                        if (key[shared] & 0xC0) != 0x80:
                            return _DAMAGE
                        letter = letter << 6 | (key[shared] & 0x3F)
                    kind = self._kind(letter)
                next_ = steps[number * kinds + kind] if number >= 0 else 0
                if next_ > _DEAD:
                    number = next_
                    numbers[at] = next_
                elif next_ == _DEAD or not self._step(index, at, kind):
                    lives = False
                    break
                else:
                    number = numbers[at]
                index = at
            self.valid = index
            if lives and self._matches(index):
                first = read_varint(data, i, size, LONG_VARINT)
                second = read_varint(data, after_varint(data, i, size), size, LONG_VARINT)
                if first < 0 or second < 0 or first >> 32 > 0 or second >> 32 > 0:
                    return _DAMAGE
                for at in range(index):
                    self.words[self.found_bytes + at] = key[at]
                self.words[self.found_bytes + index] = 0
                self.found_bytes += index + 1
                self.values[self.found] = cython.cast(cython.ulonglong, first) << 32 | second
                self.found += 1
            self.at = after_varint(data, after_varint(data, i, size), size)
            if self.at > size:
                return _DAMAGE
            if not lives:
                if not self._pass_over(index, at):
                    return _DONE
                self.dead = True
                if not self._jump():
                    return _DAMAGE
        return _DONE


def match(data: cython.const[cython.uchar][::1], blocks: cython.const[cython.uint][::1], pattern):
    """Return the keys that ``pattern`` matches up to their first zero, and their values.

    The keys joined, in order, each up to its first zero with a zero behind it, and the values,
    first << 32 | second (``array('Q')``), which have 32 bits each. Raises ValueError for bytes that
    no table has, or what is no pattern. Costs a few ns for each byte of the keys at most, where
    there is room for the states.
    """
    stopped: cython.int
    run: _Run = _Run(data, blocks, pattern)
    while True:
        with cython.nogil:
            stopped = run.run()
        if stopped == _DONE:
            return run.results()
        if stopped == _DAMAGE:
            raise ValueError(_DAMAGED)
        run.grow()


def counts(data: cython.const[cython.uchar][::1], starts: cython.const[cython.ulonglong][::1]):
    """Return how many documents the posting lists that begin at ``starts`` have, ``array('Q')``.

    A start is where a list begins << 32; that is the first number of a list
    (kernels/postings/lists.py). Raises ValueError where there is none.
    """
    size: cython.ulonglong = len(data)
    i: cython.Py_ssize_t
    count: cython.longlong
    good: cython.bint = True
    found = array("Q", bytes(8 * len(starts)))
    if not found:
        return found
    out: cython.ulonglong[::1] = found
    with cython.nogil:
        for i in range(len(starts)):
            count = -1
            if starts[i] >> 32 < size:
                count = read_varint(data, starts[i] >> 32, size, LONG_VARINT)
            if count < 0:
                good = False
                break
            out[i] = count
    if not good:
        raise ValueError(_DAMAGED)
    return found
