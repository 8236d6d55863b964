"""Take the record of an article apart; segment/records.py says what it is.

The layout of the rest, behind the texts, is up to the writer (JSON, see indexing/).
"""

import cython

__all__ = ["parts", "raw_parts"]


def parts(data: bytes):
    """Return id, headline, body, caption and rest. ValueError for bytes that are not a record."""
    article_id, headline, body, caption, rest = raw_parts(data)
    return (
        article_id.decode("utf-8"),
        headline.decode("utf-8"),
        body.decode("utf-8"),
        caption.decode("utf-8"),
        rest,
    )


def raw_parts(data: bytes):
    """Return the same, with the texts as they are: in UTF-8, unless the record is damaged."""
    view: cython.const[cython.uchar][::1] = data
    size: cython.Py_ssize_t = len(view)
    at: cython.Py_ssize_t = 0
    length: cython.Py_ssize_t
    headline: cython.Py_ssize_t = 0  # where each begins, counted from the id
    body: cython.Py_ssize_t = 0
    caption: cython.Py_ssize_t = 0
    rest: cython.Py_ssize_t = 0
    number: cython.Py_ssize_t = 0
    digits: cython.bint
    while number < 4:
        length = 0
        digits = False
        while at < size and 0x30 <= view[at] <= 0x39 and length <= size:
            length = 10 * length + view[at] - 0x30
            digits = True
            at += 1
        if not digits or length > size or at == size or view[at] != (0x20 if number < 3 else 0x0A):
            raise ValueError("the record of an article is damaged")
        at += 1
        rest += length
        if number == 0:
            headline = rest
        elif number == 1:
            body = rest
        elif number == 2:
            caption = rest
        number += 1
    if rest > size - at:
        raise ValueError("the record of an article is damaged")
    return (
        data[at : at + headline],
        data[at + headline : at + body],
        data[at + body : at + caption],
        data[at + caption : at + rest],
        data[at + rest :],
    )
