"""What is asked of an index that nobody wrote: answers or a SearchlibError, and nothing else."""

from __future__ import annotations

import random
import shutil
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from whoosh import qparser
from whoosh import query as whoosh_query

import searchlib
from searchlib import Article, Index, SearchlibError, kernels
from searchlib.whoosh import open_dir
from tests.damage.crafted_bases import WHOOSH_BASES
from tests.damage.crafting import craft

OUT_OF_BOUNDS: Final = "Out of bounds on buffer access"
"""What Cython says where a kernel with bounds checks would have read or written elsewhere."""

_QUERIES: Final = (
    *("horse", "horse railway freight", "+border -pony", "horse AND (train OR w3) AND NOT w1"),
    *('"freight train"', '"border horses"~4', '"to the border at noon"', "w1 w2 w3 w4 w5"),
    *(
        "hors*",
        "*ses",
        "w?1",
        "/w[0-9]+/",
        "hrose~",
        "trian~2",
        "*",
        "headline:horses",
        "hlp:horses",
    ),
    *("=Horses", '="The horses"', "=horses AND =Freight", "caption:(white pony)"),
    *(
        'source:"Wire 1"',
        "tag:chess",
        "by:brien",
        "id:id3",
        "lang:de",
        "source:wi*",
        "section:world",
    ),
    *("date:2010", "date:2001..2012-03", "date:>=2015", "date:2010-02-02", "wc>20", "wc:10..30"),
    *("horses w/5 border", "freight pre/3 train", "horses not w/5 pony", "horses w/s noon"),
    *("horses w/p train", "first20:(horses OR pony)", "atleast2 horses", "atleast2(w1 OR w2)"),
    *("(horses w/9 noon) w/9 train", "horse^2 train^0.5", "Pferde", "chevaux", "лошади", "馬"),
)


def has_bounds_checks() -> bool:
    """Tell whether every kernel was compiled with bounds checks."""
    folder = Path(kernels.__path__[0])
    compiled = {
        path.relative_to(folder).with_name(path.name.partition(".")[0]): path
        for path in (*folder.rglob("*.so"), *folder.rglob("*.pyd"))
    }
    names = [
        path.relative_to(folder).with_suffix("")
        for path in folder.rglob("*.py")
        if path.name != "__init__.py" and not path.with_suffix(".pxd").exists()
    ]
    # What Cython says there. A kernel without a loop over an array has nothing to check.
    checked = [name for name in names if name in compiled and _says_bounds(compiled[name])]
    return len(checked) > len(names) * 3 // 4 and compiled.keys() >= {*names}


def _says_bounds(path: Path) -> bool:
    return b"Out of bounds on buffer access" in path.read_bytes()


def _read_hit(hit: Any) -> None:
    for name in ("headline", "snippet", "marked_headline", "marks", "article"):
        getattr(hit, name)
    for snippet in hit.snippets:
        snippet.html(), snippet.ansi()
    hit.explain()


def _search(index: Index, chance: random.Random, query: str) -> None:
    results = index.search(
        query,
        limit=chance.choice((3, 10, None)),
        offset=chance.choice((0, 0, 2)),
        filter=chance.choice((None, None, "date:2005..2015", "tag:chess", "horse", "lang:en")),
        sort=chance.choice(("relevance", "relevance", "newest", "oldest")),
        default_operator=chance.choice(("or", "and")),
    )
    _ = results.total, results.diagnostics
    for hit in list(results)[:3]:
        _read_hit(hit)


def _whoosh_search(path: Path) -> None:
    index = open_dir(str(path))
    with index.searcher() as searcher:
        for query in (
            whoosh_query.Every(),
            whoosh_query.Term("body", "hors"),
            whoosh_query.Phrase("body", ["freight", "train"]),
            whoosh_query.Prefix("headline", "h"),
        ):
            for hit in searcher.search(query, limit=3):
                hit.fields()


def _write(index: Index, chance: random.Random) -> None:
    with index.writer(wait_seconds=0.0) as writer:
        writer.add(Article(article_id="id2", headline="horses again"))
        writer.add(Article(article_id="new", headline="horses", body="new"))
        writer.delete("id4")
        if chance.random() < 0.5:
            writer.delete_matching(
                chance.choice(("w1 AND tag:chess", "date:2010", "horses w/3 train"))
            )


