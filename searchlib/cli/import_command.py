"""searchlib import-whoosh: an index of Whoosh's own to one of searchlib's."""

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


def _map(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> dict[str, str] | None:
    found: dict[str, str] = {}
    for pair in (pair for value in values for pair in value.split(",")):
        name, equals, source = (part.strip() for part in pair.partition("="))
        if not (name and equals and source):
            raise click.BadParameter(
                f"{pair!r} is not of the form headline=title; several are parted by commas"
            )
        if name in found:
            raise click.BadParameter(f"{name} is named twice: {found[name]!r} and {source!r}")
        found[name] = source
    return found or None


def _named(_: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    what = "the index" if parameter.name == "name" else "the directory"
    if value == "":
        raise click.BadParameter(f"the name of {what} is empty")
    if value and "\0" in value:
        raise click.BadParameter(f"the name of {what} has a NUL")
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
@click.argument("old", callback=_named)
@click.argument("new", callback=_named)
@click.option(
    "--map",
    "names",
    metavar="FIELD=OLDFIELD,...",
    multiple=True,
    callback=_map,
    help="Make an index of articles of the stored fields.",
)
@click.option(
    "--name",
    metavar="INDEXNAME",
    callback=_named,
    help="Of the index in OLD, and in NEW; else MAIN.",
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
    """Make an index of searchlib's in NEW of the one that Whoosh has written in OLD.

    Reading OLD unpickles it, and so runs whatever is in it: import only an index that you trust.
    NEW has no pickles.

    Every document is taken over with all its postings, but for those that are deleted; nothing is
    analyzed anew. Classes and functions that the schema of OLD names have to be importable
    (PYTHONPATH). OLD is not written to. NEW must be missing or empty, and is there whole or, after
    an error or Ctrl-C, not at all. Exit code 1 if --map made no article of any document.
    """
    if analyzer is not None:
        try:
            analyzer_name(analyzer)
        except ValueError as error:
            raise click.UsageError(str(error)) from None
        if names is None:
            raise click.UsageError(
                "--analyzer is used with --map only: without it nothing is analyzed anew, and the"
                " analyzers are those of the schema of OLD"
            )
    from searchlib.whoosh import (  # noqa: PLC0415  # with Whoosh 0.1 s, not for help
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
            "Articles of the same text, date, source and url are one: map article_id to the field"
            " that tells one document from another, if they are not."
        )
    return 1 if done.articles == 0 and done.bad_records else 0


def _summary(done: Conversion, seconds: float) -> list[str]:
    if done.articles is None:
        lines = [f"Imported {counted(done.documents, 'document')} in {seconds:.1f} s."]
        for field, reason in done.supplied.items():
            lines.append(
                f"The field {field} has what cannot be written ({reason}): open the index with"
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
        lines.append(f"Kept as metadata, which is not searched: {', '.join(done.metadata)}.")
    if done.left_out:
        lines.append(
            "Left out, as it is not stored or no JSON value:"
            f" {', '.join(done.left_out)}."
        )  # fmt: skip
    return lines
