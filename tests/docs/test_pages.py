"""Every page of docs/ does what it says, and its links and names are right."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import searchlib
from searchlib.ingest import record_mapping as records
from searchlib.ingest.record_mapping import article_from_record, field_of
from searchlib.query.fields import FIELD_NAMES
from tests.docs.pages import PAGES, README, ROOT, RUNNABLE, PageRunner, blocks, steps

DOCS = ROOT / "docs"
QUERY_PAGE = DOCS / "query-language.md"
FILES_PAGE = DOCS / "files.md"
_OTHER_BLOCKS = re.compile(r"text|\{(?:toctree|eval-rst|command-help)\}.*")


def table_rows(text: str, header: str) -> list[list[str]]:
    """Return the cells of the tables that begin with the line ``header``."""
    found = re.findall(rf"^{re.escape(header)}\n\|[-:|]+\|\n((?:\|.*\n)+)", text, re.MULTILINE)
    return [
        [cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]]
        for rows in found
        for row in rows.splitlines()
    ]


def code(cell: str) -> list[str]:
    return [found.replace("\\|", "|") for found in re.findall("`([^`]+)`", cell)]


@pytest.mark.parametrize(
    "page", [page for page in PAGES if blocks(page, *RUNNABLE)], ids=lambda page: page.stem
)
def test_a_page_does_what_it_says(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    PageRunner(page, folder, monkeypatch).run()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_no_block_of_a_page_is_left_unrun(page: Path) -> None:
    for block in blocks(page):
        if block.language not in RUNNABLE:
            where = f"{page.name}, line {block.line}: {block.language!r}"
            assert _OTHER_BLOCKS.fullmatch(block.language), where
            assert not re.search(r"^(?:\$|>>>|searchlib|import|pip) ", block.text, re.MULTILINE), (
                where
            )
        if block.language == "console":
            assert steps(block.text), f"{page.name}, line {block.line} has no command"
    assert page.read_text(encoding="utf-8").count("```") == 2 * len(blocks(page))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_of_a_page_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?://)([^)#]*)(#[^)]*)?\)", text)
    for target, anchor in links:
        other = (page.parent / target) if target else page
        assert other.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", other.read_text(encoding="utf-8"), re.MULTILINE)
            anchors = {re.sub(r"[^\w -]", "", name.lower()).replace(" ", "-") for name in headings}
            assert anchor[1:] in anchors, f"{target}{anchor}"


def test_every_page_is_in_the_contents() -> None:
    trees = blocks(DOCS / "index.md", "{toctree}")
    contents = {line for block in trees for line in block.text.split()}
    assert {page.stem for page in PAGES} - {"index"} <= contents


@pytest.mark.parametrize("page", [README, QUERY_PAGE], ids=lambda page: page.stem)
def test_every_form_of_the_query_language_is_one(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    headers = [f"| form | {what} |" for what in ("finds", "published", "effect")]
    rows = [row for header in headers for row in table_rows(text, header)]
    forms = [form for row in rows for form in code(row[0])]
    others = table_rows(text, "| you know | as in | here also |")
    forms += [form for row in others for form in code(row[1])]
    assert len(forms) > (80 if page == QUERY_PAGE else 10)
    with searchlib.in_memory() as index:
        with index.writer() as writer:
            writer.add_many(searchlib.sample_articles())
            # What the forms name and no sample has
            writer.add(searchlib.Article(source="Old Wire", authors=["Brien"], tags=["chess"]))
        for form in forms:
            assert index.search(form, strict=True).diagnostics == (), form


def test_the_page_of_the_query_language_names_every_field() -> None:
    text = QUERY_PAGE.read_text(encoding="utf-8")
    cells = re.findall(r"^\| (.*?) \|", text, re.MULTILINE)
    forms = [form for cell in cells for form in code(cell)]
    for name in FIELD_NAMES:
        named = re.compile(rf"{name}[:<>=]")
        assert any(named.match(form) for form in forms), name


def test_the_page_of_files_names_every_name_of_a_field() -> None:
    rows = table_rows(FILES_PAGE.read_text(encoding="utf-8"), "| field | accepted names |")
    documented = {name: code(field)[0] for field, names in rows for name in code(names)}
    assert documented == {name: field_of(name) for name in documented}
    assert set(documented) == set(records._FIELDS)


def test_dates_of_the_page_of_files_are_read_and_the_refused_one_is_not() -> None:
    text = FILES_PAGE.read_text(encoding="utf-8")
    dates = [date for row in table_rows(text, "| form | example |") for date in code(row[1])]
    assert len(dates) > 6
    for date in dates:
        record = {"title": "A", "date": int(date) if len(date) == 10 and date.isdigit() else date}
        published = article_from_record(record).published
        assert published is not None
        assert str(published.date()) == "2022-11-02", date
    with pytest.raises(searchlib.MalformedArticleError, match="two ways"):
        article_from_record({"title": "A", "date": "02/11/2022"})
