"""Real clients in the shape in which the contract takes them: what a bot would write around each, and no more.

Nothing is mended here. Where an adapter looks kind or unkind to its client, a comment says why.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import Any, ClassVar, Final

import ccxt
import ccxt.pro
from okx import Account, Trade

from pytest_okx import OkxServer

__all__ = ["CcxtAsync", "CcxtSync", "PythonOkx"]

Row = Mapping[str, Any]

_TIMEOUT: Final = 5.0


class PythonOkx:
    """python-okx, its REST classes; its WebSocket takes wss:// alone, and begins by sleeping for five seconds."""

    timeout = _TIMEOUT

    def __init__(self, server: OkxServer) -> None:
        config = server.client_config("python-okx") | {"debug": False}
        self.account, self.trade = Account.AccountAPI(**config), Trade.TradeAPI(**config)
        for api in (self.account, self.trade):
            api.timeout = _TIMEOUT

    def place(self, order: Row) -> Any:
        return self.trade.place_order(**order)

    def amend(self, change: Row) -> Any:
        return self.trade.amend_order(**change)

    def cancel(self, order: Row) -> Any:
        return self.trade.cancel_order(**order)

    def query(self, order: Row) -> Any:
        return self.trade.get_order(**order)["data"][0]

    def balance(self, ccy: str) -> Any:
        [details] = self.account.get_account_balance(ccy)["data"]
        return details["details"][0]["cashBal"]

    def close(self) -> None:
        for api in (self.account, self.trade):
            api.close()


class _Ccxt:
    """What ccxt's clients have in common: the unified methods, called with OKX's fields."""

    timeout = _TIMEOUT
    markets: ClassVar[list[Any]] = []  # the same on every server: they are asked for once

    def __init__(self, server: OkxServer, kind: Any) -> None:
        options = {"enableRateLimit": False, "timeout": _TIMEOUT * 1000, "newUpdates": True, "timeout_on_exit": 0}
        self.exchange = kind(server.client_config("ccxt") | options)

    def ordered(self, order: Row) -> tuple[Any, ...]:
        """The arguments of `create_order`."""
        params = {name: order[name] for name in ("tdMode", "clOrdId")}
        if order["ordType"] == "market" and order["side"] == "buy" and order["tdMode"] == "cash":
            params["tgtCcy"] = "quote_ccy"  # what OKX takes `sz` for unless told, and ccxt does not
        px = float(order["px"]) if "px" in order else None
        return self.symbol(order), order["ordType"], order["side"], float(order["sz"]), px, params

    def amended(self, change: Row) -> tuple[Any, ...]:
        """The arguments of `edit_order`; its side is not sent."""
        size = float(change["newSz"]) if "newSz" in change else None
        px = float(change["newPx"]) if "newPx" in change else None
        return None, self.symbol(change), "limit", "buy", size, px, {"clOrdId": change["clOrdId"]}

    def named(self, order: Row) -> tuple[Any, ...]:
        """The arguments of `fetch_order` and `cancel_order`."""
        return None, self.symbol(order), {"clOrdId": order["clOrdId"]}

    def symbol(self, order: Row) -> str:
        return str(self.exchange.safe_market(order["instId"])["symbol"])

    @staticmethod
    def state(order: Row) -> Row:
        """An order of ccxt's; that of OKX is kept in `info`."""
        return {"state": order["info"].get("state"), "accFillSz": order["info"].get("accFillSz")}

    @staticmethod
    def total(balance: Row, ccy: str) -> str:
        """A currency that is not there is one of which there is none."""
        return str(balance["total"].get(ccy, 0))


class CcxtSync(_Ccxt):
    """ccxt over requests."""

    def __init__(self, server: OkxServer) -> None:
        super().__init__(server, ccxt.okx)
        self.markets.extend([] if self.markets else self.exchange.load_markets().values())
        self.exchange.set_markets(self.markets)

    def place(self, order: Row) -> Any:
        return self.exchange.create_order(*self.ordered(order))

    def amend(self, change: Row) -> Any:
        return self.exchange.edit_order(*self.amended(change))

    def cancel(self, order: Row) -> Any:
        return self.exchange.cancel_order(*self.named(order))

    def query(self, order: Row) -> Row:
        return self.state(self.exchange.fetch_order(*self.named(order)))

    def balance(self, ccy: str) -> str:
        return self.total(self.exchange.fetch_balance(), ccy)

    def close(self) -> None:
        self.exchange.session.close()


class CcxtAsync(_Ccxt):
    """ccxt over aiohttp, with its WebSocket (ccxt.pro): a task for each channel, which goes on after an error."""

    def __init__(self, server: OkxServer) -> None:
        super().__init__(server, ccxt.pro.okx)
        self.tasks: list[asyncio.Task[None]] = []

    async def place(self, order: Row) -> Any:
        return await self.exchange.create_order(*self.ordered(order))

    async def amend(self, change: Row) -> Any:
        return await self.exchange.edit_order(*self.amended(change))

    async def cancel(self, order: Row) -> Any:
        return await self.exchange.cancel_order(*self.named(order))

    async def query(self, order: Row) -> Row:
        return self.state(await self.exchange.fetch_order(*self.named(order)))

    async def balance(self, ccy: str) -> str:
        return self.total(await self.exchange.fetch_balance(), ccy)

    async def connect(self) -> None:
        self.markets.extend([] if self.markets else (await self.exchange.load_markets()).values())
        self.exchange.set_markets(self.markets)

    async def subscribe(self, args: list[Row]) -> None:
        for arg in args:
            watch = self.exchange.watch_orders
            if arg["channel"] == "books":
                watch = partial(self.exchange.watch_order_book, self.symbol(arg))
            self.tasks.append(asyncio.create_task(self.again_and_again(watch)))

    async def again_and_again(self, watch: Any) -> None:
        while True:
            with suppress(ccxt.BaseError):
                await watch()
            await asyncio.sleep(0)

    def orders(self) -> Mapping[str, Row]:
        return {order["clientOrderId"]: self.state(order) for order in self.exchange.orders or ()}

    def book(self, inst_id: str) -> Row | None:
        book: Row | None = self.exchange.orderbooks.get(self.symbol({"instId": inst_id}))
        return book

    async def close(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self.exchange.close()
