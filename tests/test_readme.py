"""The README tells the truth: its examples run, its tables are made from the package, its commands are what CI runs.

`python -m tests.test_readme` writes the tables anew.
"""

from __future__ import annotations

import inspect
import re
import ssl
import sys
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

import pytest

from pytest_okx import api, scenarios, v3
from pytest_okx.__main__ import main
from pytest_okx.audit import RULES
from pytest_okx.commands import serve
from pytest_okx.contract import CHECKS, CLIENT_CHECKS
from pytest_okx.contract.client_orders import orders_once_when_late
from pytest_okx.control.operations import OPERATIONS, REQUIRED, Field
from pytest_okx.errors import OkxError, look_up
from pytest_okx.feeds import CHANNELS, Channel
from pytest_okx.routing import ENDPOINTS, Check, Endpoint

from .clients import ccxt_calls, sdk_calls
from .clients.contract_findings import FINDINGS

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# What is in a conftest has a test that uses it (tests/contract/test_databases.py), and so has a suite that needs other
# plugins (tests/test_beside_others.py).
CONFTEST, FAILING, BESIDE = "# conftest.py\n", "# this test fails\n", "# test_beside_others.py\n"


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


def scenarios_table() -> str:
    """Each scenario, its arguments beside the server, and the first sentence of its docstring."""
    lines = ["| `scenarios.` | what happens |", "|---|---|"]
    for name in scenarios.__all__:
        scenario = getattr(scenarios, name)
        _, *arguments = inspect.signature(scenario).parameters
        what = (scenario.__doc__ or "").partition("\n")[0]
        lines.append(f"| `{name}({', '.join(arguments)})` | {what} |")
    return "\n".join(lines)


def settings_table() -> str:
    """What can be written for `serve`."""
    lines = ["| `serve --...` | |", "|---|---|"]
    for each in serve.SETTINGS:
        value = "" if each.flag else f" {each.metavar}"
        lines.append(f"| `{each.name}{value}` | {'repeats; ' * each.repeats}{each.help} |")
    return "\n".join(lines)


def clients_table() -> str:
    """What comes of each method of python-okx's six classes, and of each unified method of ccxt."""
    lines = ["| client | methods | succeed | refused as on OKX | 50038 | fail in the client |"]
    lines.append("|---|---|---|---|---|---|")
    for client, outcomes in _outcomes().items():
        kinds = [_named(outcomes, _is_refusal), _count(outcomes, "50038"), _named(outcomes, _is_of_the_client)]
        lines.append(f"| {client} | {len(outcomes)} | {_count(outcomes, '')} | {' | '.join(kinds)} |")
    return "\n".join(lines)


def _outcomes() -> dict[str, dict[str, str]]:
    """A client to its methods and what each gets: "" for success, else OKX's code or words of the client itself."""
    classes = {
        "Trade": sdk_calls.TRADE,
        "Account": sdk_calls.ACCOUNT,
        "Funding": sdk_calls.FUNDING,
        "MarketData": sdk_calls.MARKET,
        "PublicData": sdk_calls.PUBLIC,
        "SubAccount": sdk_calls.SUB_ACCOUNT,
    }
    found = {
        f"python-okx `{name}`": {method: "" if code == "0" else code for method, _, code in calls}
        for name, calls in classes.items()
    }
    unified: dict[str, str] = {}
    for row in ccxt_calls.ROWS:
        unified[row.method] = unified.get(row.method) or row.code
    return found | {"ccxt, unified methods": unified}


def _count(outcomes: dict[str, str], wanted: str) -> str:
    return str(sum(outcome == wanted for outcome in outcomes.values()))


def _named(outcomes: dict[str, str], is_wanted: Callable[[str], bool]) -> str:
    """How many methods have such an outcome, and which; with the code, if it is one."""
    chosen = {method: outcome for method, outcome in outcomes.items() if is_wanted(outcome)}
    names = [f"`{method}`" + (f" {outcome}" if outcome.isdigit() else "") for method, outcome in chosen.items()]
    return f"{len(chosen)}: {', '.join(names)}" if chosen else "0"


def _is_refusal(outcome: str) -> bool:
    return outcome.isdigit() and outcome != "50038"


def _is_of_the_client(outcome: str) -> bool:
    return bool(outcome) and not outcome.isdigit()


def channels_table() -> str:
    """The channels of each address: which push, and which are accepted and silent."""
    lines = ["| address | push | accepted, and silent |", "|---|---|---|"]
    for url in ("public", "private", "business"):
        there = [each for each in CHANNELS.values() if each.url == url]
        cells = [_families(each for each in there if (each.feed is not None) is fed) for fed in (True, False)]
        lines.append(f"| `/{url}` | {' | '.join(cells)} |")
    return "\n".join(lines)


