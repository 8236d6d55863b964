# The constant of scores.py, for compiled kernels. __init__.py says why each is there twice. A macro
# is a constant to every compiler; an enumeration of C has numbers of 32 bits only.

cdef extern from *:
    """
    #define SCORE_SCALE 1099511627776.0
    """
    const double SCORE_SCALE
