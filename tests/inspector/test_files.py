"""The files of the page, without a browser: how much they weigh, and what must not be in them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import pytest_okx

PAGE = Path(pytest_okx.__file__).parent / "control" / "page"
FILES = {path.name: path.read_text(encoding="utf-8") for path in sorted(PAGE.iterdir())}
SCRIPTS = [name for name in FILES if name.endswith(".js")]


def test_the_whole_page_weighs_less_than_100_kb() -> None:
    assert sum(len(text.encode()) for text in FILES.values()) < 100_000


@pytest.mark.parametrize("name", SCRIPTS)
def test_no_script_parses_markup_or_text_as_code(name: str) -> None:
    parsing = (
        r"\b(innerHTML|outerHTML|insertAdjacentHTML|DOMParser|createContextualFragment|eval|Function|document\.write)\b"
    )
    assert re.findall(parsing, FILES[name]) == []


@pytest.mark.parametrize("name", FILES)
def test_no_file_names_another_place(name: str) -> None:
    text = FILES[name].replace("http://www.w3.org/2000/svg", "")  # a name, which nobody asks
    assert re.findall(r"https?:|//[a-z]+\.[a-z]+/|@import|url\(", text) == []


def test_every_module_is_imported_and_every_import_is_there() -> None:
    imported = {name for text in FILES.values() for name in re.findall(r'from "\./(\w+\.js)"', text)}
    assert imported | {"main.js"} == set(SCRIPTS)


@pytest.mark.parametrize("name", FILES)
def test_lines_are_as_short_as_elsewhere(name: str) -> None:
    assert [line for line in FILES[name].splitlines() if len(line) > 120] == []


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_module_opens_with_what_it_is_for(name: str) -> None:
    assert FILES[name].startswith("// ")
