"""Whether cost stays flat: a page of a long history, and placing and cancelling over a socket beside resting orders."""

from __future__ import annotations

import http.client
import json
from decimal import Decimal

from pytest_okx import OkxServer
from pytest_okx.clock import real_monotonic
from pytest_okx.exchange import Account, Exchange, OrderRequest, Page
from pytest_okx.messages import compact_json, iso_time
from pytest_okx.signing import sign

from .figures import line, median_us

__all__ = ["pages", "pairs"]

ENDED = 100_000
SHORT = 1_000
PAGES = 200
PAIRS, ROUNDS = 2_000, 4
# 500 orders of an instrument, and 4,000 of an account, are the most that OKX lets rest: one place is left free.
RESTING = (100, 1_000, 8 * 499)
INSTRUMENTS = ("BTC-USDT", "ETH-USDT", "SOL-USDT", "XRP-USDT", "DOGE-USDT", "LTC-USDT", "ADA-USDT", "BTC-USDC")
PLACE, CANCEL = "/api/v5/trade/order", "/api/v5/trade/cancel-order"


def _far(exchange: Exchange, inst_id: str) -> tuple[Decimal, Decimal]:
    """A size and a price at which an order rests for good."""
    instrument = exchange.instrument(inst_id)
    px = instrument.anchor / 2 // instrument.tick_sz * instrument.tick_sz
    return instrument.min_sz, px


def _rest(exchange: Exchange, account: Account, inst_id: str, now: int) -> str:
    sz, px = _far(exchange, inst_id)
    request = OrderRequest(inst_id=inst_id, td_mode="cash", side="buy", ord_type="limit", sz=sz, px=px)
    return exchange.place(account, request, now).ord_id


def pages() -> None:
    """Pages from all over a history of 100,000 orders, to those of one of 1,000, without a filter and with."""
    server = OkxServer(strict=False)
    exchange, now = server.exchange, server.clock.now_ms()
    short, long = (exchange.open_account(balances={"USDT": 10**9}) for _ in range(2))
    for account, count in ((short, SHORT), (long, ENDED)):
        for _ in range(count):
            exchange.cancel(account, now, inst_id="BTC-USDT", ord_id=_rest(exchange, account, "BTC-USDT", now))
    for name, wanted in (("", {}), (", of its type and state", {"inst_type": ["SPOT"], "state": ["canceled"]})):
        costs = []
        for account in (short, long):
            ids = list(account.orders)
            afters = iter([int(ids[index * len(ids) // PAGES]) for index in range(PAGES)])
            start = real_monotonic()
            exchange.archive.orders(account, now, Page(), wanted)
            first = real_monotonic() - start

            def page(account: Account = account) -> None:
                exchange.archive.orders(account, now, Page(after=next(afters)), wanted)  # noqa: B023

            costs.append((median_us(page, PAGES), first))
        (small, _), (large, first) = costs
        told = f"{large:.0f} us to {small:.0f} us", f"the first page, which takes the orders in: {first * 1e3:.0f} ms"
        line(f"a page of {ENDED} orders to one of {SHORT}{name}", f"{large / small:5.2f} times", *told)


def pairs() -> None:
    """Orders placed and cancelled by one keep-alive client in this process, beside more and more that rest."""
    with OkxServer(strict=False, balances={"USDT": 10**9, "USDC": 10**9}) as server:
        link = http.client.HTTPConnection(server.url.removeprefix("http://"))
        account, resting, costs = server.exchange.accounts[0], 0, []
        for wanted in RESTING:
            for number in range(resting, wanted):
                _rest(server.exchange, account, INSTRUMENTS[number % len(INSTRUMENTS)], server.clock.now_ms())
            resting = wanted
            costs.append(_pair_us(server, link))
            told = f"{1e6 / costs[-1]:.0f} pairs a second", f"{costs[-1]:.0f} us a pair"
            line(f"place + cancel beside {wanted} resting orders", f"{costs[-1] / costs[0]:5.2f} times", *told)
        link.close()


def _pair_us(server: OkxServer, link: http.client.HTTPConnection) -> float:
    """The median time of a pair in the best of some rounds: the machine is not ours alone."""
    sz, px = map(str, _far(server.exchange, "BTC-USDT"))
    order = {"instId": "BTC-USDT", "tdMode": "cash", "side": "buy", "ordType": "limit", "sz": sz, "px": px}

    def pair() -> None:
        (row,) = _post(server, link, PLACE, order)
        _post(server, link, CANCEL, {"instId": "BTC-USDT", "ordId": row["ordId"]})

    return min(median_us(pair, PAIRS // ROUNDS) for _ in range(ROUNDS))


def _post(server: OkxServer, link: http.client.HTTPConnection, path: str, body: dict[str, str]) -> list[dict[str, str]]:
    content, key, now = compact_json(body), server.credentials, iso_time(server.clock.now_ms())
    fields = {
        "OK-ACCESS-KEY": key.api_key,
        "OK-ACCESS-SIGN": sign(key.secret_key, now, "POST", path, content.encode()),
        "OK-ACCESS-TIMESTAMP": now,
        "OK-ACCESS-PASSPHRASE": key.passphrase,
        "Content-Type": "application/json",
    }
    link.request("POST", path, content, fields)
    reply = json.loads(link.getresponse().read())
    assert reply["code"] == "0", reply
    rows: list[dict[str, str]] = reply["data"]
    return rows
