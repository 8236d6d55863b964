"""python -m benchmarks.growth: compares the time of queries on articles and on 20 times as many."""

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
    """Yield ``times`` as many articles, all of them different.

    First come the given articles, then articles of the same lengths with sentences from all of
    them. So each word keeps its frequency and the share of articles that have it.
    """
    yield from articles
    chance = random.Random(_SEED)  # noqa: S311  # not for secrets
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
@click.option(
    "--queries", type=click.IntRange(1), default=200, show_default=True, help="Of each kind."
)
@click.option("--rounds", type=click.IntRange(1), default=5, show_default=True)
def main(corpus: str, engines: str, times: int, queries: int, rounds: int) -> None:
    """Compare the p50 of queries on the articles of CORPUS and on more of the same kind."""
    names = engines.split(",")
    articles = load(corpus, None)
    asked = make_queries(articles, queries)
    made = {name: ENGINES[name]() for name in names}
    latencies: list[dict[str, dict[str, Latency]]] = []
    with tempfile.TemporaryDirectory() as folder, tqdm(total=2 * len(names) + 2) as bar:
        for size in (1, times):
            corpus_articles = list(grown(articles, size))
            opened = {}
            for name in names:
                bar.set_description(f"{name} indexes {len(corpus_articles):,}")
                path = Path(folder) / f"{name}-{size}"
                path.mkdir()
                made[name].build(path, corpus_articles)
                opened[name] = made[name].open(path)
                bar.update()
            del corpus_articles
            bar.set_description("searching")
            latencies.append(measure(opened, asked, rounds, lambda _: None))
            bar.update()
    versions = ", ".join(f"{name} {made[name].version}" for name in names)
    click.echo(
        f"# Growth\n\n{setting()}; {versions}.\n{Path(corpus).name}, {len(articles):,} articles and"
        f" {times} times as many. Microseconds, p50, and in brackets the ratio:\n\n"
        f"| kind | {' | '.join(names)} |\n|---|{'---:|' * len(names)}"
    )
    for kind, row in latencies[0].items():
        cells = []
        for name in names:
            before, after = row[name].p50, latencies[1][kind][name].p50
            cells.append(f"{before:.0f} → {after:.0f} ({after / before:.1f})")
        click.echo(f"| {kind} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
