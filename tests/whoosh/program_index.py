"""An index as Whoosh's programs make it, the files of its folder, and what a program sees of it."""

from __future__ import annotations

import random
from datetime import datetime
from pathlib import Path

import whoosh.index
from whoosh import analysis, fields, highlight, query, sorting
from whoosh.qparser import MultifieldParser

WORDS = "peace war markets rain border horses horse london paris falling fell again".split()
FIVE = [f"/{number}" for number in range(5)]


def make_schema() -> fields.Schema:
    schema = fields.Schema(
        path=fields.ID(stored=True, unique=True),
        title=fields.TEXT(stored=True, sortable=True, field_boost=2.0),
        body=fields.TEXT(analysis.StemmingAnalyzer(), stored=True, spelling=True, vector=True),
        tags=fields.KEYWORD(stored=True, commas=True, lowercase=True, scorable=True),
        date=fields.DATETIME(stored=True, sortable=True),
        size=fields.NUMERIC(int, stored=True, sortable=True),
        live=fields.BOOLEAN(stored=True),
        grams=fields.NGRAMWORDS(2, 4, at="start"),
        extra=fields.STORED(),
    )
    schema.add("*_note", fields.TEXT(stored=True), glob=True)
    return schema


def document(number: int) -> dict:
    words = random.Random(number)
    return {
        "path": f"/{number}",
        "title": " ".join(words.choices(WORDS, k=3)).title(),
        "body": " ".join(words.choices(WORDS, k=20)),
        "tags": ",".join(words.sample(["World", "money", "war"], 2)),
        "date": datetime(2024, 5, 1 + number % 28),  # noqa: DTZ001  # Whoosh knows no time zones
        "size": words.randrange(1000),
        "live": number % 2 == 0,
        "grams": words.choice(WORDS),
        "extra": {"number": number},
        "my_note": words.choice(WORDS),
    }


def state(index: whoosh.index.Index) -> list:
    """Give what a program can see of an index: rankings, groups, excerpts, suggestions."""
    schema = index.schema
    seen: list = [index.doc_count(), index.is_empty(), schema.names()]
    parser = MultifieldParser(["title", "body"], schema)
    with index.searcher() as searcher:
        seen.append(sorted(map(repr, searcher.documents())))
        for text in (
            *("war OR peace", "horse AND london", '"war again"', "mark* NOT rain", "tags:world"),
            *("date:[20240503 TO 20240510]", "size:{10 TO 500]", "live:yes", "grams:ho"),
            *("my_note:peace", "fel~", "body:(fall OR rain)^2"),
        ):
            parsed = parser.parse(text)
            # Ties between the documents are theirs to break: by the path.
            results = searcher.search(parsed, limit=None)
            seen.append((text, sorted((-round(hit.score, 9), hit["path"]) for hit in results)))
            results = searcher.search(
                parsed, limit=None, sortedby=["size", "path"], groupedby="live"
            )
            results.fragmenter = highlight.ContextFragmenter(maxchars=40)
            seen.append([(hit["path"], hit.highlights("body")) for hit in results])
            seen.append({name: len(docs) for name, docs in results.groups().items()})
        facet = sorting.FieldFacet("tags", allow_overlap=True)
        groups = searcher.search(query.Every(), groupedby=facet, limit=None).groups()
        seen.append({name: len(docs) for name, docs in groups.items()})
        page = searcher.search_page(query.Every(), 2, pagelen=3, sortedby="date")
        seen.append((page.total, [hit["date"] for hit in page]))
        seen.append(searcher.suggest("body", "lodnon"))
        seen.append(searcher.correct_query(parser.parse("parris"), "parris").string)
        number = searcher.document_number(path="/3")
        if number is not None:
            seen.append(sorted(hit["path"] for hit in searcher.more_like(number, "body", top=3)))
            seen.append(sorted(word for word, _ in searcher.key_terms([number], "body")))
    return seen


def names(folder: str) -> list[str]:
    return sorted(path.name for path in Path(folder).iterdir())


def commit_file(folder: str) -> Path:
    (found,) = Path(folder).glob("*.commit")
    return found


def paths(index: whoosh.index.Index) -> list[str]:
    with index.searcher() as searcher:
        return sorted(fields["path"] for fields in searcher.documents())
