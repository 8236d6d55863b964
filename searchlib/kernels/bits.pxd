# The functions of bits.py, for compiled kernels. __init__.py says why each is there twice.

cdef inline long long read_bits(
    const unsigned long long[::1] words, long long bit, long long width
) noexcept nogil:
    cdef long long at = bit >> 6
    cdef long long shift = bit & 63
    cdef unsigned long long number = words[at] >> shift
    if shift + width > 64:
        number |= words[at + 1] << (64 - shift)
    return number & ((<unsigned long long>1 << width) - 1)


cdef inline long long bit_width(unsigned long long number) noexcept nogil:
    cdef long long width = 0
    while number > 0:
        number >>= 1
        width += 1
    return width
