"""Posting lists: what is encoded is decoded, a block at a time."""

from __future__ import annotations

import math
import struct
from array import array

import pytest

from searchlib.whoosh.codec.posting_lists import BLOCK_DOCS, PostingList, encode_postings

pytestmark = pytest.mark.kernels

TOP = (1 << 32) - 1


def opened(data: bytes, docs: list[int], weight: float = 1.0, length: int = 0) -> PostingList:
    return PostingList(memoryview(data), len(docs), docs[-1], weight, length)


def decoded(postings: PostingList) -> tuple[list[int], list[float], list[bytes]]:
    blocks = [postings.block(number) for number in range(postings.num_blocks)]
    assert all(block.docs.typecode == "I" and block.weights.typecode == "d" for block in blocks)
    return (
        [doc for block in blocks for doc in block.docs],
        [weight for block in blocks for weight in block.weights],
        [payload for block in blocks for payload in block.payloads],
    )


def encoded(docs: list[int], weights=None, payloads=None, **more) -> bytes:
    return encode_postings(
        docs, weights or [1.0] * len(docs), [1] * len(docs), payloads or [b""] * len(docs), **more
    )


@pytest.mark.parametrize("count", [1, 2, 127, 128, 129, 256, 257, 1000])
def test_lists_of_every_number_of_blocks_come_back(count):
    docs = [3 * number + number % 2 for number in range(count)]
    weights = [float(number % 7 + 1) for number in range(count)]
    payloads = [bytes([number % 256]) * (number % 3) for number in range(count)]
    postings = opened(encoded(docs, weights, payloads), docs)
    assert postings.num_blocks == -(-count // BLOCK_DOCS)
    assert decoded(postings) == (docs, weights, payloads)


@pytest.mark.parametrize(
    "docs",
    [
        [0],
        [TOP],
        [0, TOP],
        [255],
        [256],
        [0, 256],
        [0, 257],
        [65_535],
        [65_536],
        [*range(128), TOP],
    ],
)
def test_gaps_of_every_width_come_back(docs):
    assert decoded(opened(encoded(docs), docs))[0] == docs


@pytest.mark.parametrize(
    "weights",
    [
        [1.0, 1.0],
        [0.0, 255.0],
        [256.0, 1.0],
        [65_536.0, 2.0],
        [4_294_967_295.0, 0.0],
        [4_294_967_296.0, 1.0],
        [0.5, 2.0],
        [-1.0, 1.0],
        [math.inf, 1.0],
        [1e300, 5e-324],
    ],
)
def test_weights_of_every_kind_come_back(weights):
    assert decoded(opened(encoded([4, 9], weights), [4, 9]))[1] == weights


def test_a_weight_that_is_not_a_number_comes_back():
    weights = decoded(opened(encoded([4, 9], [math.nan, 1.0]), [4, 9]))[1]
    assert math.isnan(weights[0])
    assert weights[1] == 1.0


@pytest.mark.parametrize("sizes", [(0, 0), (0, 1), (255, 0), (256, 1), (65_535, 3), (65_536, 0)])
@pytest.mark.parametrize("foreign", [False, True])
def test_payloads_of_every_size_come_back(sizes, foreign):
    payloads = [bytes([65 + number]) * size for number, size in enumerate(sizes)]
    postings = opened(encoded([4, 9], payloads=payloads, foreign=foreign), [4, 9])
    assert decoded(postings)[2] == payloads
    assert postings.block(0).foreign is foreign


def test_arrays_are_taken_as_well_as_lists():
    docs, weights = array("I", range(300)), array("d", range(300))
    data = encode_postings(docs, weights, array("I", bytes(1200)), [b""] * 300)
    assert decoded(opened(data, list(docs)))[:2] == (list(docs), list(weights))


def test_the_bounds_of_a_block_are_those_of_its_postings():
    docs = list(range(0, 600, 2))
    weights = [float((number * 37) % 101) for number in range(300)]
    lengths = [(number * 53) % 97 + 5 for number in range(300)]
    data = encode_postings(docs, weights, lengths, [b""] * 300)
    postings = opened(data, docs)
    parts = [slice(0, 128), slice(128, 256), slice(256, 300)]
    assert postings.last_docs == [docs[part][-1] for part in parts]
    assert postings.max_weights == [max(weights[part]) for part in parts]
    assert postings.min_lengths == [min(lengths[part]) for part in parts]


def test_a_list_of_one_block_has_the_bounds_that_the_dictionary_keeps():
    postings = opened(encoded([4, 9], [2.0, 3.0]), [4, 9], weight=3.0, length=17)
    assert postings.last_docs == [9]
    assert postings.max_weights == [3.0]
    assert postings.min_lengths == [17]


def test_a_block_is_decoded_without_those_before_it():
    docs = list(range(300))
    data = bytearray(encoded(docs))
    data[3 * 20 : 3 * 20 + 3] = b"\xff\xff\xff"  # the header of the first block
    postings = opened(bytes(data), docs)
    assert list(postings.block(2).docs) == docs[256:]
    with pytest.raises(ValueError, match="255 bytes"):
        postings.block(0)


def test_the_bytes_are_those_of_the_grammar():
    assert encoded([0, 1, 5], [1.0, 1.0, 2.0], [b"", b"x", b"yz"]) == (
        b"\1\1\1" + b"\0\0\3" + b"\1\1\2" + b"\0\1\2" + b"xyz"
    )
    assert encoded([0]) == b"\1\0\0\0"
    assert encoded([256], [0.5], foreign=True) == b"\2\x08\x80\0\1" + struct.pack("<d", 0.5)
    skips = struct.pack("<IIdIIIdI", 127, 131, 1.0, 1, 128, 135, 1.0, 1)
    assert encoded(list(range(129))) == skips + b"\1\0\0" + bytes(128) + b"\1\0\0\0"


@pytest.mark.parametrize("docs", [[1, 1], [2, 1], [-1], [*range(128), 127], [*range(128), 5]])
def test_documents_that_do_not_increase_are_refused(docs):
    with pytest.raises(ValueError, match="strictly increase"):
        encoded(docs)


@pytest.mark.parametrize("count", [1, 3, 128])
def test_a_list_of_one_block_that_is_cut_off_or_goes_on_is_refused(count):
    docs = list(range(count))
    data = encoded(docs, [2.0] * count, [b"ab"] * count)
    for size in range(len(data)):
        with pytest.raises(ValueError, match="posting list"):
            opened(data[:size], docs).block(0)
    with pytest.raises(ValueError, match="wrong length"):
        opened(data + b"\0", docs).block(0)


def test_a_list_of_three_blocks_that_is_cut_off_is_refused():
    docs = list(range(300))
    data = encoded(docs, [2.0] * 300, [b"ab"] * 300)
    for size in range(len(data)):
        with pytest.raises(ValueError, match="posting list"):
            decoded(opened(data[:size], docs))


@pytest.mark.parametrize(
    "data",
    [
        b"\0\0\0\5\0",
        b"\3\0\0" + bytes(8),
        b"\1\3\0\4\0" + bytes(8),
        b"\1\0\3\4\0" + bytes(8),
        b"\1\0\x83\4\0" + bytes(8),
        b"\1\0\0\4\1",
        b"\1\0\1\4\0\2\2abc",
        b"\1\0\4\4\0\xff\xff\xff\xff\1\0\0\0a",
        b"\4\0\0" + b"\xff" * 8,
        b"\1\x08\0\4\0" + bytes(12),
    ],
    ids="no-width width kind payload foreign last short long beyond floats".split(),
)
def test_bytes_that_are_no_list_are_refused(data):
    with pytest.raises(ValueError, match=r"posting list|multiple"):
        opened(data, [4, 5]).block(0)


@pytest.mark.parametrize(
    ("at", "number"), [(4, 0), (4, TOP), (20, 0), (24, 0), (24, TOP), (0, TOP)]
)
def test_skips_that_were_never_written_are_refused(at, number):
    docs = list(range(300))
    data = bytearray(encoded(docs))
    struct.pack_into("<I", data, at, number)
    with pytest.raises(ValueError, match="posting list"):
        decoded(opened(bytes(data), docs))


@pytest.mark.parametrize("count", [129, 1 << 20, 1 << 60])
def test_a_number_of_documents_that_the_bytes_cannot_hold_is_refused(count):
    with pytest.raises(ValueError, match="cut off"):
        PostingList(memoryview(encoded([1, 2])), count, 2, 1.0, 1)
