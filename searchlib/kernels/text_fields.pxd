# The constants of text_fields.py, for compiled kernels. __init__.py says why each is there twice.

cdef enum:
    TEXT_FIELDS = 3
    FIELD_SETS = 8
