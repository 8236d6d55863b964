"""Whoosh programs as users write them see the same with create_in and open_dir of ours."""

from __future__ import annotations

from types import ModuleType

import pytest
import whoosh.index
from whoosh import fields, query, writing
from whoosh.index import EmptyIndexError

import searchlib.whoosh
from tests.whoosh.program_index import document, make_schema, state


def program(module: ModuleType, folder: str) -> list:
    """Live through an index as a program does, and tell what it sees at every step."""
    seen: list = [module.exists_in(folder)]
    index = module.create_in(folder, make_schema())
    seen += [
        module.exists_in(folder),
        index.is_empty(),
        index.latest_generation(),
        index.doc_count(),
    ]
    with index.writer() as writer:
        for number in range(12):
            writer.add_document(**document(number))
    seen += [state(index), state(module.open_dir(folder))]
    with index.writer(limitmb=32, procs=1) as writer:
        writer.update_document(**{**document(3), "body": "no more war near london"})
        writer.update_document(**document(99))
    seen.append(state(index))
    index.delete_by_query(query.Term("tags", "money"))
    index.delete_by_term("path", "/1")
    seen.append(state(index))
    writer = index.writer()
    writer.add_document(path="/100", body="never")
    writer.delete_by_term("path", "/3")
    writer.cancel()
    with pytest.raises(ZeroDivisionError), index.writer() as writer:
        writer.add_document(path="/101", body=str(1 // 0))
    with pytest.raises(fields.UnknownFieldError), index.writer() as writer:
        writer.add_document(nowhere="x")
    seen.append(state(index))
    for number, options in enumerate(({"merge": False}, {"mergetype": writing.NO_MERGE}, {})):
        writer = index.writer()
        with writer.group():
            writer.add_document(**document(20 + number))
            writer.add_document(**document(30 + number))
        writer.commit(**options)
    seen.append(state(module.open_dir(folder, readonly=True)))
    index.add_field("added", fields.KEYWORD(stored=True))
    index.remove_field("grams")
    with index.writer() as writer:
        writer.add_document(path="/102", added="new fields", body="rain")
    index = module.open_dir(folder)
    with index.searcher() as searcher:
        seen.append([hit["path"] for hit in searcher.search(query.Term("added", "fields"))])
    index.optimize()
    seen.append(state(index))
    seen.append((index.doc_count_all(), index.latest_generation(), index.up_to_date()))
    buffered = writing.BufferedWriter(index, period=None, limit=2)
    for number in (40, 41, 42):
        buffered.update_document(**{k: v for k, v in document(number).items() if k != "grams"})
    buffered.close()
    first, waiting = index.writer(), writing.AsyncWriter(index, delay=0.01)
    waiting.add_document(path="/103", body="war")
    waiting.commit()
    first.commit()
    waiting.join()
    seen.append(state(index.refresh()))
    index.writer().commit(mergetype=writing.CLEAR)
    seen.append(state(index))
    other = module.create_in(folder, fields.Schema(text=fields.TEXT), indexname="other")
    seen += [other.doc_count(), module.exists_in(folder, "other"), module.exists_in(folder, "no")]
    index = module.create_in(folder, make_schema())
    seen.append((index.doc_count(), module.open_dir(folder, indexname="other").schema.names()))
    with pytest.raises(EmptyIndexError):
        module.open_dir(folder, indexname="no")
    return seen


def test_programs_run_the_same(tmp_path):
    (tmp_path / "theirs").mkdir()
    (tmp_path / "ours").mkdir()
    theirs = program(whoosh.index, str(tmp_path / "theirs"))
    ours = program(searchlib.whoosh, str(tmp_path / "ours"))
    assert len(ours) == len(theirs)
    for number, (found, expected) in enumerate(zip(ours, theirs, strict=True)):
        assert found == expected, number
