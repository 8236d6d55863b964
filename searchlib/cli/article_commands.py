"""searchlib show, explain and delete: the commands for one article, or for several by a query."""

from __future__ import annotations

import re
from typing import Any

import click

import searchlib
from searchlib.article import Article
from searchlib.cli.diagnostics_view import diagnostic_lines
from searchlib.cli.hit_formats import to_json
from searchlib.cli.options import index_option, operator_option, syntax_option
from searchlib.cli.query_command import index_or_samples, local_now
from searchlib.cli.terminal import Style, complain, output_style, wrapped
from searchlib.query.syntaxes import SYNTAXES
from searchlib.schema import (
    FACT_FIELDS,
    LIST_FIELDS,
    MAIN_FIELD,
    METADATA_FIELD,
    TEXT_FIELDS,
    TITLE_FIELD,
)
from searchlib.snippets.render import terminal_text

__all__ = ["delete", "explain", "show"]


@click.command(epilog="Example: searchlib show thirty-horses-on-first-train --format json")
@click.argument("article_id", metavar="ID")
@index_option
@click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def show(article_id: str, index_path: str, format_: str) -> int:
    """Show one article. Exit code 1 if there is no article with this ID.

    If no index was named and there is none in ./index, the sample articles are used. With --format
    json, which is for programs, that is an error.
    """
    with index_or_samples(index_path, format_, "text") as index:
        article = index.get(article_id)
    if article is None:
        complain(f"There is no article {article_id!r}.")
        return 1
    if format_ == "json":
        click.echo(to_json(article.to_dict(), indent=2))
    else:
        click.echo(_text(article, output_style()))
    return 0


def _text(article: Article, style: Style) -> str:
    parts = ["\n".join(style.bold(line) for line in wrapped(article.headline, (), style, 0))]
    facts = [
        f"{name}: {terminal_text(str(value))}"
        for name, value in article.to_dict().items()
        if name not in {*TEXT_FIELDS, METADATA_FIELD, *LIST_FIELDS}
    ]
    facts += [
        f"{name}: {terminal_text(', '.join(values))}"
        for name in FACT_FIELDS
        if name in LIST_FIELDS and (values := getattr(article, name))
    ]
    facts += [
        f"{terminal_text(name)}: {to_json(value)}"
        for name, value in sorted(article.metadata.items())
    ]
    parts.append("\n".join(style.dim(fact) for fact in facts))
    paragraphs = [
        f"{name}: {text}" if name != MAIN_FIELD else text
        for name in TEXT_FIELDS
        if name != TITLE_FIELD
        for text in _paragraphs(getattr(article, name))
    ]
    parts += ["\n".join(wrapped(text, (), style, 0)) for text in paragraphs]
    return "\n\n".join(part for part in parts if part)


def _paragraphs(text: str) -> list[str]:
    return [part for part in re.split(r"\n\s*\n", text) if part.strip()]


@click.command(
    epilog="""\b
Examples:
  searchlib explain horses thirty-horses-on-first-train
  searchlib explain 'white horses' thirty-horses-on-first-train --operator and
"""
)
@click.argument("query_", metavar="QUERY")
@click.argument("article_id", metavar="ID")
@index_option
@operator_option
@syntax_option
def explain(
    query_: str, article_id: str, index_path: str, operator: str | None, syntax: str
) -> int:
    """Show the parts of an article's score for a query.

    Exit code 1 if there is no article with this ID, or if it does not match the query. If no index
    was named and there is none in ./index, the sample articles are used.
    """
    with index_or_samples(index_path) as index:
        # The search is only for its diagnostics, so its limit is small. click has checked the
        # choices, which mypy does not know.
        options: Any = {"default_operator": operator, "now": local_now(), "syntax": syntax}
        results = index.search(query_, limit=1, **options)
        explanation = index.explain(query_, article_id, **options)
        is_in_index = explanation is not None or index.get(article_id) is not None
    complain(*diagnostic_lines(results.diagnostics, query_))
    if explanation is not None:
        for line in str(explanation).split("\n"):
            click.echo(terminal_text(line))
        return 0
    if is_in_index:
        complain(
            f"The article {article_id!r} does not match the query.",
            "Leave out a part of the query, or read the article: searchlib show ID",
        )
    else:
        complain(
            f"There is no article {article_id!r}.",
            "To find the id of an article, search for it: searchlib query QUERY",
        )
    return 1


@click.command(
    epilog="""\b
Examples:
  searchlib delete rzd-1 rzd-2
  searchlib delete --query 'source:"Old Wire" AND date:<2001'
"""
)
@click.argument("article_ids", nargs=-1, metavar="ID...")
@click.option("--query", "query_", metavar="QUERY", help="Delete every article that matches.")
@index_option
@syntax_option
def delete(article_ids: tuple[str, ...], query_: str | None, index_path: str, syntax: str) -> int:
    """Delete articles by ID, or all articles that match a query.

    A query is refused if any part of it cannot be used. Exit code 1 if nothing was deleted.
    """
    if bool(article_ids) == (query_ is not None):
        raise click.UsageError("give either IDs or --query")
    if query_ is None and syntax != SYNTAXES[0]:
        raise click.UsageError(f"--syntax {syntax} is for --query: IDs have no syntax")
    with searchlib.open(index_path) as index:
        with index.writer() as writer:
            for article_id in article_ids:
                if not writer.delete(article_id):
                    complain(f"There is no article {article_id!r}.")
            if query_ is not None:
                writer.delete_matching(
                    query_,
                    now=local_now(),
                    syntax=syntax,  # type: ignore[arg-type]  # click has checked it
                )
        deleted = writer.changes.deleted
    complain(f"Deleted {deleted} article{'' if deleted == 1 else 's'}.")
    return 0 if deleted else 1
