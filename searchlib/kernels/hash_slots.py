"""Hash tables of keys of bytes, in plain Python; hash_slots.pxd has the same functions compiled.

A table is an array of slots, a power of two of them. A slot is 0, or has the hash of a key, of 32
bits, above its low 32 bits. A key stands in the first slot for its hash or in one after it.
"""

from __future__ import annotations

from collections.abc import MutableSequence, Sequence

__all__ = ["copy_slots", "empty_hash", "first_slot", "hash_byte", "same_key"]


def empty_hash() -> int:
    """Return the hash of no bytes: FNV-1a of G. Fowler, L. C. Noll and P. Vo, of 32 bits."""
    return 0x811C9DC5


def hash_byte(hashed: int, byte: int) -> int:
    """Return the hash of a key with ``byte`` behind it, of whose other bytes it was ``hashed``."""
    prime = 0x01000193
    low = 0xFFFFFFFF
    return ((hashed ^ byte) * prime) & low


def first_slot(hashed: int, mask: int) -> int:
    """Return the slot where a search for a hash begins; ``mask`` is the number of slots less 1."""
    return (hashed ^ (hashed >> 15)) & mask


def copy_slots(old: Sequence[int], new: MutableSequence[int]) -> None:
    """Put the slots of a table into a larger one, which is empty."""
    mask = len(new) - 1
    for i in range(len(old)):
        if old[i] != 0:
            slot = first_slot(old[i] >> 32, mask)
            while new[slot] != 0:
                slot = (slot + 1) & mask
            new[slot] = old[i]


def same_key(
    keys: Sequence[int], ends: Sequence[int], number: int, at: int, size: int, known: int
) -> bool:
    """Tell whether the key of ``size`` bytes at ``at`` is key ``number``.

    ``keys`` has the bytes of all keys, and ``ends`` says where each key ends. The first ``known``
    bytes of the two are known to be the same.
    """
    start = ends[number - 1] if number > 0 else 0
    if ends[number] - start != size:
        return False
    while known < size and keys[start + known] == keys[at + known]:
        known += 1
    return known >= size
