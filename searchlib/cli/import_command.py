"""searchlib import-whoosh: converts an index that Whoosh has written into one of searchlib."""

from __future__ import annotations

from textwrap import fill
from time import perf_counter
from typing import TYPE_CHECKING

import click

from searchlib.cli.progress import ProgressBar, counted
from searchlib.cli.terminal import complain
from searchlib.library import analyzer_name, known_analyzers
from searchlib.schema import FACT_FIELDS, ID_FIELD, TEXT_FIELDS

if TYPE_CHECKING:
    from searchlib.whoosh import Conversion

__all__ = ["import_whoosh"]


def _parse_map(
    _: click.Context, __: click.Parameter, values: tuple[str, ...]
) -> dict[str, str] | None:
    sources: dict[str, str] = {}
    for pair in (pair for value in values for pair in value.split(",")):
        name, equals, source = (part.strip() for part in pair.partition("="))
        if not (name and equals and source):
            raise click.BadParameter(
                f"{pair!r} is not of the form headline=title; separate several by commas"
            )
        if name in sources:
            raise click.BadParameter(f"{name} is named twice: {sources[name]!r} and {source!r}")
        sources[name] = source
    return sources or None


def _check_name(_: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    noun = "the index" if parameter.name == "name" else "the directory"
    if value == "":
        raise click.BadParameter(f"the name of {noun} is empty")
    if value and "\0" in value:
        raise click.BadParameter(f"the name of {noun} has a NUL character")
    return value


@click.command(
    "import-whoosh",
    epilog="""\b
Examples:
  searchlib import-whoosh old new                   for searchlib.whoosh.open_dir("new")
  searchlib import-whoosh old new --name blog       an index that is not called MAIN
  searchlib import-whoosh old news --map headline=title,body=content,published=date
  searchlib query horses --index news               and search the articles

\b
"""
    + fill(
        f"The fields of an article: {', '.join((ID_FIELD, *TEXT_FIELDS, *FACT_FIELDS))}.",
        width=96,
        subsequent_indent="  ",
    ),
)
@click.argument("old", callback=_check_name)
@click.argument("new", callback=_check_name)
@click.option(
    "--map",
    "names",
    metavar="FIELD=OLDFIELD,...",
    multiple=True,
    callback=_parse_map,
    help="Make an index of articles from the stored fields.",
)
@click.option(
    "--name",
    metavar="INDEXNAME",
    callback=_check_name,
    help="Of the index in OLD and in NEW; the default is MAIN.",
)
@click.option(
    "--analyzer",
    metavar="NAME",
    show_default="english",
    help=f"With --map: of the new index. One of {', '.join(known_analyzers())}.",
)
def import_whoosh(
    old: str, new: str, names: dict[str, str] | None, name: str | None, analyzer: str | None
) -> int:
    """Convert the index that Whoosh has written in OLD into an index of searchlib in NEW.

    Reading OLD unpickles it, and so runs any code in it: import only an index that you trust.
    NEW has no pickles.

    All documents that are not deleted are copied with their postings; nothing is analyzed again.
    Classes and functions that the schema of OLD names must be importable (PYTHONPATH). OLD is not
    changed. NEW must be missing or empty. After an error or Ctrl-C, NEW is not there. Exit code 1
    if --map made no article from any document.
    """
    if analyzer is not None:
        try:
            analyzer_name(analyzer)
        except ValueError as error:
            raise click.UsageError(str(error)) from None
        if names is None:
            raise click.UsageError(
                "--analyzer needs --map: without --map nothing is analyzed again, and the schema of"
                " OLD keeps its analyzers"
            )
    from searchlib.whoosh import (  # noqa: PLC0415  # it imports Whoosh, 0.1 s, which --help does not need
        WrongMapError,
        convert,
    )

    began = perf_counter()
    bar = ProgressBar(unit="doc")
    try:
        done = convert(
            old,
            new,
            indexname=name,
            map=names,
            analyzer=analyzer or "english",
            progress=bar.show,
            on_error=bar.say,
        )
    except WrongMapError as error:
        raise click.UsageError(str(error)) from None
    finally:
        bar.close()
    complain(*_summary(done, perf_counter() - began))
    if done.replaced and ID_FIELD not in (names or {}):
        complain(
            "Documents with the same text, date, source and url became one article. If they are"
            " different articles, map article_id to a field that is unique for each document."
        )
    return 1 if done.articles == 0 and done.bad_records else 0


def _summary(done: Conversion, seconds: float) -> list[str]:
    if done.articles is None:
        lines = [f"Imported {counted(done.documents, 'document')} in {seconds:.1f} s."]
        for field, reason in done.supplied.items():
            lines.append(
                f"The field {field} cannot be written to the schema ({reason}): open the index with"
                " searchlib.whoosh.open_dir(dirname, schema=schema)."
            )
        return lines
    parts = [f"Imported {counted(done.articles + done.replaced, 'article')} in {seconds:.1f} s"]
    if done.replaced:
        parts.append(f"{done.replaced:,} of them replaced an earlier one")
    if done.bad_records:
        parts.append(f"{counted(done.bad_records, 'bad record')} left out")
    parts.append(
        f"the index has {done.articles:,}" if done.articles or not done.bad_records
        else "no index was made"
    )  # fmt: skip
    lines = ["; ".join(parts) + "."]
    if done.metadata:
        lines.append(f"Stored as metadata, which is not searched: {', '.join(done.metadata)}.")
    if done.left_out:
        lines.append(
            "Left out, because not stored or not a JSON value:"
            f" {', '.join(done.left_out)}."
        )  # fmt: skip
    return lines
