"""The contract passes clients without mistakes, and finds each wrong one by the check that is meant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from pytest_okx import OkxServer
from pytest_okx.contract import CLIENT_CHECKS, ClientCheck, MakeClient, Untested, UnusableClient, run_client_check
from tests.contract.good_client import GoodClient, OverSocket, Row
from tests.contract.wrong_clients import WRONG, KeepsItsClock, NeverTrusts, OrdersAgain, StaysOut

BY_NAME = {check.name: check for check in CLIENT_CHECKS}
NAMES = [f"{make.__name__}, {name}" for make, name, _ in WRONG]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """These clients read when they are asked to: waiting for them changes nothing."""
    monkeypatch.setattr("pytest_okx.contract.client_trials._PAUSE", 0)


class Tacit:
    """A client that can do nothing but close."""

    def __init__(self, server: OkxServer) -> None:
        self.server = server

    def close(self) -> None:
        """Nothing to close."""


def finding(make: MakeClient, name: str) -> str:
    return str(run_client_check(BY_NAME[name], make))


class Hasty(GoodClient):
    """Gives up soon."""

    timeout = 0.5


class HastyOverSocket(OverSocket):
    """Gives up soon."""

    timeout = 0.5


LATE = "orders once, though the answer comes late"
AT_LEISURE = [check for check in CLIENT_CHECKS if check.name != LATE]


@pytest.mark.parametrize("check", AT_LEISURE, ids=[check.name for check in AT_LEISURE])
@pytest.mark.parametrize("make", [GoodClient, OverSocket])
def test_a_client_without_mistakes_passes(make: MakeClient, check: ClientCheck) -> None:
    assert run_client_check(check, make) is None


@pytest.mark.parametrize("make", [Hasty, HastyOverSocket])
def test_a_client_without_mistakes_gives_up_and_passes(make: MakeClient) -> None:
    assert run_client_check(BY_NAME[LATE], make) is None


@pytest.mark.parametrize(("make", "name", "words"), WRONG, ids=NAMES)
def test_a_wrong_client_is_found_by_the_check_that_is_meant(make: MakeClient, name: str, words: str) -> None:
    assert words in finding(make, name)


def test_each_check_finds_a_wrong_client() -> None:
    assert {name for _, name, _ in WRONG} == set(BY_NAME)


def test_money_comes_first() -> None:
    assert list(BY_NAME)[:3] == [name for name in BY_NAME if name.startswith("orders ")]


def test_a_finding_says_what_was_seen_why_it_matters_and_how_to_see_it_again() -> None:
    first, *lines = finding(OrdersAgain, "orders once, whatever becomes of the answer").splitlines()
    assert first == "tests.contract.wrong_clients:OrdersAgain: under LoseReply(), 2 orders stand for one clOrdId"
    assert lines[0].startswith("  also: under Disconnect(at='after'), 2 orders stand")
    assert sum("POST /api/v5/trade/order -> accepted" in line for line in lines) == 2
    assert (
        "  why: an order may stand although its answer was lost: made again under another name, it is bought twice"
        in (lines)
    )
    assert "        fault1 = server.faults.add(LoseReply(), on='POST /api/v5/trade/*')" in lines


@pytest.mark.parametrize(
    ("make", "name", "shown"),
    [
        (OrdersAgain, "orders once, whatever becomes of the answer", '"clOrdId": "againcontract1"'),
        (StaysOut, "logs in and subscribes again after a drop", "the connection has ended"),
        (NeverTrusts, "takes a book with a gap for broken", "returned None"),
    ],
)
def test_the_lines_that_show_it_again_run(
    make: MakeClient, name: str, shown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = run_client_check(BY_NAME[name], make)
    assert found is not None
    exec(found.problems[0].code, {})
    assert shown in capsys.readouterr().out


def test_what_has_no_name_is_to_be_put_in() -> None:
    assert "Client(make_client, server) as client:" in finding(
        lambda server: KeepsItsClock(server), "corrects its clock"
    )


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("orders what it is told to", "it has no place(order)"),
        ("logs in and subscribes again after a drop", "it has no connect() and no subscribe(args)"),
        ("raises at HTML at HTTP 200", "none of its methods makes a call that could be refused so"),
        ("asks and changes as the exchange has it", "it has no method that asks or changes anything"),
        ("corrects its clock", "it has neither place(order) nor balance(ccy)"),
        ("waits after 50011", "it has neither place(order) nor balance(ccy)"),
    ],
)
def test_what_a_client_lacks_is_told(name: str, reason: str) -> None:
    with pytest.raises(Untested) as untested:
        finding(Tacit, name)
    assert str(untested.value) == reason


def with_timeout(seconds: float | None) -> MakeClient:
    return type("Patient", (GoodClient,), {"timeout": seconds})


@pytest.mark.parametrize(
    ("timeout", "reason"),
    [
        (None, "it has no attribute `timeout`, in seconds"),
        (10, "its timeout is 10.0 s: make it with one of at most 2.0 s for this"),
    ],
)
def test_a_late_answer_takes_a_short_timeout(timeout: float | None, reason: str) -> None:
    with pytest.raises(Untested) as untested:
        finding(with_timeout(timeout), LATE)
    assert str(untested.value) == reason


class ReadsWhenAsked(GoodClient):
    """Does nothing from time to time."""

    settle = None  # type: ignore[assignment]

    def orders(self) -> Mapping[str, Row]:
        self.private.exchange()
        return super().orders()


def test_a_push_that_is_lost_is_nothing_to_a_client_that_never_reconciles() -> None:
    assert run_client_check(BY_NAME["believes of its orders what is so"], ReadsWhenAsked) is None


class Imaginary(Tacit):
    """Says that it ordered, and calls nobody."""

    def place(self, order: Any) -> None:
        """Nothing happens."""


def test_orders_that_no_fault_can_meet_are_not_tested() -> None:
    with pytest.raises(Untested, match="no call of its place"):
        finding(Imaginary, "orders once, whatever becomes of the answer")


def test_an_order_that_is_not_there_is_found() -> None:
    words = "place() returned None, and the exchange has no order of that clOrdId"
    assert words in finding(Imaginary, "orders what it is told to")


class Dreams(Imaginary):
    """Believes in the orders that it never made."""

    def connect(self) -> None:
        """Nothing happens."""

    def subscribe(self, args: Any) -> None:
        """Nothing happens."""

    def orders(self) -> dict[str, Any]:
        return {}


def test_of_an_order_that_was_not_made_no_belief_is_asked() -> None:
    assert run_client_check(BY_NAME["believes of its orders what is so"], Dreams) is None


class Unconnected(Tacit):
    """Cannot connect."""

    def connect(self) -> None:
        raise OSError("no way")


def test_a_client_that_cannot_connect_cannot_be_tested() -> None:
    with pytest.raises(UnusableClient, match=r"Unconnected: connect\(\) raised OSError\('no way'\)"):
        finding(Unconnected, "corrects its clock")
