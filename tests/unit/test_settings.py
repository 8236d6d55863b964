"""The settings of an index: their ranges, and their file."""

from __future__ import annotations

import json

import pytest

from searchlib.errors import CorruptIndexError, IndexFormatError
from searchlib.settings import FORMAT, Settings

pytestmark = pytest.mark.kernels

OTHERS = Settings(
    analyzer="french", weights={"headline": 0, "body": 2.5, "caption": 1e6}, k1=0.0, b=1.0
)


@pytest.mark.parametrize("settings", [Settings(), OTHERS])
def test_settings_come_back(settings):
    data = settings.encode()
    assert Settings.decode(data, "/index") == settings
    assert json.loads(data)["format"] == FORMAT
    assert data.endswith(b"}\n")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"k1": -0.1}, "k1 must be from 0 to 1e6, not -0.1"),
        ({"k1": 1e7}, "k1 must be"),
        ({"k1": float("nan")}, "k1 must be from 0 to 1e6, not nan"),
        ({"k1": True}, "k1 must be"),
        ({"k1": 10**400}, "k1 must be"),
        ({"b": 1.01}, r"b must be from 0 to 1, not 1\.01"),
        ({"b": "0.5"}, "b must be from 0 to 1, not '0.5'"),
        ({"weights": {"body": -1}}, "the weight of body must be from 0 to 1e6, not -1"),
        ({"weights": {"body": float("inf")}}, "the weight of body"),
        ({"weights": {"titel": 1, "body": 1}}, "weights names 'titel'; there are headline, body"),
    ],
)
def test_what_is_out_of_range(given, message):
    with pytest.raises(ValueError, match=message):
        Settings(**given)


def test_a_call_overrides_what_it_names_and_nothing_else():
    assert OTHERS.overridden() == OTHERS
    changed = OTHERS.overridden(weights={"body": 0}, k1=2.0)
    assert changed == Settings("french", {"headline": 0, "body": 0, "caption": 1e6}, k1=2.0, b=1.0)
    assert OTHERS.overridden(b=0.0).b == 0.0
    assert OTHERS.weights["body"] == 2.5
    with pytest.raises(ValueError, match="the weight of body"):
        OTHERS.overridden(weights={"body": -1})
    with pytest.raises(TypeError, match="weights must map"):
        OTHERS.overridden(weights=[1, 2])


def test_every_changed_byte_is_found_unless_it_changes_nothing():
    data = OTHERS.encode()
    for at in range(len(data)):
        changed = bytearray(data)
        changed[at] ^= 1
        try:
            found = Settings.decode(bytes(changed), "/index")
        except (CorruptIndexError, IndexFormatError):
            continue
        # White space became other white space.
        assert found == OTHERS
        assert data[at : at + 1].isspace()


@pytest.mark.parametrize("format_", [FORMAT - 1, FORMAT + 1])
def test_another_format_says_what_to_do(format_):
    values = json.loads(Settings().encode()) | {"format": format_}
    with pytest.raises(IndexFormatError, match=r"upgrade|again") as caught:
        Settings.decode(json.dumps(values).encode(), "/index")
    assert (caught.value.found, caught.value.supported) == (format_, FORMAT)
    assert ("upgrade" in str(caught.value)) == (format_ > FORMAT)


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"null", b"{" * 10, b"[" * 10**5, b"\xff"])
def test_what_was_never_written_is_damage(data):
    with pytest.raises(CorruptIndexError, match="the settings cannot be read") as caught:
        Settings.decode(data, "/index")
    assert (caught.value.path, caught.value.file) == ("/index", "searchlib.json")
