"""python -m benchmarks.growth: how much longer queries take on twenty times as many articles."""

from __future__ import annotations

import random
import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import click
from tqdm import tqdm

from benchmarks.corpus import load, make_queries
from benchmarks.engines import ENGINES
from benchmarks.report import setting
from benchmarks.timing import Latency, measure
from searchlib import Article

_SENTENCES: Final = re.compile(r"(?<=[.!?])\s+")
_SEED: Final = 20


def grown(articles: Sequence[Article], times: int) -> Iterator[Article]:
    """Give ``times`` as many articles, no two the same.

    First those there are; then articles of their lengths, each of sentences from anywhere, so that
    words are as frequent as they are and stand in as many articles.
    """
    yield from articles
    chance = random.Random(_SEED)  # noqa: S311  # no secret
    sentences = [text for article in articles for text in _SENTENCES.split(article.body) if text]
    for time in range(1, times):
        for article in articles:
            body: list[str] = []
            left = len(article.body)
            while left > 0:
                body.append(chance.choice(sentences))
                left -= len(body[-1]) + 1
            headline = chance.choice(articles).headline
            yield Article(
                article_id=f"{article.article_id}-{time}", headline=headline, body=" ".join(body)
            )


@click.command(epilog="Example: python -m benchmarks.growth articles.jsonl --times 5")
@click.argument("corpus", type=click.Path(exists=True, dir_okay=False))
@click.option("--engines", default="searchlib,tantivy", show_default=True)
@click.option("--times", type=click.IntRange(2), default=20, show_default=True)
@click.option("--queries", type=click.IntRange(1), default=200, show_default=True, help="A kind.")
@click.option("--rounds", type=click.IntRange(1), default=5, show_default=True)
def main(corpus: str, engines: str, times: int, queries: int, rounds: int) -> None:
    """Compare the p50 of queries on the articles of CORPUS, and on more of their kind."""
    names = engines.split(",")
    articles = load(corpus, None)
    asked = make_queries(articles, queries)
    made = {name: ENGINES[name]() for name in names}
    found: list[dict[str, dict[str, Latency]]] = []
    with tempfile.TemporaryDirectory() as folder, tqdm(total=2 * len(names) + 2) as bar:
        for size in (1, times):
            whole = list(grown(articles, size))
            opened = {}
            for name in names:
                bar.set_description(f"{name} indexes {len(whole):,}")
                path = Path(folder) / f"{name}-{size}"
                path.mkdir()
                made[name].build(path, whole)
                opened[name] = made[name].open(path)
                bar.update()
            del whole
            bar.set_description("searching")
            found.append(measure(opened, asked, rounds, lambda _: None))
            bar.update()
    versions = ", ".join(f"{name} {made[name].version}" for name in names)
    click.echo(
        f"# Growth\n\n{setting()}; {versions}.\n{Path(corpus).name}, {len(articles):,} articles and"
        f" {times} times as many. Microseconds, p50, and how many times as much:\n\n"
        f"| kind | {' | '.join(names)} |\n|---|{'---:|' * len(names)}"
    )
    for kind, row in found[0].items():
        cells = []
        for name in names:
            before, after = row[name].p50, found[1][kind][name].p50
            cells.append(f"{before:.0f} → {after:.0f} ({after / before:.1f})")
        click.echo(f"| {kind} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
