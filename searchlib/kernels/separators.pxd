# The functions of separators.py, for compiled kernels. __init__.py says why each is there twice.

cdef inline bint is_space(unsigned char byte) noexcept nogil:
    return byte == 32 or 9 <= byte <= 13 or 28 <= byte <= 31


cdef inline Py_ssize_t wide_separator(
    const unsigned char[::1] data, Py_ssize_t at, Py_ssize_t end
) noexcept nogil:
    cdef unsigned char first = data[at]
    if first == 0xC2:
        if at + 1 < end and (data[at + 1] == 0xA0 or data[at + 1] == 0xAB or data[at + 1] == 0xBB):
            return 2
    elif at + 2 < end and data[at + 1] == 0x80:
        if first == 0xE2 and 0x90 <= data[at + 2] <= 0xA7 and data[at + 2] != 0x99:
            return 3
        if first == 0xE3 and (data[at + 2] == 0x81 or data[at + 2] == 0x82):
            return 3
    return 0
