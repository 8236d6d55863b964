"""Options that several commands share."""

from __future__ import annotations

import click

__all__ = ["index_option", "operator_option"]


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
    default="or",
    show_default=True,
    help="The operator between words that have none between them.",
)
