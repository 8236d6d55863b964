"""The command `searchlib`, and its exit codes.

0  hits, or the work is done        2  wrong use, or a query or article refused under --strict
1  no hits, nothing to do           3  the index is unusable, or the output cannot be written
                                    130  Ctrl-C
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final

import click

from searchlib import __version__
from searchlib.cli.terminal import complain, discard
from searchlib.errors import QueryError, SearchlibError, StorageError

__all__ = ["app", "run"]

EXAMPLES = """\b
Examples:
  searchlib query horses                  search the sample articles
  searchlib index articles/ wire.jsonl    index your own, into ./index
  searchlib query 'caption:station'       and search them
  searchlib help query                    show the query language
"""


_COMMAND_MODULES: Final = {
    "index": "index_command",
    "query": "query_command",
    "explain": "article_commands",
    "show": "article_commands",
    "delete": "article_commands",
    "stats": "inspect_commands",
    "check": "inspect_commands",
    "import-whoosh": "import_command",
    "completion": "completion_command",
    "help": "help_command",
}


class _Commands(click.Group):
    """The commands. Each is imported when it is used, because all of them take 60 ms."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        return list(_COMMAND_MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMAND_MODULES:
            return None
        command: click.Command = getattr(
            import_module(f"searchlib.cli.{_COMMAND_MODULES[cmd_name]}"), cmd_name.replace("-", "_")
        )
        return command


def _show_version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if not wanted or context.resilient_parsing:
        return
    from searchlib.kernel_state import describe_kernels  # noqa: PLC0415  # as the commands

    click.echo(f"searchlib, version {__version__}\nkernels: {describe_kernels()}")
    context.exit()


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=EXAMPLES,
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version, and whether the kernels are compiled.",
)
def app() -> None:
    """Search the articles of a news archive: ranked hits, with the matches marked."""


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command, and return its exit code."""
    _prepare_streams()
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader of the output has closed it, which is not an error. Without discard() the
        # interpreter would print an error when it exits.
        discard(sys.stdout)
        return 0
    except OSError as error:
        discard(sys.stdout)
        complain(str(error) if error.filename else f"the output cannot be written: {error}")
        return 3
    return code


def _run(arguments: Sequence[str] | None) -> int:
    try:
        code = app.main(args=arguments, prog_name="searchlib", standalone_mode=False)
    except click.exceptions.Exit as request:
        return request.exit_code
    except click.ClickException as error:
        # The message may quote a file name, which may have control characters.
        message = io.StringIO()
        error.show(message)
        complain(message.getvalue().rstrip("\n"))
        return 2
    except click.Abort as abort:
        complain(*getattr(abort.__cause__, "__notes__", ["interrupted"]))
        return 130
    except SystemExit:
        if "_SEARCHLIB_COMPLETE" in os.environ:  # the shell asked for completions
            raise
        raise BrokenPipeError from None  # click turns a broken pipe into SystemExit
    except SearchlibError as error:
        _report(error)
        return 3 if isinstance(error, StorageError) else 2
    return code if isinstance(code, int) else 0


def _prepare_streams() -> None:
    # If the caller has closed a standard stream, the next opened file would get its descriptor. So
    # the null device takes the place of the stream. For standard output it is opened for reading,
    # so that a write raises an error: otherwise the output would be lost silently.
    for name, mode, flags in (
        ("stdin", "r", os.O_RDONLY),
        ("stdout", "w", os.O_RDONLY),
        ("stderr", "w", os.O_WRONLY),
    ):
        if getattr(sys, name) is None:
            stream = open(os.open(os.devnull, flags), mode, encoding="utf-8")  # noqa: SIM115
            setattr(sys, name, stream)
    # Without this, a Japanese headline under LC_ALL=C would raise UnicodeEncodeError.
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="backslashreplace")


def _report(error: SearchlibError) -> None:
    if isinstance(error, QueryError):
        from searchlib.cli.diagnostics_view import refusal_lines  # noqa: PLC0415  # needed here only

        complain(*refusal_lines(error))
    else:
        complain(str(error), *getattr(error, "__notes__", []))
