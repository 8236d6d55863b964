"""Commit files: they come back as they were, or are refused."""

from __future__ import annotations

import json
import zlib

import pytest

from searchlib.errors import CorruptIndexError, IndexFormatError
from searchlib.files.commit_names import MAX_GENERATION
from searchlib.files.memory_storage import MemoryStorage
from searchlib.segment.entry import SegmentEntry, segment_file
from searchlib.store.commit import Commit

pytestmark = pytest.mark.kernels

ID = "9f86d081884c7d659a2feaa0c55ad015"
BEFORE = "4355a46b19d348dc2f57c046f8ef63d4"


def segment(name: str, documents: int, deleted: tuple[int, ...] = ()) -> SegmentEntry:
    return SegmentEntry(f"MAIN_{name}", documents, deleted)


def decoded(data: bytes, generation: int = 7) -> Commit:
    return Commit.decode(data, "/index", f"MAIN_{generation}.commit")


def state(commit: Commit) -> tuple:
    return commit.generation, [
        (each.name, each.documents, list(each.deleted)) for each in commit.segments
    ]


def sealed(line: bytes) -> bytes:
    """Give a file with this line, and the checksum that fits it."""
    line += b"\n"
    return line + b"crc32 %08x\n" % zlib.crc32(line)


def with_values(**more: object) -> bytes:
    values = {
        "version": 4,
        "id": ID,
        "generation": 7,
        "transaction": 6,
        "segments": [],
        "dropped": [],
        "after": [],
    } | more
    return sealed(json.dumps(values).encode())


def with_segment(**more: object) -> bytes:
    values = {"name": "MAIN_x1", "documents": 3, "deleted": [1], "readable": True} | more
    return with_values(segments=[values], dropped=["MAIN_6.commit"], after=[BEFORE])


SMALL = Commit(7, [segment("x1", 3, (1,))], ID, 6, ["MAIN_6.commit"], [BEFORE]).encode()


@pytest.mark.parametrize(
    ("generation", "segments"),
    [
        (0, []),
        (7, [("x1", 3, (1,))]),
        (
            MAX_GENERATION,
            [("a", 0, ()), ("0123456789abcdefghijklmnopqrstuv", 10**9, (0, 5, 10**9 - 1))],
        ),
        (1, [(f"s{number}", number, tuple(range(number))) for number in range(50)]),
    ],
)
def test_a_commit_comes_back(generation, segments):
    commit = Commit(generation, [segment(*each) for each in segments])
    found = decoded(commit.encode(), generation)
    assert state(found) == state(commit)
    assert found.commit_id == commit.commit_id
    assert state(found)[1] == [
        (f"MAIN_{name}", documents, list(deleted)) for name, documents, deleted in segments
    ]
    assert found.file_name == commit.file_name == f"MAIN_{generation}.commit"


def test_the_bytes_are_those_of_the_grammar():
    line, checksum = SMALL.splitlines()
    assert line == (
        b'{"version": 4, "id": "9f86d081884c7d659a2feaa0c55ad015", "generation": 7,'
        b' "transaction": 6, "segments": [{"name": "MAIN_x1", "documents": 3, "deleted": [1],'
        b' "readable": true}], "dropped": ["MAIN_6.commit"],'
        b' "after": ["4355a46b19d348dc2f57c046f8ef63d4"]}'
    )
    assert checksum == b"crc32 %08x" % zlib.crc32(line + b"\n")
    assert with_segment() == SMALL


def test_no_two_commits_are_equal():
    assert Commit(1, []).encode() != Commit(1, []).encode()


def test_a_commit_knows_what_it_was_made_from():
    commits = [Commit(0, [])]
    for number in range(1, 12):
        commits.append(
            commits[-1].next(number, [segment("x1", 3)], {"MAIN_x1.articles", "MAIN_0.commit"})
        )
    last = commits[-1]
    assert (last.transaction, last.dropped) == (11, ["MAIN_0.commit"])
    assert last.ancestor_ids == [each.commit_id for each in commits[-2:-10:-1]]


def test_what_may_be_dropped_is_known_by_the_commit_alone():
    storage = MemoryStorage()
    commit = Commit(7, [segment("x1", 3)], ID, 6, ["MAIN_6.commit", f"MAIN_{ID}.articles"])
    ours = {
        "MAIN_7.commit",
        "MAIN_x1.articles",
        "MAIN_6.commit",
        segment_file(commit.new_name()),  # of a writer that was killed
        commit.new_temporary(),
    }
    strangers = {
        *("MAIN_5.commit", "MAIN_8.commit", "MAIN_x2.articles", "MAIN_x1.articles.new"),
        *("MAIN_WRITELOCK", "searchlib.json", "searchlib.json.new", "MAIN_6.commit.new"),
        *("MAIN_notes.txt", "_MAIN_1.toc", "MAIN_zkzw1oc9gjqqxwmx.seg", f"MAIN_{ID[:16]}.txt"),
        *(segment_file(Commit(7, []).new_name()), f"MAIN_{ID[:15]}x.articles"),
    }
    for name in ours | strangers:
        storage.create_file(name).close()
    assert commit.droppable(storage) == ours


