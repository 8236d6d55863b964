"""Every page of docs/ runs, and its links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, ROOT, RUNNABLE, PageRunner, blocks, steps

RUN = [page for page in PAGES if blocks(page, *RUNNABLE)]


@pytest.mark.parametrize("page", RUN, ids=lambda page: page.stem)
def test_a_page_does_what_it_says(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    PageRunner(page, folder, monkeypatch).run()
