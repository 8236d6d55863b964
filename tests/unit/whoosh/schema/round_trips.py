"""Schemas to JSON and back, as a commit holds them."""

from __future__ import annotations

import json
from typing import Any

from whoosh import fields

from searchlib.whoosh.schema.schema_reading import decode_schema
from searchlib.whoosh.schema.schema_writing import encode_schema, supplied_fields


def written(schema: fields.Schema) -> Any:
    return json.loads(json.dumps(encode_schema(schema, "/index"), allow_nan=False))


def decode(data: object) -> fields.Schema:
    return decode_schema(data, "/index", "_MAIN_7.commit")


def there_and_back(schema: fields.Schema) -> fields.Schema:
    data = written(schema)
    assert supplied_fields(data) == {}
    return decode(data)
