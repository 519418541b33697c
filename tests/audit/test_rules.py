"""The table of rules: how one is added, how findings look and in which order they are told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pytest_okx.audit import RULES, Record, Rule, Severity, audit
from pytest_okx.audit.rules import Evidence, Finding, rule
from tests.audit.support import BALANCE, Bot


@pytest.mark.parametrize("row", RULES.values(), ids=RULES)
def test_a_rule_says_what_why_and_who_says_so(row: Rule) -> None:
    assert row.what
    assert not row.what.endswith(".")
    assert row.why
    assert row.source


def test_a_second_rule_of_the_same_name_is_told_its_rival() -> None:
    def other(record: Record) -> Iterator[Evidence]:
        """Found never."""
        yield from ()

    expected = r"other\(\) and polling\(\) are both 'polling': keep one"
    with pytest.raises(TypeError, match=expected):
        rule("polling", Severity.MINOR, why="", source="")(other)
    assert list(other(Record(()))) == []


def test_nothing_is_found_where_nobody_called() -> None:
    assert audit(Record(())) == ()


def test_the_worst_comes_first() -> None:
    bot = Bot()
    bot.behind_ms = 6000
    for _ in range(2):
        bot.ask("GET", BALANCE, headers={"OK-ACCESS-PASSPHRASE": "nan"})
        bot.ask("GET", "/api/v5/public/time")
    found = [(str(finding.severity), finding.rule) for finding in bot.server.audit()]
    assert found == [
        ("critical", "clock-far-off"),
        ("major", "header-without-value"),
        ("major", "retried-in-vain"),
        ("minor", "credentials-on-public-call"),
    ]


def test_a_finding_shows_three_calls_and_counts_the_others() -> None:
    bot = Bot()
    bot.behind_ms = 3000
    for _ in range(5):
        bot.ask("GET", BALANCE)
    (finding,) = bot.server.audit()
    head, *lines = str(finding).splitlines()
    assert head.startswith("minor clock-off: the clock of ")
    assert lines == [
        *["  12:00:00.000 GET /api/v5/account/balance -> accepted"] * 3,
        "  (and 2 more)",
        f"  why: {RULES['clock-off'].why}",
        f"  source: {RULES['clock-off'].source}",
    ]


def test_a_finding_with_few_calls_hides_none() -> None:
    assert "more)" not in str(Finding("a", Severity.MINOR, "b", (), "c", "d"))
