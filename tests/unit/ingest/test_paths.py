"""From a path to articles: files, trees, standard input; errors, skips and bytes."""

from __future__ import annotations

import bz2
import gzip
import io
import itertools
import lzma
import os
import random
import sys
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchlib.errors import IngestError, MalformedArticleError, UnsupportedFormatError
from searchlib.ingest import formats, input_bytes, read
from searchlib.ingest import paths as reading
from tests.helpers.sources import json_line

COMPRESS = {"": bytes, ".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}


def test_file_that_cannot_be_opened(collect, put, monkeypatch):
    folder = put(a="a", b="b", c="c")

    def refuse(path, mode):
        if path.endswith("b.jsonl"):
            raise PermissionError(13, "Permission denied", path)
        return open(path, mode)

    monkeypatch.setattr(reading, "open", refuse, raising=False)
    assert collect(folder) == (["a", "c"], ["b.jsonl: it cannot be read: Permission denied"], [])


def test_strict_raises_the_first_error(put):
    folder = put(a="a", b=b"?\n!\n" + json_line("b"), c=b"?\n")
    told: list[IngestError] = []
    found = read(folder, strict=True, on_error=told.append)
    assert next(found).headline == "a"
    with pytest.raises(MalformedArticleError) as raised:
        next(found)
    assert (raised.value.source, raised.value.line) == (str(folder / "b.jsonl"), 1)
    assert list(found) == []
    assert told == []


def test_errors_go_to_on_error_in_their_place(put):
    folder = put(a=b"?\n" + json_line("a") + b"!\n", b="b")
    seen: list[str] = []
    for article in read(folder, on_error=lambda error: seen.append(str(error)[len(str(folder)) :])):
        seen.append(article.headline)  # noqa: PERF401  # the order of both is looked at
    assert [item.partition(" ")[0] for item in seen] == [
        "/a.jsonl:1:", "a", "/a.jsonl:3:", "b",
    ]  # fmt: skip
    assert [article.headline for article in read(folder)] == ["a", "b"]


@pytest.mark.parametrize("content", [b"?\n", b""], ids=["a bad line", "no file"])
def test_what_on_error_raises_is_raised_as_it_is(put, content):
    folder = put(a=content, b="b")
    if not content:
        (folder / "a.jsonl").unlink()
        (folder / "a.jsonl").symlink_to("nowhere")
    told: list[IngestError] = []

    def full(error):
        told.append(error)
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        list(read(folder, on_error=full))
    assert len(told) == 1


def test_file_that_no_format_claims(collect, put):
    folder = put(**{"a.data": b"x", "b.gz": b"x"})
    for name in ("a.data", "b.gz"):
        with pytest.raises(UnsupportedFormatError, match="its name does not tell its format; say"):
            list(read(folder / name))
    assert collect(folder) == ([], [], ["a.data", "b.gz"])
    assert list(read(folder)) == []


def test_format_goes_before_names(collect, put):
    folder = put(**{"a.data": "a", "b.csv": "b", "c.txt.gz": gzip.compress(json_line("c"))})
    assert collect(folder, format="jsonl") == (["a", "b", "c"], [], [])
    with pytest.raises(UnsupportedFormatError, match="there is no format 'xml'"):
        next(read(folder, format="xml"))
    with pytest.raises(UnsupportedFormatError, match="there is no format 'xml'"):
        input_bytes(folder, "xml")


@pytest.mark.parametrize("name", ["nowhere", "a\0b"])
def test_path_that_is_not_there(tmp_path, name):
    with pytest.raises(IngestError, match="it cannot be read: "):
        next(read(tmp_path / name, on_error=lambda _: None))
    assert input_bytes(tmp_path / name) is None


@pytest.mark.parametrize("encoding", ["no-such", "undefined", "base64"])
def test_encoding_that_is_none(put, encoding):
    with pytest.raises(LookupError, match=encoding):
        next(read(put(a="a"), encoding=encoding))


def test_encoding_is_that_of_all_files(collect, put):
    line = '{"headline": "caf\u00e9"}\n'.encode("latin-1")
    folder = put(a=line, **{"b.jsonl.xz": lzma.compress(line)})
    assert collect(folder, encoding="latin-1") == (["caf\u00e9"] * 2, [], [])
    assert collect(folder)[0] == []


@pytest.mark.parametrize(
    ("data", "headlines"),
    [
        (json_line("a") + json_line("b"), ["a", "b"]),
        (b'[{"headline": "a"}]', ["a"]),
        (b"id,headline\n1,a\n", ["a"]),
        (b"a\n\nText.\n", ["a"]),
    ],
)
def test_standard_input(monkeypatch, data, headlines):
    told: list[int] = []
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert [article.headline for article in read("-", on_bytes=told.append)] == headlines
    assert sum(told) == len(data)
    assert input_bytes("-") is None


def test_standard_input_with_a_format_and_an_error(collect, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"?\n" + json_line("a"))))
    headlines, [error], _ = collect("-", format="jsonl")
    assert headlines == ["a"]
    assert error.startswith("-:1: it is not JSON")


