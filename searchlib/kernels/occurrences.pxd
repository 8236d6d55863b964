# The functions of occurrences.py, for compiled kernels. __init__.py says why each is there twice.

cdef enum:
    LAST_POSITION = 0x3FFFFFFF


cdef inline unsigned long long position_of(unsigned long long occurrence) noexcept nogil:
    return occurrence & LAST_POSITION


cdef inline unsigned long long field_start(unsigned long long occurrence) noexcept nogil:
    return (occurrence >> 30) << 30


cdef inline unsigned long long field_end(unsigned long long occurrence) noexcept nogil:
    return occurrence | LAST_POSITION


cdef inline Py_ssize_t first_from(
    const unsigned long long[::1] occurrences,
    Py_ssize_t low, Py_ssize_t high, unsigned long long occurrence
) noexcept nogil:
    cdef Py_ssize_t step = 64
    cdef Py_ssize_t middle
    cdef Py_ssize_t i
    if low + step < high and occurrences[low + step] < occurrence:
        while low + step < high and occurrences[low + step] < occurrence:
            low += step
            step *= 2
        high = min(high, low + step + 1)
        while low < high:
            middle = (low + high) >> 1
            if occurrences[middle] < occurrence:
                low = middle + 1
            else:
                high = middle
        return low
    while low + 8 <= high:
        if occurrences[low + 7] >= occurrence:
            step = low
            for i in range(7):
                low += occurrences[step + i] < occurrence
            return low
        low += 8
    while low < high and occurrences[low] < occurrence:
        low += 1
    return low


cdef inline Py_ssize_t next_from(
    const unsigned long long[::1] occurrences,
    Py_ssize_t low, Py_ssize_t high, unsigned long long occurrence
) noexcept nogil:
    cdef Py_ssize_t step = 1
    cdef Py_ssize_t middle
    while low + step < high and occurrences[low + step] < occurrence:
        low += step
        step *= 2
    high = min(high, low + step + 1)
    while low < high:
        middle = (low + high) >> 1
        if occurrences[middle] < occurrence:
            low = middle + 1
        else:
            high = middle
    return low
