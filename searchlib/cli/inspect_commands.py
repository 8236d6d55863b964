"""searchlib stats and check: the commands that show figures of an index and verify it."""

from __future__ import annotations

from dataclasses import asdict

import click

import searchlib
from searchlib.cli.hit_formats import to_json
from searchlib.cli.options import index_option
from searchlib.cli.terminal import complain, cut
from searchlib.kernel_state import count_kernels, describe_kernels
from searchlib.library import IndexStats
from searchlib.snippets.render import terminal_text

__all__ = ["check", "stats"]

_MAX_LANGUAGES_CHARS = 400
"""Maximum length of the list of languages, to bound the output: articles may name any number."""


@click.command(epilog="Example: searchlib stats --format json")
@index_option
@click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def stats(index_path: str, format_: str) -> int:
    """Show figures of the index: articles, size, terms, dates, languages."""
    with searchlib.open(index_path) as index:
        figures = index.stats()
    if format_ == "json":
        values = asdict(figures)
        for name in ("earliest", "latest"):
            values[name] = values[name] and values[name].isoformat()
        compiled, count = count_kernels()
        values["kernels"] = {"compiled": compiled, "plain": count - compiled}
        click.echo(to_json(values, indent=2))
    else:
        for name, value in _lines(figures):
            click.echo(f"{name:<10} {terminal_text(value)}")
    return 0


def _lines(figures: IndexStats) -> list[tuple[str, str]]:
    lines = [
        ("index", figures.path),
        ("articles", f"{figures.articles:,}"),
        ("size", f"{figures.size_bytes / 1e6:,.1f} MB"),
        ("analyzer", figures.analyzer),
    ]
    lines += [
        (field, f"{count:,} terms, {figures.avg_lengths[field]:.1f} words on average")
        for field, count in figures.terms.items()
    ]
    lines.append(("sources", f"{figures.sources:,}"))
    if figures.languages:
        lines.append(("languages", cut(", ".join(figures.languages), _MAX_LANGUAGES_CHARS)))
    if figures.earliest and figures.latest:
        lines.append(("dates", f"{figures.earliest.date()} to {figures.latest.date()}"))
    lines.append(("kernels", describe_kernels()))
    return lines


@click.command(epilog="Examples: searchlib check --index archive/index; searchlib check --repair")
@index_option
@click.option(
    "--repair",
    is_flag=True,
    help="Write damaged segments again, with all articles that can be read.",
)
def check(index_path: str, repair: bool) -> int:
    """Read the whole index and report all damage. Exit code 3 if there is any.

    With --repair, the index is sound afterwards and the exit code is 0. Every undamaged segment and
    every readable article is kept, losses are listed, and damaged files are renamed to DAMAGED_...
    """
    if repair:
        result = searchlib.repair(index_path)
        for problem in result.problems:
            click.echo(terminal_text(problem))
        articles = _counted(result.articles, "article")
        complain(
            f"{_counted(len(result.problems), 'problem')} found; the index has {articles}."
            if result.problems
            else f"{articles}, all sound; nothing was changed."
        )
        return 0
    with searchlib.open(index_path) as index:
        problems = index.check()
        for problem in problems:
            click.echo(terminal_text(problem))
        if problems:
            complain(
                f"{_counted(len(problems), 'problem')} found; save the undamaged articles with"
                " `searchlib check --repair`, or index the articles again into a new directory."
            )
            return 3
        complain(f"{_counted(index.count, 'article')}, all sound.")
        return 0


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
