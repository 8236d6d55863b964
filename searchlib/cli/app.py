"""The command, and what each kind of error makes of its exit code.

0  hits, or the work is done        2  wrong use, or a query or article refused under --strict
1  no hits, nothing to do           3  the index is unusable        130  Ctrl-C
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from searchlib import __version__
from searchlib.cli.article_commands import delete, show
from searchlib.cli.completion_command import completion
from searchlib.cli.index_command import index
from searchlib.cli.inspect_commands import check, stats
from searchlib.cli.query_command import query
from searchlib.cli.terminal import complain
from searchlib.errors import QueryError, QuerySyntaxError, SearchlibError, StorageError

__all__ = ["app", "main"]

EXAMPLES = """\b
Examples:
  searchlib query horses                  search the sample articles
  searchlib index articles/ wire.jsonl    index your own, into ./index
  searchlib query 'caption:station'       and search them
"""


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=EXAMPLES,
)
@click.version_option(__version__, prog_name="searchlib")
def app() -> None:
    """Search the articles of a news archive: ranked hits, with what matched marked."""


for command in (index, query, show, delete, stats, check, completion):
    app.add_command(command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; give its exit code. A traceback out of here is a bug."""
    _write_any_character()
    try:
        code = app.main(args=arguments, prog_name="searchlib", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Exit as request:
        return request.exit_code
    except click.ClickException as error:
        error.show()
        return 2
    except click.Abort as abort:
        complain(*getattr(abort.__cause__, "__notes__", ["interrupted"]))
        return 130
    except BrokenPipeError:
        # Whoever read our output has what he wanted. The interpreter would complain at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except SearchlibError as error:
        _report(error)
        return 3 if isinstance(error, StorageError) else 2
    return code if isinstance(code, int) else 0


def _write_any_character() -> None:
    # Under LC_ALL=C with an old encoding a Japanese headline must not end in a traceback.
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="backslashreplace")


def _report(error: SearchlibError) -> None:
    complain(str(error), *getattr(error, "__notes__", []))
    if isinstance(error, QuerySyntaxError):
        complain(f"  {error.query}", f"  {' ' * error.start}{'^' * (error.end - error.start)}")
    elif isinstance(error, QueryError):
        complain(f"  in the query {error.query}")
