"""From PKG.MODULE:NAME to what it names, or to a sentence."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from pytest_okx.contract.references import module_of, named


@pytest.mark.parametrize(
    ("reference", "found"),
    [
        ("json", (None, json)),
        ("json:loads", (json, json.loads)),
        ("json:JSONDecoder.decode", (json.JSONDecoder, json.JSONDecoder.decode)),
    ],
)
def test_a_name_stands_for_what_it_names_and_where(reference: str, found: object) -> None:
    assert named(reference) == found


@pytest.mark.parametrize(
    ("reference", "sentence"),
    [
        (":loads", "':loads' names no module: write PKG.MODULE:NAME"),
        ("no.such.module:loads", "no.such.module cannot be imported: ModuleNotFoundError: "),
        ("json:lods", "json:lods is not there: of 'lods' nothing is known, but of JSONDecodeError, "),
    ],
)
def test_a_name_that_stands_for_nothing_is_told(reference: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)):
        named(reference)


def test_a_module_is_looked_for_in_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bots_of_mine.py").write_text("answer = 42")
    monkeypatch.setattr("sys.path", ["nowhere"])
    monkeypatch.chdir(tmp_path)
    assert module_of("bots_of_mine").answer == 42
