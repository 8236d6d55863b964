# The functions of varints.py, for compiled kernels. __init__.py says why each is there twice.

cdef enum:
    SHORT_VARINT = 35
    LONG_VARINT = 63


cdef inline long long read_varint(
    const unsigned char[::1] data, Py_ssize_t at, Py_ssize_t end, long long bits
) noexcept nogil:
    cdef long long number = 0
    cdef long long shift = 0
    cdef long long byte
    while at < end and shift < bits:
        byte = data[at]
        number |= (byte & 127) << shift
        if byte < 128:
            return number
        at += 1
        shift += 7
    return -1


cdef inline Py_ssize_t after_varint(
    const unsigned char[::1] data, Py_ssize_t at, Py_ssize_t end
) noexcept nogil:
    while at < end and data[at] >= 128:
        at += 1
    return at + 1


cdef inline Py_ssize_t put_varint(
    unsigned char[::1] out, Py_ssize_t at, unsigned long long number
) noexcept nogil:
    while number >= 128:
        out[at] = (number & 127) | 128
        number >>= 7
        at += 1
    out[at] = number
    return at + 1
