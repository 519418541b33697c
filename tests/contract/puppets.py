"""A client on strings, for tests of what the machine makes of one: each method is what the test says it is.

It acts on the exchange as the test's own hand does, without a socket and past the log.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from pytest_okx import OkxServer
from pytest_okx.contract.machine_stage import INST_ID, Stage

__all__ = ["ORDER", "Method", "acting", "raising", "returning", "staged"]

Method = Callable[..., Any]
ORDER = {
    "instId": INST_ID,
    "tdMode": "cash",
    "side": "buy",
    "ordType": "limit",
    "px": "65000",
    "sz": "0.1",
    "clOrdId": "order0",
}


def staged(**methods: Callable[[OkxServer], Method]) -> Stage:
    """A stage with a client of these methods, each made for the server."""

    def make(server: OkxServer) -> SimpleNamespace:
        return SimpleNamespace(**{name: made(server) for name, made in methods.items()})

    return Stage(make)


def returning(value: Any = None) -> Callable[[OkxServer], Method]:
    """A method that does nothing, and returns that; fit for any number of arguments."""
    return lambda server: lambda *arguments: value


def raising(error: Exception) -> Callable[[OkxServer], Method]:
    """A method that does nothing, and raises that."""

    def made(server: OkxServer) -> Method:
        def method(*arguments: Any) -> Any:
            raise error

        return method

    return made


def acting(
    path: str, error: Exception | None = None, /, times: int = 1, **changes: str
) -> Callable[[OkxServer], Method]:
    """A method that asks for what it is told at that path of trade/, with `changes`, and returns, or raises that."""

    def made(server: OkxServer) -> Method:
        def method(order: Any) -> None:
            for _ in range(times):
                server.request("POST", f"/api/v5/trade/{path}", {**order, **changes})
            if error is not None:
                raise error

        return method

    return made
