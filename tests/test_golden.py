"""Every golden pair is answered as it was recorded, every endpoint has one, and no documented field is missing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from pytest_okx.messages import compact_json
from pytest_okx.routing import ENDPOINTS
from tests.golden import FOLDER, Pair, pairs

PAIRS = pairs()
FIELDS: dict[str, list[str]] = json.loads((FOLDER.parent / "fields.json").read_text("utf-8"))
# Rows that are lists: their fields have places instead of names.
UNNAMED = {"GET /api/v5/market/candles"}


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_a_golden_pair_is_answered_to_the_letter(pair: Pair) -> None:
    expected, reply = pair.content["reply"], pair.replay()
    assert (reply.status, reply.body.decode()) == (expected["status"], compact_json(expected["body"]))
    assert reply.headers == (("Content-Type", "application/json"),)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_a_golden_pair_says_where_its_shape_was_seen(pair: Pair) -> None:
    assert pair.content["seen"]


def test_every_endpoint_has_a_golden_pair() -> None:
    routes = {endpoint.route for methods in ENDPOINTS.values() for endpoint in methods.values()}
    assert {pair.route for pair in PAIRS} == routes


def _present(row: dict[str, Any], prefix: str = "") -> Iterator[str]:
    """The names of a row's fields and, after a dot, of what is nested in them."""
    for name, value in row.items():
        yield prefix + name
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, dict):
                yield from _present(inner, f"{prefix}{name}.")


def _empty(row: dict[str, Any]) -> set[str]:
    return {name for name, value in row.items() if value == []}


@pytest.mark.parametrize("pair", [pair for pair in PAIRS if pair.route in FIELDS], ids=lambda pair: pair.name)
def test_a_row_has_every_field_that_is_documented(pair: Pair) -> None:
    rows = pair.content["reply"]["body"]["data"]
    for row in rows:
        if pair.route in UNNAMED:
            assert len(row) == len(FIELDS[pair.route])
            continue
        wanted = {name for name in FIELDS[pair.route] if name.partition(".")[0] not in _empty(row) or "." not in name}
        assert wanted - set(_present(row)) == set()


def test_the_documented_fields_are_those_of_every_endpoint_of_v5() -> None:
    routes = {endpoint.route for methods in ENDPOINTS.values() for endpoint in methods.values()}
    assert {route for route in routes if "/api/v5/" in route} == set(FIELDS)
