"""Make the golden files of the present format: small indexes that every later version must open.

    python -m tests.golden.freeze

writes tests/golden/format-N: an index of articles, an index of a Whoosh program, and expected.json
with what is in them. Run it once, when N becomes the format of searchlib. A frozen folder is never
made again, as the indexes that people have kept are not made again either.

Nothing in the files is random: os.urandom, of which ids and names are made, is seeded.
"""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest import mock

from whoosh import analysis, fields
from whoosh.qparser import MultifieldParser

import searchlib
from searchlib.settings import FORMAT
from searchlib.store.commit import COMMIT_VERSION
from searchlib.whoosh import create_in
from searchlib.whoosh.index.whoosh_commit import COMMIT_VERSION as WHOOSH_COMMIT_VERSION

HOME = Path(__file__).parent

SAMPLES = (
    "knight-sacrifice-settles-title",
    "eels-find-their-way-by-salt",
    "storm-ragnhild-cuts-power",
    "uminari-sen-saikai",
    "le-phare-devient-bibliotheque",
    "obrien-holds-harbour-ward",
    "storm-ragnhild-update",
    "fussball-aufsteiger-dreht-spiel",
    "mounted-police-return-to-market",
    "cafe-from-sao-paulo-to-zurich",
)
"""Articles in English, Japanese, French and German, in the order in which they are added."""

ALL = "NOT nowhere"

QUERIES = [
    *("storm", "horse OR horses", '"without power"', "stor*", "sto?m", "fussbal~1", "/st[ou]rm/"),
    *(
        "headline:storm",
        "caption:boat",
        "storm w/9 power",
        "first30:(storm)",
        "NOT storm",
        "o'brien",
    ),
    *("section:weather", "author:hollenbeck", "tag:chess", 'source:"harbour wire"', "language:de"),
    *(
        "date:2024-01",
        "date:2022..2023",
        "phare",
        "鉄道",
        "海鳴線",
        "cafe",
        "brücke",
        'url:"https://example.org/undated"',
    ),
]

WHOOSH_QUERIES = [
    *(
        "peace",
        "border AND rain",
        '"rain horse"',
        "mark*",
        "tags:war",
        "size:[0 TO 400]",
        "grams:br",
    ),
    *("date:[20240502 TO 20240504]", "live:yes", "my_note:border", "title:peace", "NOT rain"),
]

WORDS = "peace war market rain border horse london paris ships train bridge storm".split()


def main() -> None:
    """Freeze the present format. SystemExit if that was done."""
    try:
        freeze(HOME / f"format-{FORMAT}")
    except FileExistsError as error:
        raise SystemExit(
            f"{error.filename}: format {FORMAT} is frozen already; a change of the files needs"
            " another FORMAT"
        ) from error


def freeze(folder: Path) -> None:
    """Write the golden files into ``folder``. FileExistsError if it is there."""
    folder.mkdir()
    with mock.patch("os.urandom", random.Random(FORMAT).randbytes):
        _make_articles(folder / "articles")
        _make_whoosh(folder / "whoosh")
    for lock in folder.rglob("*_WRITELOCK"):
        lock.unlink()
    expected = {
        "format": FORMAT,
        "commit_version": COMMIT_VERSION,
        "whoosh_commit_version": WHOOSH_COMMIT_VERSION,
        "articles": articles_state(folder / "articles"),
        "whoosh": whoosh_state(folder / "whoosh"),
    }
    text = json.dumps(expected, indent=1, ensure_ascii=False, sort_keys=True)
    (folder / "expected.json").write_text(f"{text}\n", encoding="utf-8")


