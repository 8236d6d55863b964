"""Sphinx's configuration: `python -m sphinx -W --keep-going docs build/docs` builds the site."""

from __future__ import annotations

import click
from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

import searchlib
import searchlib.whoosh
from searchlib.cli.app import app as command_line
from searchlib.cli.help_command import LANGUAGE

project = "searchlib"
author = "The searchlib authors"
copyright = author  # noqa: A001  # Sphinx's name
version = release = searchlib.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc"]
source_suffix = {".md": "markdown"}
myst_heading_anchors = 3

# "code": a docstring's `single quotes` are code, as in Markdown.
default_role = "code"
smartquotes = False
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
python_display_short_literal_types = True
python_maximum_signature_line_length = 88

html_theme = "furo"
html_title = f"searchlib {version}"
html_show_sourcelink = False
html_copy_source = False

logger = logging.getLogger(__name__)

HELP_COLUMNS = 88
"""Width of the generated help, to fit furo's text column."""


class CommandHelp(SphinxDirective):
    """Show what `searchlib NAME --help` prints, or the query language for "help query"."""

    optional_arguments = 2

    def run(self) -> list[nodes.Node]:
        """Return the help as one literal block."""
        self.env.metadata[self.env.docname][f"command {self.arguments[:1]}"] = True
        text = LANGUAGE if self.arguments == ["help", "query"] else help_of(*self.arguments)
        block = nodes.literal_block(text, text)
        block["language"] = "text"
        return [block]


def help_of(name: str = "") -> str:
    """Return the help of the command ``name``, or of the program. Raises ValueError for others."""
    width = {"terminal_width": HELP_COLUMNS, "max_content_width": HELP_COLUMNS}
    settings = {**command_line.context_settings, **width}
    root = click.Context(command_line, info_name="searchlib", **settings)
    if not name:
        return command_line.get_help(root)
    command = command_line.get_command(root, name)
    if command is None:
        raise ValueError(f"there is no command {name!r}")
    with click.Context(command, info_name=name, parent=root, **settings) as context:
        return command.get_help(context)


def resolve_public_name(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, content: nodes.TextElement
) -> nodes.Element | None:
    """Link a class by its public name: annotations name the module that defines it."""
    name = node.get("reftarget", "").rpartition(".")[2]
    for module in (searchlib, searchlib.whoosh):
        if node.get("refdomain") == "py" and name in module.__all__:
            target = f"{module.__name__}.{name}"
            domain = env.get_domain("py")
            return domain.resolve_xref(
                env, node["refdoc"], app.builder, "obj", target, node, content
            )
    return None


def link_files_beside_docs(_: Sphinx, __: str, source: list[str]) -> None:
    """Make links to files outside of docs/, such as ../README.md, links to copies of them."""
    source[0] = source[0].replace("](../", "](path:../")


def warn_of_what_is_missing(_: Sphinx, env: BuildEnvironment) -> None:
    """Warn of public names and commands without an entry; with -W, that fails the build."""
    entries = {entry[0] for entry in env.get_domain("py").get_objects()}
    for module in (searchlib, searchlib.whoosh):
        for name in module.__all__:
            if f"{module.__name__}.{name}" not in entries:
                logger.warning("%s.%s has no entry in api.md", module.__name__, name)
    shown = {key for metadata in env.metadata.values() for key in metadata}
    for name in command_line.list_commands(click.Context(command_line)):
        if f"command {[name]}" not in shown:
            logger.warning("the command %s has no section in commands.md", name)


def setup(app: Sphinx) -> None:
    """Add what is defined here."""
    app.connect("env-check-consistency", warn_of_what_is_missing)
    app.connect("source-read", link_files_beside_docs)
    app.add_directive("command-help", CommandHelp)
    app.connect("missing-reference", resolve_public_name)
