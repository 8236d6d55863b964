"""A text with one byte for each character, which says what the character is to some rules."""

import cython

__all__ = ["PAGE", "plain_form"]

PAGE = 256
"""How many characters one page of a table has, in the order of their code points."""

_PAGES = cython.declare(cython.Py_ssize_t, 0x110000 // 256)


def plain_form(
    data: cython.const[cython.uchar][::1],
    pages: cython.const[cython.ushort][::1],
    cells: cython.const[cython.uchar][::1],
):
    """Return the form of a text in UTF-8, or the number of a page that is not known: bytes or int.

    ASCII stays as it is. Of any other character the form is in ``cells``, on the page (from 1) that
    ``pages`` has for its code point's page; 0 is for one that is not known. Raises ValueError for
    bytes that are not UTF-8 (surrogates may be encoded), and for tables that do not fit together.
    """
    size: cython.Py_ssize_t = len(data)
    known: cython.Py_ssize_t = len(cells)
    at: cython.Py_ssize_t = 0
    n: cython.Py_ssize_t = 0
    more: cython.Py_ssize_t
    cell: cython.Py_ssize_t
    code: cython.uint = 0
    least: cython.uint
    lacking: cython.Py_ssize_t = -1
    good: cython.bint = True
    form = bytearray(size)
    out: cython.uchar[::1] = form
    if len(pages) != _PAGES:
        raise ValueError("there is a number for each page")
    with cython.nogil:
        while at < size:
            code = data[at]
            at += 1
            if code < 0x80:
                out[n] = cython.cast(cython.uchar, code)
                n += 1
                continue
            if code < 0xE0:
                more = 1
                least = 0x80
                code = code & 0x1F if code >= 0xC0 else 0
            elif code < 0xF0:
                more = 2
                least = 0x800
                code = code & 0x0F
            else:
                more = 3
                least = 0x10000
                code = code & 0x07 if code < 0xF8 else 0
            good = at + more <= size and data[at - 1] < 0xF8
            while good and more > 0:
                good = data[at] & 0xC0 == 0x80
                code = code << 6 | (data[at] & 0x3F)
                at += 1
                more -= 1
            good = good and least <= code < 0x110000
            if not good:
                break
            cell = pages[code >> 8]
            if cell == 0:
                lacking = code >> 8
                break
            cell = ((cell - 1) << 8) + (code & 0xFF)
            good = cell < known
            if not good:
                break
            out[n] = cells[cell]
            n += 1
    if not good:
        raise ValueError("the text is not UTF-8, or the tables do not fit together")
    return lacking if lacking >= 0 else bytes(form[:n])
