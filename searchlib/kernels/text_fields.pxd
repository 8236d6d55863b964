# The functions of text_fields.py, for compiled kernels. __init__.py says why each is there twice.

cdef enum:
    TEXT_FIELDS = 3
    FIELD_SETS = 8


cdef inline bint has_fields(const unsigned int[::1] numbers, Py_ssize_t at) noexcept nogil:
    return (numbers[at] | numbers[at + 1] | numbers[at + 2]) != 0


cdef inline long long add_fields(unsigned int[::1] numbers, Py_ssize_t at) noexcept nogil:
    return numbers[at] + numbers[at + 1] + numbers[at + 2]


cdef inline void clear_fields(unsigned int[::1] numbers, Py_ssize_t at) noexcept nogil:
    numbers[at] = 0
    numbers[at + 1] = 0
    numbers[at + 2] = 0
