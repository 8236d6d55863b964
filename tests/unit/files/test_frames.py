"""Frames are unpacked as zstd does it, by however many threads, and damaged ones are refused."""

from __future__ import annotations

import random
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from searchlib.files.frames import FrameReader

pytestmark = pytest.mark.kernels

if sys.version_info < (3, 14):
    from backports import zstd
else:
    from compression import zstd

WORDS = [f"word{number}" for number in range(500)]


def texts(count):
    pick = random.Random(5)
    sizes = [0, 1, 5, 200, 20_000, 30_000, *(pick.randrange(400) for _ in range(count))]
    return [" ".join(pick.choices(WORDS, k=size)).encode() for size in sizes]


@pytest.fixture(scope="module")
def dictionary():
    return zstd.train_dict(texts(500)[6:], 4096)


@pytest.mark.parametrize("with_dictionary", [False, True])
def test_frames_are_unpacked(dictionary, with_dictionary):
    wanted = dictionary if with_dictionary else None
    reader = FrameReader(wanted.dict_content if wanted else b"")
    for text in texts(300):
        assert reader.unpack(zstd.compress(text, zstd_dict=wanted)) == text
        assert reader.unpack(memoryview(zstd.compress(text, zstd_dict=wanted))) == text
    assert len(reader._idle) == 1  # a single one was at work


def test_a_frame_with_a_checksum_is_unpacked():
    options = {zstd.CompressionParameter.checksum_flag: 1}
    reader = FrameReader(b"")
    for text in texts(5):
        assert reader.unpack(zstd.compress(text, options=options)) == text


def test_many_threads_unpack(dictionary):
    reader = FrameReader(dictionary.dict_content)
    expected = texts(400)
    frames = [zstd.compress(text, zstd_dict=dictionary) for text in expected]
    with ThreadPoolExecutor(12) as pool:
        for _ in range(5):
            assert list(pool.map(reader.unpack, frames, chunksize=7)) == expected
    assert 0 < len(reader._idle) <= 8


def test_what_is_damaged_is_refused_and_does_no_harm_to_the_next(dictionary):
    reader = FrameReader(dictionary.dict_content)
    text = b" ".join(texts(3))[:3000]
    frame = zstd.compress(text, zstd_dict=dictionary)
    for length in range(len(frame)):
        with pytest.raises(ValueError, match="an article"):
            reader.unpack(frame[:length])
    for place in range(len(frame)):
        damaged = bytearray(frame)
        damaged[place] ^= 0x55
        try:
            found = reader.unpack(bytes(damaged))
        except ValueError:
            continue
        try:
            expected = zstd.decompress(damaged, dictionary)
        except zstd.ZstdError:
            expected = None
        assert found == expected
        assert reader.unpack(frame) == text
    with pytest.raises(ValueError, match="length"):
        reader.unpack(frame + frame)


def test_a_frame_that_claims_too_much_is_not_unpacked():
    # Content of 2**40 bytes, as one block that repeats a byte
    frame = b"\x28\xb5\x2f\xfd\xe0" + (2**40).to_bytes(8, "little") + b"\x03\x00\x10\x00"
    with pytest.raises(ValueError, match="1099511627776"):
        FrameReader(b"").unpack(frame)


def test_a_frame_that_holds_more_than_it_claims_is_refused():
    # It claims one byte, and repeats one 128 KB many times.
    block = (0x20000 << 3 | 2).to_bytes(3, "little") + b"x"
    frame = b"\x28\xb5\x2f\xfd\x20\x01" + block * 1000
    with pytest.raises(ValueError, match="an article"):
        FrameReader(b"").unpack(frame)
