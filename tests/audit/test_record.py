"""What can be told of one call or of two."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_okx.audit.record import entries_of, is_public, knew, path_of, route_of, the_same, waited_ms
from pytest_okx.messages import ConnectionId, Headers
from tests.test_calls import call

HERE, THERE = ConnectionId(1, 10.0), ConnectionId(2, 20.0)


@pytest.mark.parametrize(
    ("earlier", "later", "known"),
    [
        ((None, 5), (None, 6), True),
        ((HERE, 11), (None, 12), True),
        ((HERE, 11), (HERE, 12), True),
        ((HERE, 19), (THERE, 21), True),
        ((HERE, 20.5), (THERE, 21), False),
    ],
)
def test_a_call_on_another_connection_knew_what_came_before_that_was_opened(
    earlier: tuple[Any, float], later: tuple[Any, float], known: bool
) -> None:
    first, second = (call(connection=connection, real=real) for connection, real in (earlier, later))
    assert knew(first, second) is known


def test_a_wait_is_that_of_the_clock_that_moved() -> None:
    assert waited_ms(call(real=1.0), call(real=1.25)) == 250


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        (b'{"sz":"1","clOrdId":"a"}', b'{"clOrdId":"b", "sz":"1"}', True),
        (b'[{"sz":"1","clOrdId":"a"}]', b'[{"sz":"1"}]', True),
        (b'{"sz":"1"}', b'{"sz":"2"}', False),
        (b"sz=1", b"sz=1", True),
        (b"sz=1", b"sz=2", False),
        (b'{"sz":"1"}', b"", False),
    ],
)
def test_bodies_are_the_same_but_for_names_and_order(first: bytes, second: bytes, same: bool) -> None:
    assert (the_same(call(body=first)) == the_same(call(body=second))) is same


@pytest.mark.parametrize(
    "changes", [{"target": "/b"}, {"method": "POST"}, {"headers": Headers([("OK-ACCESS-KEY", "key")])}]
)
def test_route_and_key_make_another_call(changes: dict[str, Any]) -> None:
    assert the_same(call()) != the_same(call(**changes))


@pytest.mark.parametrize(
    ("body", "entries"),
    [
        (b"", []),
        (b"1", []),
        (b'["a", {"b": "c"}]', [{"b": "c"}]),
        (b'{"b": "c"}', [{"b": "c"}]),
        (b"[" * 100_000, []),
    ],
)
def test_entries_are_the_objects_of_a_body(body: bytes, entries: list[Any]) -> None:
    assert entries_of(call(body=body)) == entries


def test_the_query_is_no_part_of_a_path() -> None:
    asked = call("/api/v5/public/time?x=1")
    assert (path_of(asked), route_of(asked)) == ("/api/v5/public/time", "GET /api/v5/public/time")
    assert is_public(asked)
    assert not is_public(call("/nowhere"))