def _steps(path: Path, chance: random.Random) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Give each step with its name; a step may find the index closed to it."""
    opened: list[Index] = []
    yield "open", lambda: opened.append(searchlib.open(path))
    if opened:
        (index,) = opened
        yield "count", lambda: index.count
        for n in (0, 3, 41):
            yield f"get id{n}", lambda n=n: index.get(f"id{n}")
        for query in chance.sample(_QUERIES, 24):
            yield f"search {query}", lambda query=query: _search(index, chance, query)
        yield "explain", lambda: index.explain("horse OR train", "id3")
        yield "search_many", lambda: index.search_many(["horse", "train w1", '"freight train"'])
        yield "stats", index.stats
        yield "check", index.check
        yield "Whoosh", lambda: _whoosh_search(path)
    copy = path.with_name("repaired")
    shutil.copytree(path, copy)
    if opened:
        for n in (1, 2):
            yield f"write {n}", lambda: _write(opened[0], chance)
        yield "read what was written", lambda: _search(opened[0], chance, "horse")
        yield "check what was written", lambda: opened[0].check()
    yield "repair", lambda: searchlib.repair(copy, wait_seconds=0.0)
    repaired: list[Index] = []
    yield "open what was repaired", lambda: repaired.append(searchlib.open(copy))
    for index in repaired:
        yield "check what was repaired", index.check
        yield "write what was repaired", lambda: _write(repaired[0], chance)


def _whoosh_write(path: Path, chance: random.Random) -> None:
    with open_dir(str(path)).writer(timeout=0.0) as writer:
        writer.update_document(path="/3", text="horses again")
        writer.delete_by_term("path", "/7")
        writer.optimize = chance.random() < 0.5


def _whoosh_program(path: Path, chance: random.Random) -> None:
    index = open_dir(str(path))
    parser = qparser.QueryParser("text", index.schema)
    with index.searcher() as searcher:
        for text in (
            *("horses", '"freight train"', "hors*", "horses train~2", "spelled:hors", "*"),
            *("path:/3", "date:2010", "number:[3 TO 40]", "horses AND NOT path:/301"),
        ):
            for hit in searcher.search(parser.parse(text), limit=3):
                hit.fields()
                hit.highlights("text")
        searcher.search(whoosh_query.Every(), limit=1)[0].more_like_this("text", top=2)
        searcher.search(whoosh_query.Every(), sortedby=chance.choice(("date", "number")), limit=5)
        searcher.search(whoosh_query.Every(), groupedby="number", limit=5)
        list(searcher.reader().all_terms())
        searcher.suggest("text", "hrose")


def _whoosh_steps(path: Path, chance: random.Random) -> Iterator[tuple[str, Callable[[], Any]]]:
    yield "search", lambda: _whoosh_program(path, chance)
    for n in (1, 2):
        yield f"write {n}", lambda: _whoosh_write(path, chance)
    yield "search what was written", lambda: _whoosh_program(path, chance)


def try_crafted(
    seed: int, trial: int, bases: Sequence[str], made: Path, folder: Path
) -> dict[str, Any]:
    """Craft an index in ``folder`` from one of ``bases``, which stand in ``made``, and use it.

    Gives how it was crafted, the exceptions that are not right, what was out of bounds, and whether
    anything was refused.
    """
    chance = random.Random(f"{seed}:{trial}")
    base = chance.choice(sorted(bases))
    path = folder / "index"
    shutil.copytree(made / base, path)
    crafted = f"{base}: {craft(chance, path)}"
    wrong: list[str] = []
    out_of_bounds: list[str] = []
    refused = 0

    def unraisable(found: Any) -> None:
        """Note what a function of a kernel that gives no exceptions has met."""
        out_of_bounds.append(f"{at}: {found.exc_value!r} in {found.object!r}")

    at = ""
    sys.unraisablehook = unraisable
    steps = _whoosh_steps if base in WHOOSH_BASES else _steps
    for at, step in steps(path, chance):  # the hook reads it
        try:
            given = step()
            text = str(given) if "check" in at or at == "repair" else ""
        except SearchlibError as error:
            refused += 1
            text = "".join(traceback.format_exception(error))
        except Exception:  # noqa: BLE001  # whatever it is, it is told
            text = traceback.format_exc()
            if base in WHOOSH_BASES:  # whose own classes raise what they meet
                refused += 1
            else:
                wrong.append(f"{at}: {text}")
        if OUT_OF_BOUNDS in text:
            out_of_bounds.append(f"{at}: {text}")
    return {"crafted": crafted, "wrong": wrong, "out_of_bounds": out_of_bounds, "refused": refused}
