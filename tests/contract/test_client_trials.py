"""A trial writes down what is done, and shows of what the exchange saw what matters."""

from __future__ import annotations

from pytest_okx.contract.client_trials import ORDERS, Trial
from pytest_okx.faults import LoseReply, Reject
from tests.contract.good_client import GoodClient

PROGRAM = """\
from tests.contract.good_client import GoodClient
from pytest_okx import OkxServer
from pytest_okx.contract import Client
from pytest_okx.faults import LoseReply, Reject
with OkxServer(strict=False) as server, Client(GoodClient, server) as client:
    server.clock.freeze()
    print(client.attempt('connect'))
    fault1 = server.faults.add(LoseReply(), on='POST /api/v5/trade/*')
    fault2 = server.faults.add(Reject('50011'), on='/api/v5/account/*', times=2)
    print(client.attempt('balance', 'USDT'))
    fault2.remove()
    print(client.attempt('balance', 'USDT'))
    print(server.transcript())"""


def test_what_was_done_is_written_as_a_program() -> None:
    with Trial(GoodClient) as trial:
        trial.fault(LoseReply(), on=ORDERS)
        limit = trial.fault(Reject("50011"), on="/api/v5/account/*", times=2)
        said = trial.attempt("balance", "USDT")
        trial.end(limit)
        assert (str(said), trial.watch("balance", "USDT").value) == (
            "raised Refused: 50011 Too Many Requests",
            "100000",
        )
        trial.watch("balance", "USDT")
        assert trial.problem("it is slow").code == PROGRAM


def test_of_what_the_exchange_saw_the_first_lines_after_a_fault_are_shown() -> None:
    with Trial(GoodClient) as trial:
        trial.attempt("balance", "BTC")
        trial.fault(LoseReply(), on="/api/v5/market/*")
        for _ in range(10):
            trial.attempt("balance", "USDT")
        first, *_, last = trial.problem("it asks too often").seen
    assert first.endswith("GET /api/v5/account/balance?ccy=USDT -> accepted")
    assert last == "(and 2 more lines)"


def test_a_client_cannot_change_what_is_asked() -> None:
    with Trial(Takes) as trial:
        assert trial.place().value == trial.place().value == "BTC-USDT"


class Takes(GoodClient):
    """Takes an order apart."""

    def place(self, order):  # type: ignore[no-untyped-def]
        return order.pop("instId")