def _make_articles(path: Path) -> None:
    """Make an index of two segments, each with a deleted article, of articles in four languages."""
    by_id = {article.article_id: article for article in searchlib.sample_articles()}
    samples = [
        replace(by_id[each], metadata={"number": number, "of": ["samples", None, 0.5, True]})
        for number, each in enumerate(SAMPLES)
    ]
    undated = searchlib.Article(
        article_id="undated",
        headline="Café à la carte",
        body="Die Brücke ist gesperrt.\n\nThe storm has passed.",
        modified="2024-03-01T10:00:00+05:30",
        url="https://example.org/undated",
        language="de",
    )
    with searchlib.create(path, weights={"headline": 3.0}, k1=1.1, b=0.7) as index:
        with index.writer() as writer:
            writer.add_many(samples[:6])
        with index.writer() as writer:
            writer.add_many([*samples[6:], undated, replace(undated, article_id="deleted")])
            writer.delete("deleted")
            writer.delete(samples[1].article_id)
            writer.add(replace(samples[5], section="Replaced"))


def articles_state(path: Path) -> dict[str, Any]:
    """Return what a program sees of the index of articles, as JSON values.

    Hits are sorted by id: a later version may rank them in another way.
    """
    with searchlib.open(path) as index:
        stats = index.stats()
        everything = index.search(ALL, limit=None, sort="newest")
        return {
            "analyzer": stats.analyzer,
            "count": stats.articles,
            "segments": len(index._open_engine.view().snapshot.parts),
            "newest": [hit.article_id for hit in everything],
            "stored": {hit.article_id: _json(hit.article.to_dict()) for hit in everything},
            "hits": {
                query: sorted(hit.article_id for hit in index.search(query, limit=None))
                for query in QUERIES
            },
        }


def _make_whoosh(path: Path) -> None:
    """Make an index of two segments, of a schema with fields of most kinds."""
    schema = fields.Schema(
        path=fields.ID(stored=True, unique=True),
        title=fields.TEXT(stored=True, sortable=True, field_boost=2.0),
        body=fields.TEXT(analysis.StemmingAnalyzer(), stored=True, spelling=True, vector=True),
        tags=fields.KEYWORD(stored=True, commas=True, lowercase=True, scorable=True),
        date=fields.DATETIME(stored=True, sortable=True),
        size=fields.NUMERIC(int, stored=True, sortable=True),
        price=fields.NUMERIC(float, stored=True),
        live=fields.BOOLEAN(stored=True),
        grams=fields.NGRAMWORDS(2, 4, at="start"),
        extra=fields.STORED(),
    )
    schema.add("*_note", fields.TEXT(stored=True), glob=True)
    path.mkdir()
    index = create_in(str(path), schema)
    for numbers in (range(5), range(5, 9)):
        writer = index.writer()
        for number in numbers:
            writer.add_document(**_document(number))
        writer.update_document(**_document(1), extra="replaced")
        writer.commit(merge=False)


def _document(number: int) -> dict[str, Any]:
    words = random.Random(number)
    return {
        "path": f"/{number}",
        "title": " ".join(words.choices(WORDS, k=3)).title(),
        "body": " ".join(words.choices(WORDS, k=6)),
        "tags": ",".join(words.sample(["World", "money", "war"], 2)),
        "date": datetime(2024, 5, 1 + number),  # noqa: DTZ001  # Whoosh knows no time zones
        "size": words.randrange(1000),
        "price": number / 8,
        "live": number % 2 == 0,
        "grams": words.choice(WORDS),
        "my_note": words.choice(WORDS),
    }


def whoosh_state(path: Path) -> dict[str, Any]:
    """Return what a program sees of the index that it has made with searchlib.whoosh."""
    index = searchlib.whoosh.open_dir(str(path))
    parser = MultifieldParser(["title", "body"], index.schema)
    with index.searcher() as searcher:
        return {
            "count": index.doc_count(),
            "segments": len(index._read_toc().segments),
            "fields": index.schema.names(),
            "stored": {each["path"]: _json(each) for each in searcher.documents()},
            "hits": {
                text: sorted(hit["path"] for hit in searcher.search(parser.parse(text), limit=None))
                for text in WHOOSH_QUERIES
            },
            "terms": [term.decode() for term in searcher.reader().lexicon("body")],
            "vector": dict(searcher.vector_as("frequency", 0, "body")),
        }


def _json(values: Any) -> Any:
    return json.loads(json.dumps(values, default=repr))


if __name__ == "__main__":
    main()
