"""searchlib help: prints the usage, the help of one command, or the query language."""

from __future__ import annotations

from typing import Final, cast

import click
from click.shell_completion import CompletionItem

from searchlib.query.operators import OPERATORS

__all__ = ["LANGUAGE", "help"]

_REMARKS: Final = """\
A word matches in all its forms, except with = * ? / or ~. Case and accents do
not matter, except with =. AND, OR and NOT are operators only in capitals.
From Factiva and LexisNexis: /F20/ hd= near5 adj5 HEADLINE() CAPS() ALLCAPS()
The grammar: python -m pydoc searchlib.query.parser
"""
_WIDTH: Final = 34
"""Number of columns for the examples; the longest example has 32."""

LANGUAGE: Final = (
    "".join(f"{example:<{_WIDTH}}{meaning}\n" for row in OPERATORS for example, meaning in row.help)
    + _REMARKS
)
"""The query language on one screen. Each example matches some of the sample articles."""


def _commands(context: click.Context) -> click.Group:
    return cast("click.Group", context.find_root().command)


def _complete(context: click.Context, _: click.Parameter, prefix: str) -> list[CompletionItem]:
    names = _commands(context).list_commands(context)
    return [CompletionItem(name) for name in names if name.startswith(prefix)]


@click.command(
    epilog="""\b
Examples:
  searchlib help query     the query language on one screen
  searchlib help index     the same as searchlib index --help
"""
)
@click.argument("command", required=False, metavar="[COMMAND]", shell_complete=_complete)
@click.pass_context
def help(context: click.Context, command: str | None) -> int:  # noqa: A001  # the name of the command
    """Show the help of COMMAND; "query" shows the query language."""
    root = context.find_root()
    if command is None:
        click.echo(root.get_help())
    elif command == "query":
        click.echo(LANGUAGE, nl=False)
    else:
        subcommand = _commands(context).get_command(root, command)
        if subcommand is None:
            raise click.UsageError(f"there is no command {command!r}; see: searchlib help")
        with click.Context(subcommand, info_name=command, parent=root) as inner:
            click.echo(inner.get_help())
    return 0
