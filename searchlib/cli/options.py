"""Options that several commands share."""

from __future__ import annotations

import click

__all__ = ["index_option"]

index_option = click.option(
    "--index",
    "index_path",
    metavar="DIR",
    envvar="SEARCHLIB_INDEX",
    default="index",
    show_default=True,
    show_envvar=True,
    type=click.Path(file_okay=False),
    help="The directory of the index.",
)