@pytest.mark.parametrize("at", range(len(SMALL)))
def test_every_flipped_bit_is_refused(at):
    for bit in range(8):
        data = bytearray(SMALL)
        data[at] ^= 1 << bit
        with pytest.raises(CorruptIndexError, match="is damaged") as caught:
            decoded(bytes(data))
        assert (caught.value.path, caught.value.file) == ("/index", "MAIN_7.commit")


def test_every_truncation_and_addition_is_refused():
    for data in [
        *(SMALL[:size] for size in range(len(SMALL))),
        SMALL + b"\n",
        b"\n" + SMALL,
        SMALL * 2,
    ]:
        with pytest.raises(CorruptIndexError, match="is damaged"):
            decoded(data)


@pytest.mark.parametrize("version", [0, 1, 2, 3, 5, 10**30])
def test_another_version_is_an_error_of_its_own(version):
    with pytest.raises(IndexFormatError, match=f"version {version}") as caught:
        decoded(with_values(version=version, segments="in a way of its own"))
    assert (caught.value.found, caught.value.supported) == (version, 4)


HOSTILE = {
    "nothing": sealed(b""),
    "no JSON": sealed(b"{"),
    "two values": sealed(b"{} {}"),
    "not UTF-8": sealed(b'{"version": "\xff"}'),
    "a byte order mark": sealed("\ufeff{}".encode()),
    "UTF-16": sealed('{"version": 4}'.encode("utf-16-le")),
    "a list": sealed(b"[]"),
    "a number": sealed(b"1"),
    "null": sealed(b"null"),
    "an empty object": sealed(b"{}"),
    "endless lists": sealed(b"[" * 100_000),
    "endless objects": sealed(b'{"version":' * 100_000),
    "endless digits": sealed(b'{"version": 4' + b"0" * 5000 + b"}"),
    "no generation": sealed(b'{"version": 4, "segments": []}'),
    "no segments": sealed(b'{"version": 4, "generation": 7}'),
    "infinite generation": sealed(b'{"version": 4, "generation": Infinity, "segments": []}'),
    **{
        f"version {value!r}": with_values(version=value)
        for value in ("1", None, True, 1.0, 1.5, [1], {}, -1)
    },
    **{
        f"generation {value!r}": with_values(generation=value)
        for value in ("7", None, True, 7.0, 7.5, [7], {}, -1)
    },
    "another generation than its name says": with_values(generation=8),
    "no id": sealed(b'{"version": 4, "generation": 7, "segments": []}'),
    **{
        f"id {value!r}": with_values(id=value)
        for value in ("", ID[1:], ID + "0", ID.upper(), None, 7, [ID])
    },
    **{
        f"segments {value!r}": with_values(segments=value)
        for value in (
            "",
            "ab",
            None,
            5,
            {},
            {"name": "MAIN_x1"},
            [None],
            [1],
            [[]],
            [{}],
            ["MAIN_x1"],
        )
    },
    **{
        f"name {value!r}": with_segment(name=value)
        for value in (
            *(
                "",
                "x1",
                "MAIN_",
                "MAIN_../x",
                "MAIN_x1\n",
                "OTHER_x1",
                "MAIN_X",
                "MAIN_" + "x" * 33,
            ),
            *("/etc/passwd", "MAIN_\u0663", "MAIN_x\0", None, 5, ["MAIN_x1"]),
        )
    },
    **{
        f"documents {value!r}": with_segment(documents=value, deleted=[])
        for value in ("3", None, True, 3.0, -1, [3], {})
    },
    **{
        f"deleted {value!r}": with_segment(deleted=value)
        for value in (
            "",
            "1",
            None,
            1,
            {},
            {"1": 1},
            [3],
            [-1],
            [1.0],
            [0.5],
            [True],
            ["1"],
            [None],
            [[1]],
        )
    },
    **{
        f"readable {value!r}": with_segment(readable=value)
        for value in (None, 0, 1, "", "true", [])
    },
    **{
        f"transaction {value!r}": with_values(transaction=value)
        for value in ("7", None, True, 7.0, [7], {}, -1)
    },
    **{
        f"dropped {value!r}": with_values(dropped=value)
        for value in (
            "",
            None,
            {},
            "MAIN_6.commit",
            [1],
            [None],
            [["MAIN_6.commit"]],
            ["searchlib.json"],
            ["MAIN_WRITELOCK"],
            ["../MAIN_6.commit"],
            ["MAIN_x1.articles\n"],
            ["_MAIN_1.toc"],
            ["notes.txt"],
        )
    },
    **{
        f"after {value!r}": with_values(after=value)
        for value in ("", None, {}, ID, [1], [None], [ID[1:]], [ID.upper()], [[ID]])
    },
    "a segment twice": with_values(
        segments=[{"name": "MAIN_x1", "documents": 3, "deleted": [], "readable": True}] * 2
    ),
    **{
        f"dropped {value!r}": with_values(dropped=[value])
        for value in (
            *("MAIN_letters.articles", "MAIN_5x.new", "MAIN_07.commit"),
            *("MAIN_0123456789ABCDEF0123456789ABCDEF.articles", f"MAIN_{'0' * 33}.new"),
        )
    },
    "another key": with_segment(more=1),
    "a key of Python's": with_segment(__class__=1),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_what_was_never_written_is_refused_though_its_checksum_is_right(data):
    with pytest.raises(CorruptIndexError, match="cannot be read"):
        decoded(data)
