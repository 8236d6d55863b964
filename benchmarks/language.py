"""python -m benchmarks.language: times proximity, patterns and misspelled words on all engines."""

from __future__ import annotations

import random
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import click
from tqdm import tqdm

import searchlib
from benchmarks.corpus import FUNCTION_WORDS, WORD, load
from benchmarks.engines import ENGINES, TOP
from benchmarks.report import setting
from benchmarks.timing import Latency, first_time, in_turn
from searchlib import Article
from searchlib.article import TEXT_FIELDS
from tests.reference.oracle import Oracle

_SEED: Final = 1987
_MIN_LETTERS: Final = 5


class Asked(NamedTuple):
    """Words of one article: two with one word between them, and one of five letters or more."""

    left: str
    right: str
    word: str

    @property
    def mistyped(self) -> str:
        """The word with its second and third letter swapped."""
        word = self.word
        return word[0] + word[2] + word[1] + word[3:]


KINDS: Final[dict[str, Callable[[Asked], str]]] = {
    "slop": lambda asked: f'"{asked.left} {asked.right}"~3',
    "near": lambda asked: f"{asked.left} w/5 {asked.right}",
    "prefix": lambda asked: f"{asked.word[:4]}*",
    "wildcard": lambda asked: f"{asked.word[:3]}?{asked.word[4:]}*",
    "infix": lambda asked: f"*{asked.word[1:-1]}*",
    "regex": lambda asked: f"/{asked.word[:3]}.{asked.word[4:]}(s|ed)?/",
    "fuzzy 1": lambda asked: f"{asked.mistyped}~1",
    "fuzzy 2": lambda asked: f"{asked.mistyped}~2",
}
"""The kinds of queries, each in searchlib's language."""

Run = Callable[[Asked], object]


def make_queries(articles: Sequence[Article], count: int) -> list[Asked]:
    """Return ``count`` queries, always the same."""
    chance = random.Random(_SEED)  # noqa: S311  # not for secrets
    asked: list[Asked] = []
    while len(asked) < count:
        words = [word.lower() for word in WORD.findall(chance.choice(articles).body)]
        long = [word for word in words if len(word) >= _MIN_LETTERS]
        pairs = [
            pair
            for pair in zip(words, words[2:], strict=False)
            if not FUNCTION_WORDS.intersection(pair)
        ]
        if long and pairs:
            asked.append(Asked(*chance.choice(pairs), chance.choice(long)))
    return asked


def searchlib_runs(path: Path) -> dict[str, Run]:
    """Return functions that search with searchlib, by kind of query."""
    index = searchlib.open(path)
    return {
        kind: lambda asked, text=text: [  # type: ignore[misc]
            hit.article_id for hit in index.search(text(asked), limit=TOP)
        ]
        for kind, text in KINDS.items()
    }


def tantivy_runs(path: Path) -> dict[str, Run]:
    """Return functions that search with tantivy. Its only proximity is a phrase with slop."""
    import tantivy  # noqa: PLC0415  # an optional peer

    opened: Any = tantivy.Index.open(str(path))
    schema, searcher, queries = opened.schema, opened.searcher(), tantivy.Query

    def hits(query: Any) -> list[Any]:
        best = searcher.search(query, TOP, count=False).hits
        return [searcher.doc(address)["id"][0] for _, address in best]

    def in_any(make: Callable[[str], Any]) -> list[Any]:
        parts = [(tantivy.Occur.Should, make(field)) for field in TEXT_FIELDS]
        return hits(queries.boolean_query(parts))

    def pattern(regex: Callable[[Asked], str]) -> Run:
        return lambda asked: in_any(lambda f: queries.regex_query(schema, f, regex(asked)))

    def fuzzy(distance: int) -> Run:
        return lambda asked: in_any(
            lambda field: queries.fuzzy_term_query(
                schema, field, asked.mistyped, distance=distance, transposition_cost_one=True
            )
        )

    return {
        "slop": lambda asked: hits(opened.parse_query(KINDS["slop"](asked), list(TEXT_FIELDS))),
        "prefix": pattern(lambda asked: f"{asked.word[:4]}.*"),
        "wildcard": pattern(lambda asked: f"{asked.word[:3]}.{asked.word[4:]}.*"),
        "infix": pattern(lambda asked: f".*{asked.word[1:-1]}.*"),
        "regex": pattern(lambda asked: KINDS["regex"](asked).strip("/")),
        "fuzzy 1": fuzzy(1),
        "fuzzy 2": fuzzy(2),
    }


