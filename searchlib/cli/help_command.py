"""searchlib help: the usage, the help of one command, and the query language on one screen."""

from __future__ import annotations

from typing import Final, cast

import click
from click.shell_completion import CompletionItem

from searchlib.query.operators import OPERATORS

__all__ = ["LANGUAGE", "help"]

_REMARKS: Final = """\
Words are found in all their forms, but not by = * ? / or ~; case and accents do
not matter, except for =. AND, OR and NOT are words unless they are in capitals.
Also Factiva's and LexisNexis's /F20/ hd= near5 adj5 HEADLINE() CAPS() ALLCAPS()
The grammar: python -m pydoc searchlib.query.parser
"""
_WIDTH: Final = 34
"""Columns of the examples, the longest of which has 32."""

LANGUAGE: Final = (
    "".join(f"{example:<{_WIDTH}}{meaning}\n" for row in OPERATORS for example, meaning in row.help)
    + _REMARKS
)
"""The query language. The examples find something among the sample articles."""


def _commands(context: click.Context) -> click.Group:
    return cast("click.Group", context.find_root().command)


def _begun(context: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
    names = _commands(context).list_commands(context)
    return [CompletionItem(name) for name in names if name.startswith(begun)]


@click.command(
    epilog="""\b
Examples:
  searchlib help query     the query language on one screen
  searchlib help index     the same as searchlib index --help
"""
)
@click.argument("command", required=False, metavar="[COMMAND]", shell_complete=_begun)
@click.pass_context
def help(context: click.Context, command: str | None) -> int:  # noqa: A001  # its name
    """Show the query language, with "query", or the help of another command."""
    root = context.find_root()
    if command is None:
        click.echo(root.get_help())
    elif command == "query":
        click.echo(LANGUAGE, nl=False)
    else:
        found = _commands(context).get_command(root, command)
        if found is None:
            raise click.UsageError(f"there is no command {command!r}; see: searchlib help")
        with click.Context(found, info_name=command, parent=root) as inner:
            click.echo(inner.get_help())
    return 0
