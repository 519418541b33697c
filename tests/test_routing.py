"""Every route is in the table from the start, and defining an endpoint says who answers it; a call shows its
parameters as text.
"""

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
from pytest_okx.limits import Limits
from pytest_okx.messages import Headers, Request
from pytest_okx.routing import (
    ENDPOINTS,
    Endpoint,
    Handler,
    Journey,
    Rows,
    Settings,
    absent,
    find,
    private,
    public,
    text,
)

TIME = "GET /api/v5/public/time"
ORDER = "POST /api/v5/trade/order"
Table = dict[str, dict[str, Endpoint]]


def undefined(method: str, path: str, access: str) -> Endpoint:
    return Endpoint(method=method, path=path, access=access, required=(("instId",),))


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Table:
    """A table of three routes that nobody answers, in the place of the real one."""
    table: Table = {
        "/api/v5/public/time": {"GET": undefined("GET", "/api/v5/public/time", "public")},
        "/api/v5/trade/order": {
            method: undefined(method, "/api/v5/trade/order", "private") for method in ("GET", "POST")
        },
    }
    monkeypatch.setattr(routing, "_endpoints", table)
    return table


def handler(journey: Journey) -> list[str]:
    """Any handler."""
    return []


def rival(journey: Journey) -> list[str]:
    """Another one."""
    return []


def journey_of(request: Request, body: Any = None) -> Journey:
    endpoint = Endpoint(method="GET", path=request.path, access="public", handler=handler)
    return Journey(request, endpoint, Exchange(Clock()), 0, Settings(), Limits(Clock()), body=body)


def test_a_definition_adds_who_answers_to_what_the_surface_says(table: Table) -> None:
    assert public(TIME)(handler) is handler
    endpoint = table["/api/v5/public/time"]["GET"]
    assert (endpoint.route, endpoint.access, endpoint.handler) == (TIME, "public", handler)
    assert endpoint.required == (("instId",),)


def test_a_private_endpoint_may_have_a_check_and_rows(table: Table) -> None:
    def check(journey: Journey) -> None:
        """Any check."""

    rows = Rows(False, lambda journey, entries, outcomes: b"")
    private(ORDER, check=check, rows=rows)(handler)
    endpoint = table["/api/v5/trade/order"]["POST"]
    assert (endpoint.handler, endpoint.check, endpoint.rows) == (handler, check, rows)


def test_one_path_may_have_a_handler_for_each_method(table: Table) -> None:
    private("GET /api/v5/trade/order")(handler)
    private(ORDER)(rival)
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
    class Nameless:
        __module__ = "?"

        def __call__(self, journey: Journey) -> list[str]:
            raise NotImplementedError

    public(TIME)(Nameless())
    with pytest.raises(TypeError, match=r"and \?\.\?\(\) both answer GET /api/v5/public/time"):
        public(TIME)(handler)


@pytest.mark.parametrize("route", ["GET /api/v5/no/such", "PUT /api/v5/public/time", "GET /api/spot/v3/no"])
def test_a_route_that_the_surface_does_not_have_fails_and_says_where_it_belongs(table: Table, route: str) -> None:
    with pytest.raises(TypeError) as refused:
        public(route)(handler)
    assert str(refused.value) == (
        f"{handler.__module__}.handler() answers {route}, which catalogue/endpoints.tsv does not have: add a line"
    )


@pytest.mark.parametrize(
    ("decorator", "route", "said", "written"),
    [(private, TIME, "private", "public"), (public, ORDER, "public", "private")],
)
def test_a_definition_says_of_the_access_what_the_surface_says(
    table: Table, decorator: Callable[[str], Callable[[Handler], Handler]], route: str, said: str, written: str
) -> None:
    with pytest.raises(TypeError, match=f"answers {route} as {said}, but catalogue/endpoints.tsv has it {written}"):
        decorator(route)(handler)


@pytest.mark.parametrize("route", ["", "GET", "/a", "GET a", "get /a", "GET  /a"])
def test_what_is_no_route_is_refused(table: Table, route: str) -> None:
    with pytest.raises(ValueError, match="no route") as refused:
        public(route)
    assert str(refused.value) == (f"{route!r} is no route: write METHOD and path, such as 'GET /api/v5/public/time'")
    assert all(each.handler is None for methods in table.values() for each in methods.values())


def test_the_table_is_read_only() -> None:
    with pytest.raises(TypeError):
        ENDPOINTS["/a"] = {}  # type: ignore[index]  # that is what is tested


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
    assert Settings() == Settings(timestamp_formats=("iso8601",), timestamp_window_ms=30_000, rate_limits=False)


@pytest.mark.parametrize(
    ("entry", "name"),
    [
        ({}, "instId"),
        ({"instId": ""}, "instId"),
        ({"instId": None}, "instId"),
        ({"instId": "BTC-USDT"}, "sz"),
        ({"instIdCode": 0}, "sz"),
        ({"instId": "", "instIdCode": 1, "sz": "1"}, ""),
        ({"instId": "BTC-USDT", "sz": []}, ""),
        ({"instId": "BTC-USDT", "sz": False}, ""),
    ],
)
def test_the_first_absent_parameter_is_named_and_either_of_a_group_will_do(entry: dict[str, Any], name: str) -> None:
    assert absent(entry, (("instId", "instIdCode"), ("sz",))) == name


@pytest.mark.parametrize(
    ("path", "route", "arguments"),
    [
        ("/api/v5/public/time", "/api/v5/public/time", {}),
        ("/api/spot/v3/orders", "/api/spot/v3/orders", {}),
        ("/api/spot/v3/orders/7", "/api/spot/v3/orders/{order_id}", {"order_id": "7"}),
        ("/api/swap/v3/A-B/position", "/api/swap/v3/{instrument_id}/position", {"instrument_id": "A-B"}),
        ("/api/swap/v3/position", "/api/swap/v3/position", {}),
    ],
)
def test_a_path_may_name_an_instrument_or_an_order(path: str, route: str, arguments: dict[str, str]) -> None:
    assert find(path) == (ENDPOINTS[route], arguments)


@pytest.mark.parametrize("path", ["/api/spot/v3/orders/", "/api/spot/v3/orders/7/8", "/api/v5/public/time/", "", "/"])
def test_a_path_that_there_is_not_has_no_endpoint(path: str) -> None:
    assert find(path) == ({}, {})
