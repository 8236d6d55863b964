"""No pickle that a Whoosh format gives is run: it is numbers, or it is kept as it is."""

from __future__ import annotations

import pickle

import pytest
from whoosh import formats

from searchlib.whoosh.codec.payloads import decoder_for, encode_payloads
from tests.helpers.hostile_values import Bomb

pytestmark = pytest.mark.kernels

FORMATS = [
    formats.Positions(),
    formats.Characters(),
    formats.PositionBoosts(),
    formats.CharacterBoosts(),
]


class State:
    pass


def as_value(format_: formats.Format, pickled: bytes) -> bytes:
    boosts = isinstance(format_, formats.PositionBoosts | formats.CharacterBoosts)
    return bytes(8 if boosts else 4) + pickled


HOSTILE = {
    **{f"class, protocol {number}": pickle.dumps([Bomb()], number) for number in range(6)},
    "instance": pickle.dumps([State()], 2),
    "a global": b"cos\nsystem\n.",
    "old instance": b"(S'true'\nios\nsystem\n.",
    "persistent": b"Pname\n.",
    "extension": b"\x82\x01.",
    "state for a list": b"\x80\x02]}b.",
    "append to a number": b"K\x01K\x02a.",
    "call a number": b"\x80\x02(K\x01K\x02o.",
    "reduce": b"\x80\x02K\x01)R.",
    "new object": b"\x80\x02K\x01)\x81.",
    "items for a number": b"\x80\x02K\x01(K\x02K\x03u.",
    "add to a list": b"\x80\x04](K\x02\x90.",
    "unknown opcode": b"\x80\x02]\xfe.",
    "newer protocol": b"\x80\x7f].",
    "memo that is not there": b"\x80\x02h\x05.",
    "text that is not": b"\x80\x02X\x01\x00\x00\x00\xff.",
    "a quote is missing": b"S'a\n.",
    "an integer that is not": b"Ix\n.",
    "a float that is not": b"Fx\n.",
    "long of negative size": b"\x80\x02\x8b\xff\xff\xff\xff.",
    "bytes longer than memory": b"\x80\x04\x8e" + b"\xff" * 8 + b".",
    "a buffer": b"\x80\x05\x97.",
    "a place in the memo that takes all memory": b"\x80\x02]r\xff\xff\xff\x7f.",
    "the same as text": b"\x80\x02]p99999999999\n.",
    "no end": b"\x80\x02]",
    "nothing": b"",
    "number": pickle.dumps(5, 2),
    "dictionary": pickle.dumps({1: 2}, 2),
    "text in it": pickle.dumps(["a"], 2),
    "list in it": pickle.dumps([[1]], 2),
    "itself in it": b"\x80\x02]q\x00h\x00a.",
    "nothing in it": pickle.dumps([None], 2),
    "more behind": pickle.dumps([1], 2) + b"more",
    "another protocol": pickle.dumps([1, 2], 4),
    "truth": pickle.dumps([True], 2),
    "boost that is no number": pickle.dumps([(1, "a")], 2),
    "boost that is too large": pickle.dumps([(1, 10**400)], 2),
    "boosts whose sum is too large": pickle.dumps([(1, 1e300)], 2),
    "characters and a boost that is too large": pickle.dumps([(1, 0, 1, 1e300)], 2),
    "position that is too large": pickle.dumps([1 << 80], 2),
    "position with a fraction": pickle.dumps([1.5], 2),
    "characters with a fraction": pickle.dumps([(1, 0.5, 1)], 2),
}


@pytest.mark.parametrize("format_", FORMATS, ids=lambda format_: type(format_).__name__)
@pytest.mark.parametrize("pickled", HOSTILE.values(), ids=HOSTILE)
def test_a_pickle_that_the_format_never_wrote_is_foreign_and_runs_nothing(format_, pickled):
    value = as_value(format_, pickled)
    decoder = decoder_for(format_, foreign=False)
    with pytest.raises(ValueError, match=r"."):
        decoder.encode(value)
    assert encode_payloads(format_, [value]) == ([value], True)
