"""The record of an article: what was put together is taken apart, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchlib.segment.records import decode_record

pytestmark = pytest.mark.kernels

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def record_of(article_id, headline, body, caption, rest):
    parts = [text.encode() for text in (article_id, headline, body, caption)]
    return " ".join(str(len(part)) for part in parts).encode() + b"\n" + b"".join(parts) + rest


@given(st.tuples(texts, texts, texts, texts, st.binary(max_size=9)))
def test_a_record_is_taken_apart(parts):
    article_id, *texts, rest = parts
    assert decode_record(record_of(*parts)) == (article_id, tuple(texts), rest)


@given(st.tuples(texts, texts, texts, texts, st.just(b"")), st.data())
def test_a_record_that_was_cut_off_is_refused(parts, data):
    record = record_of(*parts)
    with pytest.raises(ValueError, match="damaged"):
        decode_record(record[: data.draw(st.integers(0, len(record) - 1))])


@pytest.mark.parametrize(
    "record",
    [
        b"1 1 1\nabc",
        b"1 1 1 1 1\nabcde",
        b"1  1 1 1\nabcd",
        b"-1 1 1 1\nabcd",
        b" 1 1 1 1\nabcd",
        b"1 1 1 1 \nabcd",
        b"1_0 1 1 1\n" + b"x" * 20,
        b"1 1 1 \nabcd",
        b"99999999999999999999999999 1 1 1\nabcd",
        b"9 9 9 9999999999999999999\n" + b"x" * 40,
    ],
)
def test_what_is_no_record_is_refused(record):
    with pytest.raises(ValueError, match="damaged"):
        decode_record(record)


def test_what_is_no_text_is_refused():
    with pytest.raises(UnicodeDecodeError):
        decode_record(b"1 1 1 1\nab\xffd")
