"""searchlib query: searches an index and prints the hits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import click
from click.core import ParameterSource

import searchlib
from searchlib.cli.diagnostics_view import diagnostic_lines
from searchlib.cli.hit_formats import FORMATS, raw_csv
from searchlib.cli.options import index_option, operator_option, syntax_option
from searchlib.cli.terminal import complain, output_style
from searchlib.errors import IndexNotFoundError
from searchlib.library import Index

__all__ = ["index_or_samples", "local_now", "query"]

EXAMPLES = """\b
Examples:
  searchlib query horses
  searchlib query 'headline:railway AND "first train"'
  searchlib query 'thirty w/3 horses OR first20:storm'
  searchlib query 'caption:hors* AND date:2022-11 AND NOT source:"Old Wire"'
  searchlib query '=White' --sort newest --limit 3 --format json
  searchlib query --syntax lucene '+horses -white title:khasan~'

The whole language: searchlib help query
"""


@contextmanager
def index_or_samples(path: str, format_: str = "", for_people: str = "") -> Iterator[Index]:
    """Open the index at ``path``; if there is none, open the sample articles and say so.

    The samples are used only for the default path and the format ``for_people``. Otherwise a person
    could mistake them for the articles of a named index, and a program could not tell them apart.
    In these cases IndexNotFoundError is raised.
    """
    source = click.get_current_context().get_parameter_source("index_path")
    try:
        opened = searchlib.open(path)
    except IndexNotFoundError as error:
        if source is not ParameterSource.DEFAULT:
            raise
        if format_ != for_people:
            error.add_note(
                f"Sample articles come with searchlib: `--format {for_people}` shows them."
            )
            raise
        complain(
            f"There is no index at {path}: these are the sample articles that come with searchlib.",
            "Index your own with: searchlib index PATH...",
            "",
        )
        opened = searchlib.in_memory()
        with opened.writer() as writer:
            writer.add_many(searchlib.sample_articles())
    with opened as index:
        yield index


def local_now() -> datetime:
    """Return the current time in the zone of the machine, for "yesterday" to be the user's."""
    return datetime.now().astimezone()


@click.command(epilog=EXAMPLES)
@click.argument("words", nargs=-1, required=True, metavar="QUERY...")
@index_option
@click.option("-n", "--limit", type=click.IntRange(0), default=10, show_default=True)
@click.option("--offset", type=click.IntRange(0), default=0, help="Hits to skip.")
@click.option("--filter", "filter_query", metavar="QUERY", help="Must match, too; adds no score.")
@click.option(
    "--sort",
    type=click.Choice(["relevance", "newest", "oldest"]),
    default="relevance",
    show_default=True,
)
@operator_option
@syntax_option
@click.option(
    "--format", "format_", type=click.Choice(list(FORMATS)), default="table", show_default=True
)
@click.option(
    "--raw",
    is_flag=True,
    help="With --format csv: no apostrophe before cells that a spreadsheet would run, as =1+1.",
)
@click.option("--strict", is_flag=True, help="Refuse a query of which a part cannot be used.")
def query(
    words: tuple[str, ...],
    index_path: str,
    limit: int,
    offset: int,
    filter_query: str | None,
    sort: str,
    operator: str | None,
    syntax: str,
    format_: str,
    raw: bool,
    strict: bool,
) -> int:
    """Search the index; show the best articles first.

    Several words are one query. If no index is named and ./index does not exist, the table shows
    the sample articles; the other formats are for programs and report an error. Exit code: 0
    with hits, 1 without, 2 if --strict refuses the query, 3 for an unusable index.
    """
    if raw and format_ != "csv":
        raise click.UsageError("--raw is for --format csv: the other formats change no cell")
    lines = raw_csv if raw else FORMATS[format_]
    with index_or_samples(index_path, format_, "table") as index:
        results = index.search(
            " ".join(words),
            limit=limit,
            offset=offset,
            filter=filter_query,
            sort=sort,  # type: ignore[arg-type]  # click has checked it
            strict=strict,
            default_operator=operator,  # type: ignore[arg-type]
            syntax=syntax,  # type: ignore[arg-type]
            now=local_now(),
        )
        complain(*diagnostic_lines(results.diagnostics, results.query, filter_query or ""))
        for line in lines(results, output_style()):
            click.echo(line)
        complain(_summary(results.total, len(results), offset, results.elapsed))
        return 0 if results.total else 1


def _summary(total: int, shown: int, offset: int, elapsed: float) -> str:
    if not total:
        return "No article matches."
    matches = "1 article matches" if total == 1 else f"{total} articles match"
    page = f", {offset + 1} to {offset + shown} shown" if 0 < shown < total else ""
    return f"{matches}{page} ({elapsed * 1000:.1f} ms)."
