# The constants of posting_rows.py, for compiled kernels. __init__.py says why each is there twice.

cdef enum:
    POSITIONS_AT = 14
    POSITION_WIDTH = 15
    FORMS_AT = 16
    FORM_WIDTH = 17
    OCCURRENCES = 18
    ROW_COLUMNS = 19
