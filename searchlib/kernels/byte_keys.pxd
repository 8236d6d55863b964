# The functions of byte_keys.py, for compiled kernels. __init__.py says why each is there twice.

cdef inline Py_ssize_t shared_length(
    const unsigned char[::1] data, Py_ssize_t at, Py_ssize_t length,
    const unsigned char[::1] key, Py_ssize_t start, Py_ssize_t end
) noexcept nogil:
    cdef Py_ssize_t i = 0
    while i < length and start + i < end and data[at + i] == key[start + i]:
        i += 1
    return i


cdef inline int compare_keys(
    const unsigned char[::1] keys,
    unsigned long long i, unsigned long long i_end, unsigned long long j, unsigned long long j_end
) noexcept nogil:
    while i < i_end and j < j_end:
        if keys[i] != keys[j]:
            return -1 if keys[i] < keys[j] else 1
        i += 1
        j += 1
    if j < j_end:
        return -1
    return 1 if i < i_end else 0
