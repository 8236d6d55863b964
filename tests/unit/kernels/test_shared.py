"""What kernels share, as their compiled form and their plain one both have it."""

from __future__ import annotations

from array import array

import pytest

from searchlib.article import TEXT_FIELDS
from searchlib.kernels import (
    bits,
    byte_keys,
    hash_slots,
    occurrences,
    posting_rows,
    scores,
    separators,
    text_fields,
    varints,
)
from tests.helpers.kernels import built, plain

pytestmark = pytest.mark.kernels

LAST = occurrences.LAST_POSITION


@pytest.mark.parametrize("kernel", ["lists", "sorted_keys", "locating", "phrases", "spans"])
def test_a_plain_kernel_takes_the_plain_functions(kernel):
    shared = {
        name: value
        for name, value in vars(plain(kernel)).items()
        if getattr(value, "__module__", "").startswith("searchlib.kernels.")
    }
    assert shared
    for name, function in shared.items():
        assert function.__code__.co_filename.endswith(".py"), name


def test_there_are_as_many_text_fields_as_the_schema_has():
    assert len(TEXT_FIELDS) == text_fields.TEXT_FIELDS
    assert text_fields.FIELD_SETS == 2**text_fields.TEXT_FIELDS


def test_rows_have_three_columns_for_each_text_field():
    assert posting_rows.POSITIONS_AT == 5 + 3 * text_fields.TEXT_FIELDS
    assert posting_rows.ROW_COLUMNS == posting_rows.OCCURRENCES + 1 == built("lists").ROW
    assert built("lists").NUM_OCCURRENCES == posting_rows.OCCURRENCES


def test_functions_of_fields_take_all_of_them():
    numbers = array("I", [9, *range(1, text_fields.TEXT_FIELDS + 1), 9])
    assert text_fields.add_fields(numbers, 1) == sum(range(text_fields.TEXT_FIELDS + 1))
    for field in range(text_fields.TEXT_FIELDS):
        one = array("I", [0] * text_fields.TEXT_FIELDS)
        assert not text_fields.has_fields(one, 0)
        one[field] = 1
        assert text_fields.has_fields(one, 0)
    text_fields.clear_fields(numbers, 1)
    assert list(numbers) == [9] + [0] * text_fields.TEXT_FIELDS + [9]


def test_a_score_scale_is_exact():
    assert scores.SCORE_SCALE == 2**40


@pytest.mark.parametrize("width", [0, 1, 7, 31, 32])
def test_bits_are_read_across_words(width):
    numbers = [(1 << width) - 1, 0, (1 << width) // 3] * 20
    whole = 0
    for i, number in enumerate(numbers):
        whole |= number << (i * width)
    size = len(numbers) * width // 64 + 2
    words = array("Q", whole.to_bytes(8 * size, "little"))
    assert [bits.read_bits(words, i * width, width) for i in range(len(numbers))] == numbers


@pytest.mark.parametrize("number", [0, 1, 2, 3, 255, 256, 2**32, 2**63 - 1])
def test_the_width_of_a_number(number):
    assert bits.bit_width(number) == number.bit_length()


@pytest.mark.parametrize("number", [0, 127, 128, 2**32 - 1, 2**35 - 1, 2**63 - 1])
def test_a_varint_is_read_as_it_was_written(number):
    data = bytearray(12)
    end = varints.put_varint(data, 1, number)
    assert varints.after_varint(data, 1, 12) == end
    assert varints.read_varint(data, 1, 12, varints.LONG_VARINT) == number
    short = number if number < 2**varints.SHORT_VARINT else -1
    assert varints.read_varint(data, 1, 12, varints.SHORT_VARINT) == short
    assert varints.read_varint(data, 1, end - 1, varints.LONG_VARINT) == -1
    assert varints.after_varint(data, 1, end - 1) == end


def test_keys_are_compared_as_bytes_are():
    keys = [b"", b"a", b"ab", b"abc", b"b", b"\xff"]
    joined = b"".join(keys)
    starts = [joined.index(key) if key else 0 for key in keys]
    for left, i in zip(keys, starts, strict=True):
        for right, j in zip(keys, starts, strict=True):
            expected = (left > right) - (left < right)
            got = byte_keys.compare_keys(joined, i, i + len(left), j, j + len(right))
            assert got == expected


def test_the_shared_length_of_keys():
    assert byte_keys.shared_length(b"xxabc", 2, 3, b"zabd", 1, 4) == 2
    assert byte_keys.shared_length(b"xxabc", 2, 1, b"zabd", 1, 4) == 1
    assert byte_keys.shared_length(b"xxabc", 2, 3, b"zabd", 1, 2) == 1


def test_slots_are_found_in_a_larger_table():
    hashes = []
    for i in range(100):
        hashed = hash_slots.empty_hash()
        for byte in b"%d" % i:
            hashed = hash_slots.hash_byte(hashed, byte)
        hashes.append(hashed)
    assert hashes[1] == 0x340CA71C  # FNV-1a of "1"
    old, new = array("Q", bytes(8 * 256)), array("Q", bytes(8 * 512))
    for i, hashed in enumerate(hashes, 1):
        slot = hash_slots.first_slot(hashed, 255)
        while old[slot]:
            slot = (slot + 1) & 255
        old[slot] = hashed << 32 | i
    hash_slots.copy_slots(old, new)
    for i, hashed in enumerate(hashes, 1):
        slot = hash_slots.first_slot(hashed, 511)
        while new[slot] and new[slot] != hashed << 32 | i:
            slot = (slot + 1) & 511
        assert new[slot]


def test_white_space_of_ascii_is_what_python_takes_for_it():
    for byte in range(128):
        assert separators.is_space(byte) == chr(byte).isspace()


@pytest.mark.parametrize("character", "\u00a0\u00ab\u00bb\u2010\u2018\u201d\u2026\u3001\u3002")
def test_separators_beyond_ascii(character):
    data = character.encode()
    assert separators.wide_separator(data, 0, len(data)) == len(data)
    assert separators.wide_separator(data, 0, len(data) - 1) == 0


@pytest.mark.parametrize("character", "\u2019\u00e9\u00b7\u4e00\u200d\u2028")
def test_characters_beyond_ascii_that_may_stand_in_a_word(character):
    data = character.encode()
    assert separators.wide_separator(data, 0, len(data)) == 0


@pytest.mark.parametrize("search", [occurrences.first_from, occurrences.next_from])
def test_the_first_occurrence_from_an_index_on(search):
    found = array("Q", range(0, 4000, 4))
    for low in (0, 1, 500, 999, 1000):
        for wanted in (0, 1, 4, 33, 300, 2001, 3996, 3997):
            index = next((i for i in range(low, 1000) if found[i] >= wanted), 1000)
            assert search(found, low, 1000, wanted) == index
    assert search(found, 3, 10, 4000) == 10


def test_the_parts_of_an_occurrence():
    occurrence = 5 << 32 | 2 << 30 | 77
    assert occurrences.position_of(occurrence) == 77
    assert occurrences.field_start(occurrence) == 5 << 32 | 2 << 30
    assert occurrences.field_end(occurrence) == 5 << 32 | 2 << 30 | LAST
