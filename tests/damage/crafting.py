"""Indexes that nobody wrote, with right checksums: what stands in their sections is changed.

A segment is taken apart into its sections, some of which are changed, and written again by the
writer of containers; a commit or settings are changed as JSON. So every checksum is right, and
what reads the sections meets numbers that no writer of ours writes.
"""

from __future__ import annotations

import json
import random
import zlib
from array import array
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

from searchlib.files.container import Container
from searchlib.files.container_writing import ContainerWriter
from searchlib.segment.segment import KIND
from searchlib.segment.stored_articles import zstd
from searchlib.settings import SETTINGS_FILE, _checksum

Sections = dict[str, bytes]

_EXTREMES: Final = (0, 1, 2, 127, 128, 255, 2**15, 2**16, 2**30, 2**31 - 1, 2**31, 2**32 - 1)
_LONG_EXTREMES: Final = (*_EXTREMES, 2**32, 2**61, 2**63 - 1, 2**63, 2**64 - 1)


# Segments


def taken_apart(data: bytes) -> Sections:
    """Give the sections of a segment; those of checksums of pages are made again."""
    container = Container(data, _kind(data), path="", name="")
    return {name: bytes(container.section(name)) for name in container.names()}


def _kind(data: bytes) -> bytes:
    return data[12:16]


class _Buffer(bytearray):
    def write(self, piece: Any) -> None:
        self.extend(piece)


def put_together(sections: Sections, kind: bytes = KIND) -> bytes:
    """Give the segment that has these sections, with right checksums."""
    file = _Buffer()
    writer = ContainerWriter(file, kind)
    for name, content in sections.items():
        if f"{name}#" in sections:
            writer.paged_section(name, [content])
        elif not name.endswith("#"):
            writer.section(name, [content])
    writer.finish()
    return bytes(file)


def _any_section(chance: random.Random, sections: Sections) -> str:
    return chance.choice([name for name in sections if not name.endswith("#")])


def _flip_bits(chance: random.Random, content: bytearray) -> None:
    for _ in range(chance.choice((1, 1, 2, 8))):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)


def _extreme_bytes(chance: random.Random, content: bytearray) -> None:
    at = chance.randrange(len(content))
    count = min(chance.choice((1, 2, 5, 9)), len(content) - at)
    content[at : at + count] = bytes([chance.choice((0, 1, 0x7F, 0x80, 0xFF))]) * count