def test_pipe_that_is_named_is_read_and_has_no_size(collect, tmp_path):
    pipe = tmp_path / "pipe.jsonl"
    os.mkfifo(pipe)
    assert input_bytes(pipe) is None
    writer = threading.Thread(target=pipe.write_bytes, args=(json_line("a"),))
    writer.start()
    assert collect(pipe)[0] == ["a"]
    writer.join()
    assert collect(tmp_path) == ([], [], [])


@pytest.mark.parametrize("suffix", COMPRESS)
@pytest.mark.parametrize("size", [0, 1, 400])
def test_input_bytes_are_what_on_bytes_adds_up_to(put, suffix, size):
    # 400 lines are more than one chunk, compressed too.
    numbers = random.Random(7)
    texts = [numbers.randbytes(1000).hex() for _ in range(size)]
    lines = b"".join(json_line(text) for text in texts)
    folder = put(
        **{
            f"a.jsonl{suffix}": COMPRESS[suffix](lines),
            f"b/c.json{suffix}": COMPRESS[suffix](b"[" + b",".join(lines.splitlines()) + b"]"),
            f"b/d.csv{suffix}": COMPRESS[suffix](
                ("headline,body\n" + "".join(f"1,{text}\n" for text in texts)).encode()
            ),
            f"e.txt{suffix}": COMPRESS[suffix](("Horses\n\n" + "\n".join(texts)).encode()),
            "skipped.data": b"x" * 100,
        }
    )
    for path in (folder, *(folder / name for name in os.listdir(folder) if name[0] in "ae")):
        told: list[int] = []
        assert len(list(read(path, strict=True, on_bytes=told.append))) >= (size > 0)
        assert sum(told) == input_bytes(path)
    assert input_bytes(folder, "jsonl") == (input_bytes(folder) or 0) + 100


@pytest.mark.parametrize("suffix", [".gz", ".xz"])
def test_truncated_file_of_a_tree_gives_what_came_before_and_the_next_is_read(collect, put, suffix):
    lines = b"".join(json_line(str(number)) for number in range(5000))
    packed = COMPRESS[suffix](lines)
    folder = put(**{f"a.jsonl{suffix}": packed[: len(packed) // 2], "b.jsonl": "last"})
    headlines, [error], _ = collect(folder)
    assert error.startswith(f"a.jsonl{suffix}: the compressed data is damaged: ")
    assert len(headlines) > 1000
    assert headlines == [*map(str, range(len(headlines) - 1)), "last"]


@given(
    st.binary(max_size=60),
    st.sampled_from(["", ".gz", ".bz2", ".xz"]),
    st.booleans(),
    st.sampled_from(formats()),
)
def test_any_bytes_in_a_file_are_articles_or_errors(tmp_path_factory, data, suffix, packed, name):
    path = tmp_path_factory.mktemp("any") / f"a{suffix}"
    path.write_bytes(COMPRESS[suffix](data) if packed else data)
    errors: list[IngestError] = []
    found = read(path, format=name, on_error=errors.append)
    count = sum(1 for _ in itertools.islice(found, len(data) + 2))
    assert count + len(errors) <= len(data) + 1
    if suffix and not packed and data:
        assert errors
    assert all(str(error).startswith(str(path)) for error in errors)
