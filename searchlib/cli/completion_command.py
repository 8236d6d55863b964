"""searchlib completion: prints the script that makes a shell complete searchlib's commands."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

__all__ = ["completion"]


@click.command(
    epilog="""\b
Examples:
  eval "$(searchlib completion bash)"     in ~/.bashrc
  eval "$(searchlib completion zsh)"      in ~/.zshrc
  searchlib completion fish > ~/.config/fish/completions/searchlib.fish
"""
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> int:
    """Print the script that completes searchlib's commands and options in SHELL."""
    completion_class = get_completion_class(shell)
    if completion_class is None:
        raise click.UsageError(f"click has no completion for {shell}")
    root = context.find_root()
    click.echo(completion_class(root.command, {}, "searchlib", "_SEARCHLIB_COMPLETE").source())
    return 0
