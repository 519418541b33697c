"""A client under test is called in one way, whatever its methods are, and told what it ought to be."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pytest_okx import OkxServer
from pytest_okx.contract import Client, UnusableClient


@pytest.fixture
def server(make_okx_server: Callable[..., OkxServer]) -> Iterator[OkxServer]:
    with make_okx_server() as made:
        yield made


class Plain:
    """Methods that are plain functions."""

    def __init__(self, server: OkxServer) -> None:
        self.log: list[str] = []

    def place(self, order: Any) -> str:
        return f"placed {order['clOrdId']}"

    def cancel(self, order: Any) -> None:
        raise KeyError("no such order")

    def settle(self) -> None:
        self.log.append("settled")

    def close(self) -> None:
        self.log.append("closed")


class Awaited(Plain):
    """Methods that are coroutines; they find themselves on one loop."""

    loop: asyncio.AbstractEventLoop | None = None
    told = False

    async def connect(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.task = asyncio.create_task(self.tell())

    async def tell(self) -> None:
        await asyncio.sleep(0)
        self.told = True

    async def query(self, order: Any) -> bool:
        return asyncio.get_running_loop() is self.loop


async def awaited(server: OkxServer) -> Awaited:
    return Awaited(server)


@pytest.mark.parametrize("make", [Plain, Awaited, awaited])
def test_a_method_gives_what_it_returns_or_raises(make: Any, server: OkxServer) -> None:
    with Client(make, server) as client:
        assert client.call("place", {"clOrdId": "a"}) == "placed a"
        assert str(client.attempt("place", {"clOrdId": "b"})) == "returned 'placed b'"
        assert str(client.attempt("cancel", {})) == "raised KeyError: 'no such order'"
        with pytest.raises(KeyError):
            client.call("cancel", {})


def test_coroutines_run_on_one_loop(server: OkxServer) -> None:
    with Client(awaited, server) as client:
        client.call("connect")
        assert client.call("query", {})


def test_tasks_go_on_in_a_pause(server: OkxServer) -> None:
    made = Awaited(server)
    with Client(lambda server: made, server) as client:
        client.call("connect")
        client.pause(0.001)
    assert made.told


def test_it_settles_and_closes_where_it_can(server: OkxServer) -> None:
    made = Plain(server)
    with Client(lambda server: made, server) as client:
        client.settle()
    assert made.log == ["settled", "closed"]


class OnlyPlaces:
    def place(self, order: Any) -> None:
        """Nothing."""


def test_what_it_lacks_is_left_out(server: OkxServer) -> None:
    with Client(lambda server: OnlyPlaces(), server) as client:
        client.settle()
        assert client.has("place")
        assert not client.has("place", "cancel")
        assert client.timeout is None


def test_a_long_answer_is_cut(server: OkxServer) -> None:
    with Client(Plain, server) as client:
        said = str(client.attempt("place", {"clOrdId": "x" * 200}))
    assert said == f"returned 'placed {'x' * 83}..."


class Builtin:
    """A method written in C, which does not say what it takes."""

    place = dict


class TakesTwo:
    def place(self, symbol, size):  # type: ignore[no-untyped-def]
        """Nothing."""


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        (TakesTwo(), "gave a client whose place(symbol, size) cannot be called: write place(order)"),
        (object(), "which has none of the methods place(order), amend(change), cancel(order), query(order)"),
        (None, "gave None, which has none of the methods"),
    ],
)
def test_what_cannot_be_called_is_told_with_what_to_write(made: Any, sentence: str, server: OkxServer) -> None:
    with pytest.raises(UnusableClient, match=re.escape(sentence)):
        Client(lambda server: made, server)


def test_a_client_that_cannot_be_made_is_told(server: OkxServer) -> None:
    def broken(server: OkxServer) -> None:
        raise ValueError("no key")

    with pytest.raises(UnusableClient, match="broken raised ValueError: no key"):
        Client(broken, server)


def test_a_method_that_does_not_say_what_it_takes_is_taken(server: OkxServer) -> None:
    with Client(lambda server: Builtin(), server) as client:
        assert client.call("place", {"clOrdId": "a"}) == {"clOrdId": "a"}
