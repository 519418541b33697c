"""The README tells the truth: its examples run, its tables are made from the package, its commands are what CI runs.

`python -m tests.test_readme` writes the tables anew.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from pytest_okx import api, v3
from pytest_okx.audit import RULES
from pytest_okx.contract import CHECKS
from pytest_okx.errors import OkxError, look_up
from pytest_okx.routing import ENDPOINTS, Check, Endpoint

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list[str]:
    """The fenced blocks of one language, in order."""
    return [code for kind, code in BLOCK.findall(README.read_text(encoding="utf-8")) if kind == language]


def checks_table() -> str:
    """The codes of both orders of checks, in order."""
    lines = ["| v5 | v3 |", "|---|---|"]
    columns = [_checked(api.PRIVATE, "5"), _checked(v3.PRIVATE, "3")]
    for index in range(max(map(len, columns))):
        lines.append("| " + " | ".join(column[index] if index < len(column) else "" for column in columns) + " |")
    return "\n".join(lines)


def _checked(checks: tuple[Check, ...], digit: str) -> list[str]:
    rows = []
    for codes, _ in checks:
        own = [code for code in codes if code.startswith(digit) and (digit == "3" or code != "50114")]
        rows.append(", ".join(map(_with_text, own)) or "50011, where the limit is by address")
    rows[-1] = "parameters: 50014, 51000" if digit == "5" else "parameters: 30023, 30025"
    return rows


def _with_text(code: str) -> str:
    return code if "{" in look_up(code).template else f"{code} {OkxError(code).message}"


def endpoints_table() -> str:
    """Every section of the surface: what a function answers, what is empty until it is used, how much is left."""
    sections: dict[str, list[Endpoint]] = {}
    for methods in ENDPOINTS.values():
        for endpoint in methods.values():
            sections.setdefault(_section(endpoint), []).append(endpoint)
    lines = ["| under | simulated | empty for a fresh account | by stub only |", "|---|---|---|---|"]
    for section, endpoints in sorted(sections.items(), key=lambda item: ("/v3" in item[0], item[0])):
        simulated = [each for each in endpoints if each.handler]
        empty = [each for each in endpoints if each.fresh and not each.handler]
        cells = (_names(section, simulated), _names(section, empty), str(len(endpoints) - len(simulated) - len(empty)))
        lines.append(f"| `{section}` | {' | '.join(cells)} |")
    return "\n".join(lines)


def _section(endpoint: Endpoint) -> str:
    return "/".join(endpoint.path.split("/")[:4]) + "/"


def _names(section: str, endpoints: list[Endpoint]) -> str:
    """The routes below a section; GET goes without saying."""
    return ", ".join(
        each.route.removeprefix("GET ").replace(section, "")
        for each in sorted(endpoints, key=lambda each: (each.method, each.path))
    )


def manners_table() -> str:
    """The rules of the audit."""
    lines = ["| rule | severity | what is found | says who |", "|---|---|---|---|"]
    lines += [f"| `{rule.name}` | {rule.severity} | {rule.what} | {rule.source} |" for rule in RULES.values()]
    return "\n".join(lines)


TABLES = {"checks": checks_table, "endpoints": endpoints_table, "manners": manners_table}


def with_tables(text: str) -> str:
    """The README with its generated tables as they ought to be."""
    for name, table in TABLES.items():
        text = re.sub(rf"<!-- {name} -->\n(?:\n\|[^\n]*(?:\n\|[^\n]*)*\n)?", f"<!-- {name} -->\n\n{table()}\n", text)
    return text


def test_the_tables_are_those_of_the_package() -> None:
    text = README.read_text(encoding="utf-8")
    assert text == with_tables(text), "write them anew with python -m tests.test_readme"


def test_every_python_example_runs(pytester: pytest.Pytester) -> None:
    # A conftest is no test; what is in one has a test that uses it (tests/contract/test_databases.py).
    tests = [code for code in blocks("python") if not code.startswith("# conftest.py\n")]
    examples = {f"test_example_{number}": code for number, code in enumerate(tests)}
    pytester.makepyfile(**examples)
    # A busy machine is no reason for an example to fail.
    pytester.makeconftest(
        "from hypothesis import settings\nsettings.register_profile('calm', deadline=None)\n"
        "settings.load_profile('calm')"
    )
    options = ("-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-W", "ignore::DeprecationWarning")
    result = pytester.runpytest_subprocess(*options)
    wanted = sum(len(re.findall(r"^def test_", code, re.MULTILINE)) for code in examples.values())
    wanted += sum(code.count("(SignerContract)") for code in examples.values()) * len(CHECKS)
    result.assert_outcomes(passed=wanted)


def test_the_output_of_check_signer_is_what_it_prints(pytester: pytest.Pytester) -> None:
    (code,) = (code for code in blocks("python") if "# mybot.py" in code)
    pytester.makepyfile(mybot=code)
    result = pytester.run(sys.executable, "-m", "pytest_okx", "check-signer", "mybot:sign")
    assert result.ret == 1
    assert "\n".join(result.outlines) + "\n" in blocks("text")


def test_the_output_of_the_audit_is_what_it_prints(pytester: pytest.Pytester) -> None:
    (code,) = (code for code in blocks("python") if "# test_manners.py" in code)
    pytester.makepyfile(test_manners=code)
    options = ("-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-W", "ignore::DeprecationWarning")
    result = pytester.runpytest_subprocess(*options, "--okx-audit=report")
    printed = "\n".join(result.outlines)
    shown = next(block for block in blocks("text") if "OKX audit" in block)
    assert shown.rstrip("\n") in printed


def test_the_first_line_after_the_title_says_what_it_is() -> None:
    title, blank, sentence = README.read_text(encoding="utf-8").splitlines()[:3]
    assert (title, blank) == ("# pytest-okx", "")
    assert sentence.endswith(".")
    assert sentence.count(". ") == 0


def test_the_quick_start_is_two_commands_of_which_the_second_runs_the_tests() -> None:
    first, second = blocks("sh")[:2]
    assert first.count("\n") == second.count("\n") == 1
    assert first.endswith("&& pytest-okx demo\n")
    assert second.endswith("python -m pytest -n 2\n")


def test_the_root_holds_what_it_should_and_nothing_else() -> None:
    allowed = {"pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE", "pytest_okx", "tests", "fixtures"}
    made = {"build", "dist"}
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert {name for name in found - made if not name.endswith(".egg-info")} == allowed


if __name__ == "__main__":
    README.write_text(with_tables(README.read_text(encoding="utf-8")), encoding="utf-8")
