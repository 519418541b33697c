"""Defining an endpoint registers it once; a call shows its parameters as text."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_okx import routing
from pytest_okx.clock import Clock
from pytest_okx.errors import OkxError
from pytest_okx.exchange import Exchange
from pytest_okx.messages import Headers, Request
from pytest_okx.routing import (
    ENDPOINTS,
    Endpoint,
    Handler,
    Journey,
    Rows,
    Settings,
    generation_of,
    private,
    public,
    text,
)

TIME = "GET /api/v5/public/time"
Table = dict[str, dict[str, Endpoint]]


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Table:
    """An empty table of endpoints, in the place of the real one."""
    table: Table = {}
    monkeypatch.setattr(routing, "_endpoints", table)
    return table


def handler(journey: Journey) -> list[str]:
    """Any handler."""
    return []


def rival(journey: Journey) -> list[str]:
    """Another one."""
    return []


def journey_of(request: Request, body: Any = None) -> Journey:
    endpoint = Endpoint("GET", request.path, handler, "public")
    return Journey(request, endpoint, Exchange(Clock()), 0, Settings(), body=body)


def test_a_public_endpoint_is_registered_with_what_it_requires(table: Table) -> None:
    assert public(TIME, required=("instId",))(handler) is handler
    endpoint = table["/api/v5/public/time"]["GET"]
    assert endpoint == Endpoint("GET", "/api/v5/public/time", handler, "public", required=("instId",))
    assert (endpoint.route, endpoint.generation) == (TIME, "v5")


def test_a_private_endpoint_is_registered_with_its_permission_check_and_rows(table: Table) -> None:
    def check(journey: Journey) -> None:
        """Any check."""

    rows = Rows(False, lambda journey, entries, outcomes: b"")
    arguments: dict[str, Any] = {"permission": "trade", "required": ("a",), "check": check}
    private("POST /api/spot/v3/orders", **arguments, rows=rows)(handler)
    endpoint = table["/api/spot/v3/orders"]["POST"]
    assert (endpoint.access, endpoint.permission) == ("private", "trade")
    assert (endpoint.required, endpoint.check, endpoint.rows) == (("a",), check, rows)
    assert endpoint.generation == "v3"


def test_a_private_endpoint_asks_for_reading_unless_said_otherwise(table: Table) -> None:
    private("GET /api/v5/account/balance")(handler)
    assert table["/api/v5/account/balance"]["GET"].permission == "read"


def test_one_path_may_have_a_handler_for_each_method(table: Table) -> None:
    private("GET /api/v5/trade/order")(handler)
    private("POST /api/v5/trade/order")(rival)
    found = {method: each.handler for method, each in table["/api/v5/trade/order"].items()}
    assert found == {"GET": handler, "POST": rival}


@pytest.mark.parametrize("again", [public, private])
def test_a_second_definition_fails_and_names_both(
    table: Table, again: Callable[[str], Callable[[Handler], Handler]]
) -> None:
    public(TIME)(handler)
    with pytest.raises(TypeError, match="both answer") as refused:
        again(TIME)(rival)
    module = handler.__module__
    assert str(refused.value) == (f"{module}.rival() and {module}.handler() both answer {TIME}: keep one")
    assert table["/api/v5/public/time"]["GET"].handler is handler


def test_a_handler_without_a_name_is_named_by_question_marks(table: Table) -> None:
    routing._register(Endpoint("GET", "/a", None, "public"))
    with pytest.raises(TypeError, match=r"and \?\.\?\(\) both answer GET /a"):
        public("GET /a")(handler)


@pytest.mark.parametrize("route", ["", "GET", "/a", "GET a", "get /a", "GET  /a"])
def test_what_is_no_route_is_refused(table: Table, route: str) -> None:
    with pytest.raises(ValueError, match="no route") as refused:
        public(route)
    assert str(refused.value) == (f"{route!r} is no route: write METHOD and path, such as 'GET /api/v5/public/time'")
    assert table == {}


def test_the_table_is_read_only() -> None:
    with pytest.raises(TypeError):
        ENDPOINTS["/a"] = {}  # type: ignore[index]  # that is what is tested


@pytest.mark.parametrize(
    ("path", "generation"),
    [
        ("/api/v5/account/balance", "v5"),
        ("/api/account/v3/wallet", "v3"),
        ("/api/general/v3/time", "v3"),
        ("/api/spot/v3", "v3"),
        ("/api/v3/spot", "v5"),
        ("/api/v5/account/v3", "v5"),
        ("/priapi/v5/x", "v5"),
        ("/", "v5"),
        ("", "v5"),
    ],
)
def test_the_generation_is_told_from_the_path(path: str, generation: str) -> None:
    assert generation_of(path) == generation


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        ("", ""),
        (" a ", " a "),
        ("3.0", "3.0"),
        (True, "true"),
        (False, "false"),
        (5, "5"),
        (0, "0"),
        (-1, "-1"),
        (Decimal("3.0"), "3.0"),
        (Decimal("0.0000001"), "0.0000001"),
        (Decimal("1E-8"), "0.00000001"),
        (Decimal("1E+3"), "1000"),
        (Decimal("-2.50"), "-2.50"),
        (Decimal("1E+20"), "1" + 20 * "0"),
        (Decimal("1E+21"), "1E+21"),
        (Decimal("1E-21"), "1E-21"),
        (Decimal("1E+999999999"), "1E+999999999"),
        (Decimal("-0"), "-0"),
    ],
)
def test_a_parameter_is_shown_as_text_whatever_json_it_was(value: object, shown: str) -> None:
    assert text({"sz": value}, "sz") == shown
    assert journey_of(Request("POST", "/a?sz=x", Headers()), {"sz": value}).text("sz") == shown


@pytest.mark.parametrize("value", [[], ["a"], {}, {"a": 1}, 1.5, b"a"])
def test_what_cannot_be_text_is_a_bad_parameter(value: object) -> None:
    with pytest.raises(OkxError, match="400 51000 Parameter sz error"):
        text({"sz": value}, "sz")


def test_an_absent_parameter_is_blank() -> None:
    assert text({}, "sz") == ""


def test_the_parameters_of_a_get_are_its_query() -> None:
    journey = journey_of(Request("GET", "/a?b=1&b=2&c=", Headers()))
    assert journey.params == {"b": "2", "c": ""}
    assert (journey.text("b"), journey.text("c"), journey.text("d")) == ("2", "", "")


def test_a_list_as_body_has_no_parameters_of_its_own() -> None:
    journey = journey_of(Request("POST", "/a?b=1", Headers()), [{"b": "2"}])
    assert journey.text("b") == "1"


def test_the_account_of_a_call_is_that_of_its_key() -> None:
    journey = journey_of(Request("GET", "/a", Headers()))
    with pytest.raises(AssertionError, match="GET /a is public: no key was checked"):
        _ = journey.account
    key: Any = SimpleNamespace(account="the account")
    journey.key = key
    assert str(journey.account) == "the account"


def test_settings_are_okx_s_own_unless_said_otherwise() -> None:
    assert Settings() == Settings(timestamp_formats=("iso8601",), timestamp_window_ms=30_000)
