"""The schema, and what must agree with it: Article, the types that users see, and the kernels."""

from __future__ import annotations

import dataclasses
import inspect
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from types import NoneType
from typing import get_args, get_type_hints

import pytest

from searchlib import Article, schema
from searchlib.kernels.segment.records import raw_parts
from searchlib.query.fields import LEAD_FIELD
from searchlib.schema import FIELDS, FIELDS_BY_NAME, TEXT_FIELDS, WORD_COUNT
from searchlib.settings import Settings

pytestmark = pytest.mark.kernels


def test_the_fields_of_an_article_are_those_of_the_schema():
    assert [field.name for field in dataclasses.fields(Article)] == [*FIELDS_BY_NAME]


def test_the_keywords_of_an_article_are_those_of_the_schema():
    _, *keywords = inspect.signature(Article.__new__).parameters.values()
    assert [keyword.name for keyword in keywords] == [*FIELDS_BY_NAME]
    assert {keyword.kind for keyword in keywords} == {inspect.Parameter.KEYWORD_ONLY}


def test_an_article_has_a_value_of_its_kind_for_each_field():
    article = Article()  # a field that is not set would raise AttributeError
    kinds = {"date": NoneType, "stored": dict}
    for field in FIELDS:
        expected = tuple if field.many else kinds.get(field.kind, str)
        assert type(getattr(article, field.name)) is expected, field.name


def test_the_types_of_an_article_are_those_of_the_kinds():
    hints = get_type_hints(Article)
    for field in FIELDS:
        if field.many:
            assert hints[field.name] == tuple[str, ...]
        elif field.kind == "date":
            assert hints[field.name] == datetime | None
        elif field.name == schema.METADATA_FIELD:
            assert issubclass(hints[field.name].__origin__, Mapping)
        else:
            assert hints[field.name] is str


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_each_field_is_kept_and_given_back(field):
    if field.name == schema.METADATA_FIELD:
        value = {"a": 1}
    elif field.kind == "date":
        value = "2022-11-02T00:00:00+00:00"
    else:
        value = ["x", "y"] if field.many else "x"
    article = Article(**{"article_id": "id", field.name: value})
    assert article.to_dict() == {"article_id": "id", field.name: value}
    assert Article.from_dict(article.to_dict()) == article


def test_the_type_of_a_text_field_names_them_all():
    assert get_args(schema.TextField) == TEXT_FIELDS


def test_the_kernels_count_as_many_text_fields():
    record = " ".join(["0"] * (schema.NUM_TEXT_FIELDS + 1)).encode() + b"\n"
    assert len(raw_parts(record)) == schema.NUM_TEXT_FIELDS + 2
    assert sum(1 << number for number in range(schema.NUM_TEXT_FIELDS)) == schema.ALL_FIELDS


def test_no_name_means_two_fields():
    in_files = Counter(name for field in FIELDS for name in field.in_files.split())
    in_queries = Counter(
        name
        for field in (*FIELDS, WORD_COUNT)
        for name in (*field.in_queries.split(), *field.elsewhere.split())
    )
    in_queries[LEAD_FIELD] += 1
    assert [name for name, times in (in_files + in_queries).items() if times > 2] == []
    assert {*in_files.values()} == {*in_queries.values()} == {1}


def test_names_are_in_small_letters():
    # Readers and the parser fold a name before they look it up.
    for field in FIELDS:
        for names in (field.in_files, field.in_queries, field.elsewhere, field.in_headers):
            assert names == names.casefold()


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_each_field_has_what_its_kind_needs(field):
    assert field.name in field.in_files.split()
    assert {*field.in_headers.split()} <= {*field.in_files.split()}
    if field.kind in {"text", "key"}:
        assert field.in_queries
    if field.kind == "key":
        assert field.label.partition(" ")[0] in {"a", "an"}


def test_a_segment_has_a_column_for_one_date():
    assert schema.INDEXED_DATES == ("published",)


def test_the_weights_of_an_index_are_those_of_the_schema():
    assert Settings().weights == {"headline": 2.0, "body": 1.0, "caption": 1.0}
    assert Settings(weights={"body": 3.0}).weights == {"body": 3.0}
    Settings().weights["body"] = 9.0
    assert schema.DEFAULT_WEIGHTS["body"] == 1.0
