"""python -m benchmarks: indexes, searches and checks; prints the figures and can save them."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import click
from tqdm import tqdm

from benchmarks.checking import wrong_lists
from benchmarks.corpus import KINDS, load, make_queries
from benchmarks.engines import ENGINES
from benchmarks.indexing import index_in_a_process
from benchmarks.report import plot, table
from benchmarks.timing import measure


@click.command(epilog="Example: python -m benchmarks articles.jsonl --engines searchlib,tantivy")
@click.argument("corpus", type=click.Path(exists=True, dir_okay=False))
@click.option("--engines", default=",".join(ENGINES), show_default=True, help="Engines, in order.")
@click.option("--limit", type=click.IntRange(1), help="Maximum number of articles.")
@click.option(
    "--queries", type=click.IntRange(1), default=200, show_default=True, help="Of each kind."
)
@click.option("--rounds", type=click.IntRange(1), default=5, show_default=True)
@click.option(
    "--keep",
    type=click.Path(file_okay=False),
    help="Write NAME.md and NAME.svg into this directory, too.",
)
def main(
    corpus: str, engines: str, limit: int | None, queries: int, rounds: int, keep: str | None
) -> None:
    """Compare engines on the articles of CORPUS, in any format that searchlib reads."""
    names = engines.split(",")
    unknown = sorted(set(names) - set(ENGINES))
    if unknown:
        raise click.UsageError(f"there is no engine {unknown[0]!r}; there are {', '.join(ENGINES)}")
    articles = load(corpus, limit)
    asked = make_queries(articles, queries)
    title = Path(corpus).name.partition(".")[0] + (f"-{limit}" if limit else "")
    with tempfile.TemporaryDirectory() as folder:
        paths = {name: Path(folder) / name for name in names}
        indexed = {
            name: index_in_a_process(name, corpus, limit, paths[name])
            for name in tqdm(names, desc="indexing", unit="engine")
        }
        made = {name: ENGINES[name]() for name in names}
        opened = {name: made[name].open(paths[name]) for name in names}
        checked, wrong = "The result lists were not checked.", []
        if "searchlib" in names:
            with tqdm(total=queries * len(KINDS), desc="checking", unit="query") as bar:
                wrong = wrong_lists(articles, opened["searchlib"], asked, bar.update)
            checked = (
                f"{len(wrong)} of {queries * len(KINDS)} lists of searchlib differ from those of"
                " an exhaustive scorer in plain Python."
            )
        del articles
        total = queries * (len(KINDS) + 1) * len(names) * (rounds + 1)
        with tqdm(total=total, desc="searching", unit="query") as bar:
            latencies = measure(opened, asked, rounds, bar.update)
    versions = {name: made[name].version for name in names}
    report = table(title, versions, indexed, latencies, checked)
    click.echo(report, nl=False)
    if keep:
        Path(keep).mkdir(parents=True, exist_ok=True)
        (Path(keep) / f"{title}.md").write_text(report, encoding="utf-8")
        plot(title, latencies, Path(keep) / f"{title}.svg")
    for text in wrong:
        click.echo(f"wrong: {text}", err=True)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
