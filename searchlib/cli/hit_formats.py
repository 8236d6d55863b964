"""Search results as a table for people, and as lines, JSON and CSV for programs."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from collections.abc import Callable, Iterator
from typing import Any, Final

from searchlib.cli.terminal import Style, cut, wrapped
from searchlib.results import Hit, SearchResults
from searchlib.snippets import Snippet
from searchlib.snippets.render import terminal_text

__all__ = ["FORMATS", "raw_csv", "to_json"]

_COLUMNS: Final = (
    "rank",
    "score",
    "article_id",
    "published",
    "source",
    "section",
    "headline",
    "snippet_field",
    "snippet",
    "url",
)
# What the table shows of a headline and of an id, which may have any length.
_HEADLINE_CHARS: Final = 1000
_FACT_CHARS: Final = 200
# JSON may hold these as they are, but a terminal obeys some and JavaScript once refused two.
_UNSAFE_IN_JSON: Final = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def to_json(value: object, indent: int | None = None) -> str:
    """Return ``value`` as JSON in UTF-8 letters, with every control character escaped.

    Where standard output takes no UTF-8, in ASCII: what it does not have would be spoilt.
    """
    unicode = (sys.stdout.encoding or "").lower().startswith("utf")
    text = json.dumps(value, ensure_ascii=not unicode, indent=indent)
    return _UNSAFE_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _table(results: SearchResults, style: Style) -> Iterator[str]:
    for hit in results:
        rank = f"{hit.rank:>3}. "
        headline = hit.marked_headline
        text = headline.text if headline.text.strip() else "(no headline)"
        text = cut(text, _HEADLINE_CHARS)
        lines = list(wrapped(text, headline.marks, style, len(rank)))
        lines = [style.bold(line) if style.colour else line for line in lines]
        yield style.bold(rank) + lines[0].replace(" " * len(rank), "", 1)
        yield from lines[1:]
        yield from (style.dim(line) for line in wrapped(_facts(hit), (), style, len(rank)))
        for snippet in hit.snippets:
            yield from _labelled(snippet, style, len(rank))
        yield ""


def _facts(hit: Hit) -> str:
    article = hit.article
    date = article.published.date().isoformat() if article.published else ""
    facts = [article.source, date, article.section, article.article_id, f"score {hit.score:.3f}"]
    return " · ".join(cut(fact, _FACT_CHARS) for fact in facts if fact)


def _labelled(snippet: Snippet, style: Style, indent: int) -> Iterator[str]:
    # A whole sentence needs no dots, though the text goes on before and after it.
    begins = not snippet.starts_inside or not snippet.text[0].islower()
    ends = not snippet.ends_inside or snippet.text.rstrip("\"'\u201d\u2019)")[-1:] in ".!?。！？"
    before = f"{snippet.field}: " + ("" if begins else "… ")
    after = "" if ends else " …"
    marks = tuple((start + len(before), end + len(before)) for start, end in snippet.marks)
    yield from wrapped(before + snippet.text + after, marks, style, indent)


def _row(hit: Hit) -> list[str]:
    article = hit.article
    values = (
        str(hit.rank),
        f"{hit.score:.6f}",
        article.article_id,
        article.published.isoformat() if article.published else "",
        article.source,
        article.section,
        article.headline,
        hit.snippets[0].field if hit.snippets else "",
        hit.snippet,
        article.url,
    )
    return [" ".join(terminal_text(value).split()) for value in values]


def _plain(results: SearchResults, _: Style) -> Iterator[str]:
    for hit in results:
        yield "\t".join(_row(hit))


def _csv(results: SearchResults, _: Style) -> Iterator[str]:
    # The readers take 10 ms to import.
    from searchlib.ingest.csv_guard import guarded  # noqa: PLC0415

    yield from _csv_lines(results, guarded)


def raw_csv(results: SearchResults, _: Style) -> Iterator[str]:
    """Return the lines of CSV with every cell as it is, also what a spreadsheet would run."""
    yield from _csv_lines(results, str)


def _csv_lines(results: SearchResults, shown: Callable[[str], str]) -> Iterator[str]:
    buffer = io.StringIO()
    rows = csv.writer(buffer, lineterminator="")
    rows.writerow(_COLUMNS)
    yield buffer.getvalue()
    for hit in results:
        buffer.seek(0)
        buffer.truncate()
        cells = _row(hit)
        # Rank and score are numbers.
        rows.writerow([*cells[:2], *map(shown, cells[2:])])
        yield buffer.getvalue()


def _hit_values(hit: Hit) -> dict[str, Any]:
    values = hit.article.to_dict()
    kept = ("published", "modified", "source", "url", "authors", "section", "tags", "language")
    return {
        "rank": hit.rank,
        "score": hit.score,
        "article_id": hit.article_id,
        "headline": hit.headline,
        **{name: values[name] for name in kept if name in values},
        "snippets": [
            {
                "field": snippet.field,
                "text": snippet.text,
                "start_char": snippet.start_char,
                "end_char": snippet.end_char,
                "marks": [list(mark) for mark in snippet.marks],
                "html": snippet.html(),
            }
            for snippet in hit.snippets
        ],
    }


def _jsonl(results: SearchResults, _: Style) -> Iterator[str]:
    for hit in results:
        yield to_json(_hit_values(hit))


def _json(results: SearchResults, _: Style) -> Iterator[str]:
    yield to_json(
        {
            "query": results.query,
            "total": results.total,
            "offset": results.offset,
            "elapsed": results.elapsed,
            "diagnostics": [
                {
                    "severity": diagnostic.severity,
                    "start": diagnostic.start,
                    "end": diagnostic.end,
                    "message": diagnostic.message,
                    "action": diagnostic.action,
                    "suggestion": diagnostic.suggestion,
                }
                for diagnostic in results.diagnostics
            ],
            "hits": [_hit_values(hit) for hit in results],
        },
        indent=2,
    )


FORMATS: Final[dict[str, Callable[[SearchResults, Style], Iterator[str]]]] = {
    "table": _table,
    "plain": _plain,
    "json": _json,
    "jsonl": _jsonl,
    "csv": _csv,
}
"""Each gives the lines of its output."""
