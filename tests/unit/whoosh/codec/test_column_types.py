"""Column types of Whoosh that would pickle are written as others."""

from __future__ import annotations

import gc

import pytest
from whoosh import columns
from whoosh.filedb.filestore import RamStorage

from searchlib.whoosh.codec.column_types import storable
from tests.helpers.hostile_values import Bomb

pytestmark = pytest.mark.kernels


def there_and_back(column, values: dict[int, object], count: int) -> list[object]:
    """Write some of ``count`` values, and read all."""
    storage = RamStorage()
    with storage.create_file("column") as file:
        writer = column.writer(file)
        for number, value in values.items():
            writer.add(number, value)
        writer.finish(count)
        length = file.tell()
    with storage.open_file("column") as file:
        reader = column.reader(file, 0, length, count)
        found = [reader[number] for number in range(count)]
        assert list(reader) == found
        del reader
        gc.collect()  # Whoosh's readers keep views of the file
        return found


def test_values_come_back_without_pickles():
    column = storable(columns.PickleColumn(columns.VarBytesColumn()))
    values = {0: {"a": [1, None, "\u00e9"]}, 2: b"bytes", 3: 1.5}
    assert there_and_back(column, values, 5) == [values[0], None, values[2], 1.5, None]


def test_what_is_no_value_is_refused():
    column = storable(columns.PickleColumn(columns.VarBytesColumn()))
    with pytest.raises(TypeError):
        there_and_back(column, {0: Bomb()}, 1)


def test_blocks_that_whoosh_pickles_are_values_one_by_one():
    column = storable(columns.CompressedBlockColumn())
    assert isinstance(column, columns.CompressedBytesColumn)
    assert there_and_back(column, {1: b"one" * 99}, 3) == [b"", b"one" * 99, b""]


def test_a_column_in_a_column_is_looked_at_too():
    inner = storable(columns.PickleColumn(columns.CompressedBlockColumn()))
    assert there_and_back(inner, {0: [1]}, 2) == [[1], None]


@pytest.mark.parametrize(
    "column", [columns.VarBytesColumn(), columns.NumericColumn("i"), columns.BitColumn()]
)
def test_all_others_are_left_as_they_are(column):
    assert storable(column) is column
