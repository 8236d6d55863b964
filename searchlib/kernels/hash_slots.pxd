# The functions of hash_slots.py, for compiled kernels. __init__.py says why each is there twice.

cdef inline unsigned long long empty_hash() noexcept nogil:
    return 0x811C9DC5


cdef inline unsigned long long hash_byte(
    unsigned long long hashed, unsigned char byte
) noexcept nogil:
    cdef unsigned long long prime = 0x01000193
    cdef unsigned long long low = 0xFFFFFFFF
    return ((hashed ^ byte) * prime) & low


cdef inline unsigned long long first_slot(
    unsigned long long hashed, unsigned long long mask
) noexcept nogil:
    return (hashed ^ (hashed >> 15)) & mask


cdef inline void copy_slots(
    const unsigned long long[::1] old, unsigned long long[::1] new
) noexcept nogil:
    cdef Py_ssize_t i
    cdef unsigned long long slot
    cdef unsigned long long mask = len(new) - 1
    for i in range(len(old)):
        if old[i] != 0:
            slot = first_slot(old[i] >> 32, mask)
            while new[slot] != 0:
                slot = (slot + 1) & mask
            new[slot] = old[i]


cdef inline bint same_key(
    const unsigned char[::1] keys, const unsigned long long[::1] ends,
    Py_ssize_t number, Py_ssize_t at, Py_ssize_t size, Py_ssize_t known
) noexcept nogil:
    cdef Py_ssize_t start = ends[number - 1] if number > 0 else 0
    if <Py_ssize_t>ends[number] - start != size:
        return False
    while known < size and keys[start + known] == keys[at + known]:
        known += 1
    return known >= size
