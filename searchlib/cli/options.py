"""Options that several commands share."""

from __future__ import annotations

import click

from searchlib.query.syntaxes import SYNTAXES

__all__ = ["index_option", "operator_option", "syntax_option"]


def _not_empty(_: click.Context, __: click.Parameter, value: str) -> str:
    # An unset variable in a script would otherwise mean the current directory.
    if not value:
        raise click.BadParameter("the name of the directory is empty; give one, such as ./index")
    return value


index_option = click.option(
    "--index",
    "index_path",
    metavar="DIR",
    envvar="SEARCHLIB_INDEX",
    default="index",
    show_default=True,
    show_envvar=True,
    type=click.Path(file_okay=False),
    callback=_not_empty,
    help="The directory of the index.",
)

operator_option = click.option(
    "--operator",
    type=click.Choice(["or", "and"], case_sensitive=False),
    help="The operator between words that have none between them."
    "  [default: or; for --syntax whoosh: and]",
)

syntax_option = click.option(
    "--syntax",
    type=click.Choice(SYNTAXES, case_sensitive=False),
    default=SYNTAXES[0],
    show_default=True,
    help="Read queries as searchlib does, or as Lucene's or Whoosh's parser.",
)