def _extreme_number(chance: random.Random, content: bytearray) -> None:
    size = chance.choice((4, 8))
    if len(content) < size:
        _extreme_bytes(chance, content)
        return
    at = chance.randrange(len(content) // size) * size
    found = int.from_bytes(content[at : at + size], "little")
    near = [found + by for by in (-2, -1, 1, 2, 8, len(content))]
    number = chance.choice([*near, *(_EXTREMES if size == 4 else _LONG_EXTREMES)])
    content[at : at + size] = (number % 2 ** (8 * size)).to_bytes(size, "little")


def _cut_short(chance: random.Random, content: bytearray) -> None:
    ends = [0, len(content) - 1, len(content) - 4, len(content) - 8, chance.randrange(len(content))]
    del content[max(chance.choice(ends), 0) :]


def _lengthen(chance: random.Random, content: bytearray) -> None:
    more = chance.choice((1, 4, 8, 12, 64, 1000))
    kind = chance.choice(("zeros", "ones", "noise", "itself"))
    pieces = {
        "zeros": bytes(more), "ones": b"\xff" * more, "noise": chance.randbytes(more),
        "itself": bytes(content[:more]),
    }  # fmt: skip
    content.extend(pieces[kind])


def _move_piece(chance: random.Random, content: bytearray) -> None:
    start, end = sorted(chance.randrange(len(content) + 1) for _ in range(2))
    end = min(end, start + 64)
    piece = content[start:end]
    if chance.random() < 0.7:
        del content[start:end]
    at = chance.randrange(len(content) + 1)
    content[at:at] = piece


_OF_CONTENT: Final = (
    *(_flip_bits, _extreme_bytes, _extreme_number, _extreme_number, _extreme_number),
    *(_cut_short, _lengthen, _move_piece),
)


def _change_content(chance: random.Random, sections: Sections) -> str:
    name = _any_section(chance, sections)
    content = bytearray(sections[name] or b"\0")
    change = chance.choice(_OF_CONTENT)
    change(chance, content)
    sections[name] = bytes(content)
    return f"{change.__name__} {name}"


def _exchange(chance: random.Random, sections: Sections) -> str:
    one, other = _any_section(chance, sections), _any_section(chance, sections)
    if chance.random() < 0.5:
        sections[one], sections[other] = sections[other], sections[one]
        return f"exchange {one} {other}"
    sections[one] = sections[other]
    return f"copy {other} to {one}"


def _leave_out(chance: random.Random, sections: Sections) -> str:
    name = _any_section(chance, sections)
    del sections[name]
    sections.pop(f"{name}#", None)
    return f"leave out {name}"


def _change_record(chance: random.Random, sections: Sections) -> str:
    """Change an article below its compression, where a flipped bit would be found by zstd."""
    ends = array("I", sections["ends"])
    starts = [0, *ends[:-1]]
    frames = [sections["stored"][start:end] for start, end in zip(starts, ends, strict=True)]
    learnt = sections["dictionary"]
    options = {"zstd_dict": zstd.ZstdDict(learnt)} if learnt else {}
    doc = chance.randrange(len(frames))
    record = bytearray(zstd.decompress(frames[doc], **options))
    change = chance.choice(_OF_CONTENT)
    if chance.random() < 0.5:  # in the lengths that a record begins with
        head = bytearray(record[: record.find(b"\n") + 1])
        digit = chance.randrange(len(head))
        head[digit : digit + 1] = chance.choice(
            (b"9", b"-", b" ", b"\n", b"99999999999", b"0", b"")
        )
        record[: record.find(b"\n") + 1] = head
    else:
        change(chance, record)
    frames[doc] = zstd.compress(bytes(record), **options)
    sections["stored"] = b"".join(frames)
    sections["ends"] = array("I", accumulate(map(len, frames))).tobytes()
    return f"change the record {doc}"


def _change_segment(chance: random.Random, path: Path) -> str:
    endings = (".articles", ".docs", ".terms")
    files = [each for each in path.iterdir() if each.suffix in endings]
    # By their times: their names are others each time, and a trial should be the same.
    file = chance.choice(sorted(files, key=lambda each: each.stat().st_mtime_ns))
    data = file.read_bytes()
    sections = taken_apart(data)
    changes = [*(_change_content,) * 8, _exchange, _leave_out]
    if file.suffix == ".articles":
        changes.append(_change_record)
    done: list[str] = []
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        change = chance.choice(changes)
        try:
            done.append(change(chance, sections))
        except (KeyError, ValueError, IndexError, zstd.ZstdError):
            continue  # an earlier change has left nothing for it
    file.write_bytes(put_together(sections, _kind(data)))
    return f"{file.name[-20:]}: {', '.join(done)}"


# Commits and settings


def _change_commit(chance: random.Random, path: Path) -> str:
    (file,) = path.glob("*.commit")
    values = json.loads(file.read_bytes().partition(b"\n")[0])
    segment = chance.choice(values["segments"])
    numbers = (-1, 1.5, None, True, "1", [], *_LONG_EXTREMES, 10**30)
    what = chance.choice(("documents", "deleted", "deleted", "twice", "order", "none", "value"))
    if what == "documents":
        segment[what] = chance.choice([segment[what] + 1, segment[what] - 1, *numbers])
    elif what == "deleted":
        count = segment["documents"]
        several = sorted(chance.sample(range(count), chance.randrange(count + 1)))
        segment[what] = chance.choice(
            [several, list(range(count)), [count - 1], [count], [chance.choice(numbers)], [0, 0]]
        )
    elif what == "twice":
        values["segments"].append(segment)
    elif what == "order":
        chance.shuffle(values["segments"])
    elif what == "none":
        values["segments"].remove(segment)
    else:
        holder = chance.choice([values, segment])
        name = chance.choice(sorted(holder))
        holder[name] = chance.choice(numbers)
        what = name
    line = json.dumps(values).encode() + b"\n"
    file.write_bytes(line + f"crc32 {zlib.crc32(line):08x}\n".encode())
    return f"commit: {what}"


def _change_settings(chance: random.Random, path: Path) -> str:
    file = path / SETTINGS_FILE
    values = json.loads(file.read_bytes())
    del values["crc32"]
    name = chance.choice(("k1", "b", "weights", "weights", "analyzer"))
    number = chance.choice(
        (0, 0.0, 1e-300, 1e6, 1e300, -1, float("nan"), 2**64, 10**400, None, "1")
    )
    if name == "weights":
        values[name][chance.choice(("headline", "body", "caption", "more"))] = number
    elif name == "analyzer":
        values[name] = chance.choice(("german", "plain", "exact", "none", "", 7, None))
    else:
        values[name] = number
    file.write_text(json.dumps({**values, "crc32": _checksum(values)}))
    return f"settings: {name}"


def craft(chance: random.Random, path: Path) -> str:
    """Change the index at ``path``; say how."""
    changes = [*(_change_segment,) * 8, _change_commit]
    if (path / SETTINGS_FILE).exists():
        changes.append(_change_settings)
    return chance.choice(changes)(chance, path)