def _families(channels: Iterable[Channel]) -> str:
    return ", ".join(dict.fromkeys(f"`{each.family}`" for each in channels))


def control_table() -> str:
    """The operations of the control API."""
    lines = ["| ask | takes | what it does |", "|---|---|---|"]
    for row in OPERATIONS.values():
        names = ", ".join(_field(field) for field in (*row.query, *row.headers, *row.body))
        lines.append(f"| `{row.method} {row.path.replace('<', '{').replace('>', '}')}` | {names} | {row.what} |")
    return "\n".join(lines)


def _field(field: Field) -> str:
    """A name; in brackets what need not be given."""
    return f"`{field.name}`" if field.default is REQUIRED else f"[`{field.name}`]"


def findings_table() -> str:
    """What the contract for clients finds in real ones; checks that find the same share a line."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in FINDINGS:
        found.setdefault((row.client, row.meaning), []).append(row.check)
    lines = ["| client | it fails | because |", "|---|---|---|"]
    lines += [f"| {client} | {'; '.join(checks)} | {meaning} |" for (client, meaning), checks in found.items()]
    return "\n".join(lines)


TABLES = {
    "manners": manners_table,
    "checks": checks_table,
    "endpoints": endpoints_table,
    "scenarios": scenarios_table,
    "settings": settings_table,
    "clients": clients_table,
    "channels": channels_table,
    "control": control_table,
    "findings": findings_table,
}


def with_tables(text: str) -> str:
    """The README with its generated tables as they ought to be."""
    for name, table in TABLES.items():
        text = re.sub(rf"<!-- {name} -->\n(?:\n\|[^\n]*(?:\n\|[^\n]*)*\n)?", f"<!-- {name} -->\n\n{table()}\n", text)
    return text


def test_the_tables_are_those_of_the_package() -> None:
    text = README.read_text(encoding="utf-8")
    assert text == with_tables(text), "write them anew with python -m tests.test_readme"


def test_every_python_example_runs(pytester: pytest.Pytester) -> None:
    tests = [code for code in blocks("python") if not code.startswith((CONFTEST, FAILING, BESIDE))]
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
    wanted += sum(code.count(".TestCase\n") for code in examples.values())
    # The client of the example has no socket, and tells no time-out.
    skipped = [check for check in CLIENT_CHECKS if "connect" in check.needs or check.run is orders_once_when_late]
    contracts = sum(code.count("(ClientContract)") for code in examples.values())
    wanted += contracts * (len(CLIENT_CHECKS) - len(skipped))
    result.assert_outcomes(passed=wanted, skipped=contracts * len(skipped))


def test_the_test_that_fails_reports_what_the_readme_shows(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CI", "BUILD_NUMBER"):  # where pytest says more
        monkeypatch.delenv(name, raising=False)
    (code,) = (code for code in blocks("python") if code.startswith(FAILING))
    pytester.makepyfile(code)
    result = pytester.runpytest_subprocess("-q", "-p", "no:cacheprovider", "-p", "no:randomly")
    result.assert_outcomes(failed=1)
    shown = [line.rstrip() for line in result.outlines if line.startswith((">", "E "))]
    assert "\n".join(shown) + "\n" in blocks("text")


def test_the_output_of_check_signer_is_what_it_prints(pytester: pytest.Pytester) -> None:
    (code,) = (code for code in blocks("python") if "# mybot.py" in code)
    pytester.makepyfile(mybot=code)
    result = pytester.run(sys.executable, "-m", "pytest_okx", "check-signer", "mybot:sign")
    assert result.ret == 1
    assert "\n".join(result.outlines) + "\n" in blocks("text")


# What python-okx does is deprecated in newer versions of Python and httpx.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_output_of_check_client_is_what_it_prints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (code,) = (code for code in blocks("python") if "# mybots.py" in code)
    (tmp_path / "mybots.py").write_text(code)
    monkeypatch.syspath_prepend(tmp_path)
    # Each of these clients reads all authorities, and speaks no TLS.
    monkeypatch.setattr(ssl, "create_default_context", cache(ssl.create_default_context))
    assert main(["check-client", "mybots:Bot"]) == 1
    # What the exchange saw, and the lines that show it again, are indented further; times are in them.
    lines = capsys.readouterr().out.splitlines()
    told = [line for line in lines if not line.startswith("    ") and line not in ("  seen:", "  again:")]
    assert "\n".join(told) + "\n" in blocks("text")


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