def whoosh_runs(path: Path) -> dict[str, Run]:
    """Return functions that search with Whoosh, whose slop counts from 1."""
    from whoosh import index, query  # noqa: PLC0415

    opened: Any = index.open_dir(str(path))
    searcher = opened.searcher()

    def in_any(make: Callable[[str], Any]) -> list[Any]:
        hits = searcher.search(query.Or([make(field) for field in TEXT_FIELDS]), limit=TOP)
        return [hit["id"] for hit in hits]

    def phrase(field: str, slop: int, *words: str) -> Any:
        analyzer = opened.schema[field].analyzer
        stems = [token.text for word in words for token in analyzer(word)]
        return query.Phrase(field, stems, slop)

    def near(field: str, asked: Asked) -> Any:
        # Whoosh's SpanNear cannot be an operand of Or.
        pairs = (asked.left, asked.right), (asked.right, asked.left)
        return query.Or([phrase(field, 5, *pair) for pair in pairs])

    def simple(make: Callable[[str, Asked], Any]) -> Run:
        return lambda asked: in_any(lambda field: make(field, asked))

    return {
        "slop": simple(lambda field, asked: phrase(field, 4, asked.left, asked.right)),
        "near": simple(near),
        "prefix": simple(lambda field, asked: query.Prefix(field, asked.word[:4])),
        "wildcard": simple(lambda field, asked: query.Wildcard(field, KINDS["wildcard"](asked))),
        "infix": simple(lambda field, asked: query.Wildcard(field, KINDS["infix"](asked))),
        "regex": simple(lambda field, asked: query.Regex(field, KINDS["regex"](asked).strip("/"))),
        "fuzzy 1": simple(lambda field, asked: query.FuzzyTerm(field, asked.mistyped, maxdist=1)),
        "fuzzy 2": simple(lambda field, asked: query.FuzzyTerm(field, asked.mistyped, maxdist=2)),
    }


def fts5_runs(articles: Sequence[Article]) -> dict[str, Run]:
    """Return functions that search with SQLite's FTS5, which has only NEAR and prefixes."""
    database = sqlite3.connect(":memory:")
    database.execute(
        "create virtual table t using"
        " fts5(id unindexed, headline, body, caption, tokenize = 'porter unicode61')"
    )
    with database:
        database.executemany(
            "insert into t values (?, ?, ?, ?)",
            ((a.article_id, a.headline, a.body, a.caption) for a in articles),
        )
    text = "select id from t where t match ? order by bm25(t, 0, 2, 1, 1) limit ?"

    def run(match: Callable[[Asked], str]) -> Run:
        return lambda asked: database.execute(text, (match(asked), TOP)).fetchall()

    return {
        "slop": run(lambda asked: f"NEAR({asked.left} {asked.right}, 3)"),
        "near": run(lambda asked: f"NEAR({asked.left} {asked.right}, 4)"),
        "prefix": run(lambda asked: f"{asked.word[:4]}*"),
    }


OPENERS: Final[dict[str, Callable[[Path], dict[str, Run]]]] = {
    "searchlib": searchlib_runs, "tantivy": tantivy_runs, "whoosh": whoosh_runs,
}  # fmt: skip


