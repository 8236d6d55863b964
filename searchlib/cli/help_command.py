"""searchlib help: the usage, the help of one command, and the query language on one screen."""

from __future__ import annotations

from typing import Final, cast

import click
from click.shell_completion import CompletionItem

__all__ = ["LANGUAGE", "help"]

LANGUAGE: Final = """\
horses railway                    any of the words, the best articles first
horses AND (train OR rail)        both; also NOT a, +must, -never, && || !
"white horses"  "horses river"~3  side by side; with up to 3 words in between
="To Be"  =White                  in these very letters, capitals and all
headline:railway  hl:railway      in the headline; also body:, caption: or cap:
hlp:horses                        in the headline or the first paragraph
source:"Primorye Herald"          also by: section: tag: lang: url: id:
date:2022-11  date:2022..2023     published then; also >=2022, 7d, yesterday
horses w/5 river                  5 words apart or less; neighbours are 1 apart
thirty pre/5 horses               the same, and in this order
horses not w/5 white              horses, where no white is so near
horses w/s railway                in one sentence; w/p, SAME: in one paragraph
first20:(storm OR river)          among the first 20 words of any field
atleast3 horses                   three times or more
wc>200  wc:100..150               articles of so many words
hors*  ho?se  *power              * is any letters or none, ? is one letter
/hor.es?/                         a word that is all of a regular expression
hrose~  hrose~2                   a word that is a letter off, or up to two
horses^2 railway                  horses count twice as much
*                                 every article
Words are found in all their forms, but not by = * ? / or ~; case and accents do
not matter, except for =. AND, OR and NOT are words unless they are in capitals.
Also Factiva's and LexisNexis's /F20/ hd= near5 adj5 HEADLINE() CAPS() ALLCAPS()
The grammar: python -m pydoc searchlib.query.parser
"""
"""The examples find something among the sample articles."""


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
