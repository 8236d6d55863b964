"""searchlib show, explain and delete: one article by its id, or several by a query."""

from __future__ import annotations

import re
from typing import Any

import click

import searchlib
from searchlib.article import TEXT_FIELDS, Article
from searchlib.cli.diagnostics_view import remarks
from searchlib.cli.hit_formats import to_json
from searchlib.cli.options import index_option, operator_option
from searchlib.cli.query_command import index_or_samples, local_now
from searchlib.cli.terminal import Style, complain, output_style, wrapped
from searchlib.snippets.render import terminal_text

__all__ = ["delete", "explain", "show"]


@click.command(epilog="Example: searchlib show thirty-horses-on-first-train --format json")
@click.argument("article_id", metavar="ID")
@index_option
@click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def show(article_id: str, index_path: str, format_: str) -> int:
    """Show one article whole. Exit code 1 if there is none with this ID.

    Where no index was named and there is none in ./index, a text is of the sample articles; JSON is
    for programs, and it is an error.
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
        if name not in {*TEXT_FIELDS, "metadata", "authors", "tags"}
    ]
    facts += [
        f"{name}: {terminal_text(', '.join(values))}"
        for name, values in (("authors", article.authors), ("tags", article.tags))
        if values
    ]
    facts += [
        f"{terminal_text(name)}: {to_json(value)}"
        for name, value in sorted(article.metadata.items())
    ]
    parts.append("\n".join(style.dim(fact) for fact in facts))
    captions = [f"caption: {caption}" for caption in _paragraphs(article.caption)]
    parts += [
        "\n".join(wrapped(text, (), style, 0)) for text in _paragraphs(article.body) + captions
    ]
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
def explain(query_: str, article_id: str, index_path: str, operator: str) -> int:
    """Show why an article has its score for a query: the parts that add up to it.

    Exit code 1 if there is no article with this ID, or if it does not match the query. Where no
    index was named and there is none in ./index, it is of the sample articles.
    """
    with index_or_samples(index_path) as index:
        # As little of a search as has its diagnostics; click has checked the operator.
        options: Any = {"default_operator": operator, "now": local_now()}
        found = index.search(query_, limit=1, **options)
        explanation = index.explain(query_, article_id, **options)
        known = explanation is not None or index.get(article_id) is not None
    complain(*remarks(found.diagnostics, query_))
    if explanation is not None:
        for line in str(explanation).split("\n"):
            click.echo(terminal_text(line))
        return 0
    if known:
        complain(
            f"The article {article_id!r} does not match the query.",
            "Leave out a part of the query, or see what the article says: searchlib show ID",
        )
    else:
        complain(
            f"There is no article {article_id!r}.",
            "Each article has its id in the list that this gives: searchlib query QUERY",
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
def delete(article_ids: tuple[str, ...], query_: str | None, index_path: str) -> int:
    """Delete articles by ID, or all that match a query.

    A query that cannot be used in every part is refused. Exit code 1 if nothing was deleted.
    """
    if bool(article_ids) == (query_ is not None):
        raise click.UsageError("give either IDs or --query")
    with searchlib.open(index_path) as index:
        with index.writer() as writer:
            for article_id in article_ids:
                if not writer.delete(article_id):
                    complain(f"There is no article {article_id!r}.")
            if query_ is not None:
                writer.delete_matching(query_, now=local_now())
        deleted = writer.changes.deleted
    complain(f"Deleted {deleted} article{'' if deleted == 1 else 's'}.")
    return 0 if deleted else 1