def wrong_lists(
    articles: Sequence[Article],
    runs: Mapping[str, Run],
    queries: Sequence[Asked],
    on_query: Callable[[int], object],
) -> list[str]:
    """Return the queries whose ten best articles differ from the oracle's in any way."""
    oracle = Oracle(articles)
    wrong = []
    for kind, text in KINDS.items():
        for asked in queries:
            expected = [article_id for article_id, _ in oracle.search(text(asked))[:TOP]]
            if runs[kind](asked) != expected:
                wrong.append(text(asked))
            on_query(1)
    return wrong


def table(by_kind: Mapping[str, Mapping[str, Latency]]) -> str:
    """Return the figures as a table in Markdown."""
    names = list(dict.fromkeys(name for latencies in by_kind.values() for name in latencies))
    lines = [f"| kind | {' | '.join(names)} |", f"|---|{'---:|' * len(names)}"]
    for kind, latencies in by_kind.items():
        cells = [
            f"{latency.p50:.0f} / {latency.p99:.0f} / {latency.mean:.0f}" if latency else "-"
            for latency in map(latencies.get, names)
        ]
        lines.append(f"| {kind} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _of(runs: Mapping[str, Mapping[str, Run]], kind: str) -> dict[str, Run]:
    return {name: run[kind] for name, run in runs.items() if kind in run}


@click.command(epilog="Example: python -m benchmarks.language articles.jsonl")
@click.argument("corpus", type=click.Path(exists=True, dir_okay=False))
@click.option("--limit", type=click.IntRange(1), help="Maximum number of articles.")
@click.option(
    "--queries", type=click.IntRange(1), default=100, show_default=True, help="Of each kind."
)
@click.option("--rounds", type=click.IntRange(1), default=5, show_default=True)
@click.option(
    "--checked", type=click.IntRange(0), default=20, show_default=True, help="Of each kind."
)
@click.option("--keep", type=click.Path(file_okay=False), help="Write language-NAME.md there, too.")
def main(
    corpus: str, limit: int | None, queries: int, rounds: int, checked: int, keep: str | None
) -> None:
    """Compare engines on the parts of the query language that not all of them have."""
    articles = load(corpus, limit)
    asked = make_queries(articles, queries)
    title = Path(corpus).name.partition(".")[0] + (f"-{limit}" if limit else "")
    with tempfile.TemporaryDirectory() as folder:
        for name in tqdm(OPENERS, desc="indexing", unit="engine"):
            (Path(folder) / name).mkdir()
            ENGINES[name]().build(Path(folder) / name, articles)
        fts5 = fts5_runs(articles)

        def opened() -> dict[str, dict[str, Run]]:
            """Open each engine again, because an open engine may cache results."""
            fresh = {name: opener(Path(folder) / name) for name, opener in OPENERS.items()}
            return {**fresh, "fts5": fts5}

        runs = opened()
        with tqdm(total=checked * len(KINDS), desc="checking", unit="query") as bar:
            wrong = wrong_lists(articles, runs["searchlib"], asked[:checked], bar.update)
        total = len(asked) * (rounds + 2) * sum(map(len, runs.values()))
        with tqdm(total=total, desc="searching", unit="query") as bar:
            new = {kind: first_time(_of(opened(), kind), asked, bar.update) for kind in KINDS}
            known = {kind: in_turn(_of(runs, kind), asked, rounds, bar.update) for kind in KINDS}
    report = (
        f"# The language on {title}\n\n{setting()}.\n"
        f"{len(wrong)} of {checked * len(KINDS)} lists of searchlib differ from those of an"
        " exhaustive scorer in plain Python.\n\nMicroseconds, p50 / p99 / mean, for queries that"
        f" have been run before:\n\n{table(known)}\nFor queries that an engine has not run since it"
        f" was opened:\n\n{table(new)}"
    )
    click.echo(report, nl=False)
    if keep:
        Path(keep).mkdir(parents=True, exist_ok=True)
        (Path(keep) / f"language-{title}.md").write_text(report, encoding="utf-8")
    for text in wrong:
        click.echo(f"wrong: {text}", err=True)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
