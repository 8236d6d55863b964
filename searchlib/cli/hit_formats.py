"""Format search results: as a table for people, and as lines, JSON and CSV for programs."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Final, Literal

from searchlib.cli.terminal import Style, cut, wrapped
from searchlib.results import Hit, SearchResults
from searchlib.schema import FACT_FIELDS, FIELDS, ID_FIELD, TITLE_FIELD
from searchlib.snippets import Snippet
from searchlib.snippets.render import terminal_text

__all__ = ["FORMATS", "raw_csv", "to_json"]

_BEFORE: Final = tuple(field.name for field in FIELDS if field.listed == "before")
_AFTER: Final = tuple(field.name for field in FIELDS if field.listed == "after")
_COLUMNS: Final = ("rank", "score", *_BEFORE, TITLE_FIELD, "snippet_field", "snippet", *_AFTER)
_FACTS: Final = tuple(dict.fromkeys(("source", *_BEFORE)))
"""The fields on the line below a headline in the table. The source leads; the id is put last."""

_MAX_HEADLINE_CHARS: Final = 1000
"""Maximum length of a headline in the table, to bound the output of a hit."""

_MAX_FACT_CHARS: Final = 200
"""Maximum length of a source, section or id in the table, to bound the output of a hit."""

# JSON allows these characters unescaped. But some control a terminal, and older JavaScript engines
# do not accept U+2028 and U+2029.
_UNSAFE_IN_JSON: Final = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def to_json(value: object, indent: int | None = None) -> str:
    """Return ``value`` as JSON with every control character escaped.

    If the encoding of standard output is not a form of UTF, all non-ASCII characters are escaped,
    because it may not have them.
    """
    unicode = (sys.stdout.encoding or "").lower().startswith("utf")
    text = json.dumps(value, ensure_ascii=not unicode, indent=indent)
    return _UNSAFE_IN_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _table(results: SearchResults, style: Style) -> Iterator[str]:
    for hit in results:
        rank = f"{hit.rank:>3}. "
        headline = hit.marked_headline
        text = headline.text if headline.text.strip() else "(no headline)"
        text = cut(text, _MAX_HEADLINE_CHARS)
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
    facts = [_shown(getattr(article, name), "day") for name in _FACTS if name != ID_FIELD]
    facts += [hit.article_id, f"score {hit.score:.3f}"]
    return " · ".join(cut(fact, _MAX_FACT_CHARS) for fact in facts if fact)


def _shown(value: object, date_as: Literal["day", "moment"]) -> str:
    """Return the value of a field as text; several values as the readers of files part them."""
    if isinstance(value, datetime):
        return (value.date() if date_as == "day" else value).isoformat()
    if isinstance(value, tuple):
        return "; ".join(value)
    return str(value or "")


def _labelled(snippet: Snippet, style: Style, indent: int) -> Iterator[str]:
    # A whole sentence needs no ellipsis, even if there is text before and after it.
    is_beginning = not snippet.starts_inside or not snippet.text[0].islower()
    last_character = snippet.text.rstrip("\"'\u201d\u2019)")[-1:]
    is_end = not snippet.ends_inside or last_character in ".!?。！？"
    label = f"{snippet.field}: " + ("" if is_beginning else "… ")
    marks = tuple((start + len(label), end + len(label)) for start, end in snippet.marks)
    yield from wrapped(label + snippet.text + ("" if is_end else " …"), marks, style, indent)


def _row(hit: Hit) -> list[str]:
    article = hit.article
    values = (
        str(hit.rank),
        f"{hit.score:.6f}",
        *(_shown(getattr(article, name), "moment") for name in _BEFORE),
        hit.headline,
        hit.snippets[0].field if hit.snippets else "",
        hit.snippet,
        *(_shown(getattr(article, name), "moment") for name in _AFTER),
    )
    return [" ".join(terminal_text(value).split()) for value in values]


def _plain(results: SearchResults, _: Style) -> Iterator[str]:
    for hit in results:
        yield "\t".join(_row(hit))


def _csv(results: SearchResults, _: Style) -> Iterator[str]:
    from searchlib.ingest.csv_guard import guarded  # noqa: PLC0415  # ingest takes 10 ms to import

    yield from _csv_lines(results, guarded)


def raw_csv(results: SearchResults, _: Style) -> Iterator[str]:
    """Yield the lines of CSV with unguarded cells, even cells that a spreadsheet would run."""
    yield from _csv_lines(results, str)


def _csv_lines(results: SearchResults, cell_text: Callable[[str], str]) -> Iterator[str]:
    buffer = io.StringIO()
    rows = csv.writer(buffer, lineterminator="")
    rows.writerow(_COLUMNS)
    yield buffer.getvalue()
    for hit in results:
        buffer.seek(0)
        buffer.truncate()
        cells = _row(hit)
        # Rank and score need no guard: they are numbers.
        rows.writerow([*cells[:2], *map(cell_text, cells[2:])])
        yield buffer.getvalue()


def _hit_values(hit: Hit) -> dict[str, Any]:
    values = hit.article.to_dict()
    return {
        "rank": hit.rank,
        "score": hit.score,
        ID_FIELD: hit.article_id,
        TITLE_FIELD: hit.headline,
        **{name: values[name] for name in FACT_FIELDS if name in values},
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
"""The output formats by name. Each function yields the lines of the output."""
