"""The table of OKX's surface is sound, and every route in it is answered as the table says: unsigned, with a wrong
method, without a parameter, over its limit, stubbed and not stubbed.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest

from pytest_okx import surface
from pytest_okx.calls import CallLog
from pytest_okx.errors import OkxError
from pytest_okx.faults import FaultPlan
from pytest_okx.gateway import Gateway
from pytest_okx.messages import Headers, Reply, Request
from pytest_okx.routing import ENDPOINTS, Settings
from pytest_okx.server import OkxServer
from pytest_okx.surface import Limit, Route, generation_of, read_surface
from tests.helpers import frozen_server, signed

ROUTES = read_surface()
PERMISSIONS = ("read", "trade", "withdraw")
BATCHES = {"batch-orders", "amend-batch-orders", "cancel-batch-orders"}
MOST_IN_A_BATCH = 20
STUBBED = [{"stubbed": "yes"}]
HEADER = "method\tpath\taccess\tpermission\tlimit\tunit\tscope\trequired\tfresh\tstatus"
TIME = "GET\t/api/v5/public/time\tpublic\t\t10/2\trequests\tip\t\t\tdocumented"

SECTIONS: dict[str, list[Route]] = {}
for each_route in ROUTES:
    SECTIONS.setdefault("/".join(each_route.path.split("/")[2:4]), []).append(each_route)
by_section = pytest.mark.parametrize("section", SECTIONS)


# The table


def test_a_line_becomes_a_route() -> None:
    line = (
        "POST\t/api/v5/a/b\tprivate\ttrade\t60/2\torders\tuser+instrument+tag\tinstId|instIdCode,sz\tempty\tannounced"
    )
    assert surface._read([HEADER, line]) == (
        Route(
            method="POST",
            path="/api/v5/a/b",
            access="private",
            permission="trade",
            limit=Limit("POST /api/v5/a/b", 60, 2000, "user", ("instrument", "tag"), of_orders=True),
            required=(("instId", "instIdCode"), ("sz",)),
            fresh="empty",
            status="announced",
        ),
    )


def test_a_line_may_leave_out_limit_and_parameters() -> None:
    (route,) = surface._read([HEADER, "GET\t/api/spot/v3/a\tpublic\t\t\t\t\t\t\tretired"])
    assert (route.limit, route.required, route.generation) == (None, (), "v3")


def test_a_route_with_two_lines_fails_and_names_both() -> None:
    with pytest.raises(ValueError, match="keep one") as refused:
        surface._read([HEADER, TIME, TIME.replace("GET", "POST"), TIME])
    assert str(refused.value) == "endpoints.tsv has GET /api/v5/public/time in the lines 2 and 4: keep one"


def test_the_documented_surface_is_known() -> None:
    counts: dict[str, int] = {}
    for route in ROUTES:
        counts[route.status] = counts.get(route.status, 0) + 1
    assert counts == {
        "documented": 392,
        "clients only": 114,
        "announced": 1,
        "dropped 2026-08": 3,
        "dropped 2026-10": 1,
        "retired": 30,
    }


def test_every_route_makes_sense() -> None:
    for route in ROUTES:
        assert route.method in ("GET", "POST"), route
        assert route.access in ("public", "private"), route
        assert (route.permission in PERMISSIONS) is (route.access == "private"), route
        assert route.fresh in ("", "empty"), route
        assert route.fresh == "" or (route.method == "GET" and route.status == "documented"), route


def test_every_limit_makes_sense() -> None:
    for route in ROUTES:
        if route.limit:
            assert route.limit.owner in ("ip", "user", "master"), route
            assert route.limit.owner == "ip" or route.access == "private", route
            assert route.limit.count > 0, route
            assert route.limit.window_ms > 0, route


def test_a_batch_of_one_has_the_limit_of_the_single_order() -> None:
    limits = {route.route: route.limit for route in ROUTES}
    shared = {name: limit.of_one.name for name, limit in limits.items() if limit and limit.of_one}
    assert shared == {
        f"POST /api/v5/trade/{name}": f"POST /api/v5/trade/{name.replace('batch-orders', 'order')}" for name in BATCHES
    }


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


# The walk


def most_in_a_batch(route: Route) -> int:
    """How many entries the list in the body may have, 0 where there is no list."""
    if route.path.rpartition("/")[2] in BATCHES:
        return MOST_IN_A_BATCH
    rows = ENDPOINTS[route.path][route.method].rows
    return rows.most if rows and rows.many else 0


class Walk:
    """An exchange at a clock that stands still, and new gateways to it, so that no step meets the limits of another."""

    def __init__(self) -> None:
        self.server: OkxServer = frozen_server(rate_limits=True)
        self.log = CallLog(10)
        everything = ("read", "trade", "withdraw")
        account = self.server.exchange.accounts[0]
        self.credentials = self.server.issue_key(account, permissions=everything)

    def new(self, *stubbed: Route) -> Gateway:
        """Another gateway to the same exchange, with stubs, and nothing counted."""
        gateway = Gateway(self.server.exchange, FaultPlan(), self.log, Settings(rate_limits=True))
        for route in stubbed:
            gateway.stub(route.method, route.path, STUBBED)
        return gateway

    def request(self, route: Route, *, leave_out: str = "", entries: int = 1) -> Request:
        """A signed call with the parameters that are required, but for one."""
        names = [group[0] for group in route.required if group[0] != leave_out]
        parameters = {name: "BTC-USDT" if name == "instId" else "1" for name in names}
        now = self.server.clock.now_ms()
        if route.method == "GET":
            target = f"{route.path}?{urlencode(parameters)}" if parameters else route.path
            return signed("GET", target, credentials=self.credentials, at=now)
        body: Any = [parameters] * entries if most_in_a_batch(route) else parameters
        return signed("POST", route.path, body, credentials=self.credentials, at=now)


@pytest.fixture(scope="module")
def walk() -> Walk:
    return Walk()


def code(reply: Reply) -> str:
    """The code of a reply, "" for a bare one of v3."""
    body = reply.json()
    return str(body.get("error_code", body.get("code"))) if isinstance(body, dict) else ""


@by_section
def test_an_unsigned_call_is_refused_where_a_key_is_needed(walk: Walk, section: str) -> None:
    for route in SECTIONS[section]:
        reply = walk.new(route).handle(Request(route.method, route.path, Headers(), b"{}"))
        missing = {"v5": "50103", "v3": "30001"}[route.generation]
        assert (code(reply) == missing) is (route.access == "private"), route.route


@by_section
def test_a_wrong_method_is_refused(walk: Walk, section: str) -> None:
    for route in SECTIONS[section]:
        reply = walk.new().handle(Request("PUT", route.path, Headers()))
        assert reply.status == {"v5": 405, "v3": 404}[route.generation], route.route
        if route.generation == "v5":
            assert route.method in walk.log[-1].remark


@by_section
def test_each_missing_parameter_is_named(walk: Walk, section: str) -> None:
    gateway = walk.new()
    gateway.limits.enforced = False
    for route in SECTIONS[section]:
        for name, *_ in route.required:
            reply = gateway.handle(walk.request(route, leave_out=name))
            if most_in_a_batch(route) and not reply.json()["data"]:
                assert code(reply) == "50014", route.route
            elif most_in_a_batch(route):
                assert reply.json()["data"][0]["sCode"] == "50014", route.route
            else:
                expected = (400, {"v5": "50014", "v3": "30023"}[route.generation])
                assert (reply.status, code(reply)) == expected, route.route
            assert name in reply.body.decode()


@by_section
def test_a_stub_answers_after_the_checks(walk: Walk, section: str) -> None:
    for route in SECTIONS[section]:
        body = walk.new(route).handle(walk.request(route)).json()
        expected = STUBBED if route.generation == "v3" else {"code": "0", "data": STUBBED, "msg": ""}
        assert body == expected, route.route


@by_section
def test_without_a_stub_a_route_is_simulated_or_empty_or_remembered(section: str) -> None:
    for route in SECTIONS[section]:
        walk = Walk()
        gateway = walk.new()
        reply = gateway.handle(walk.request(route))
        endpoint = ENDPOINTS[route.path][route.method]
        assert reply.status in (200, 400, 403), route.route
        if endpoint.handler or route.fresh:
            assert not gateway.unsimulated, route.route
        else:
            refused = {"code": "50038", "data": [], "msg": OkxError("50038").message}
            assert (reply.status, reply.json()) == (200, refused), route.route
            assert list(gateway.unsimulated) == [route.route]
            assert "not simulated" in walk.log[-1].remark
        if route.fresh:
            assert reply.json() == {"code": "0", "data": [], "msg": ""}, route.route


@by_section
def test_a_call_over_the_limit_is_refused(walk: Walk, section: str) -> None:
    for route in SECTIONS[section]:
        if route.limit is None:
            continue
        gateway = walk.new(route)
        entries = (most_in_a_batch(route) if route.limit.of_orders else 1) or 1
        request = walk.request(route, entries=entries)
        for _ in range(route.limit.count // entries):
            assert gateway.handle(request).status == 200, route.route
        reply = gateway.handle(request)
        assert (reply.status, reply.json()) == (429, {"msg": "Too Many Requests", "code": "50011"}), route.route
        assert f"{route.route} takes {route.limit.count}" in walk.log[-1].remark
        (usage,) = [each for each in gateway.limits.used() if each.route == route.route]
        most = route.limit.count
        assert (usage.used, usage.peak, usage.limit, usage.share) == (most, most, most, 1)


# What the walk cannot show


def test_a_body_may_be_left_out_where_no_parameter_has_to_be_in_it() -> None:
    server = frozen_server()
    assert server.request("POST", "/api/v5/account/position-builder").json()["code"] == "50038"
    assert server.request("POST", "/api/v5/account/set-account-level").json()["code"] == "50000"


def test_a_body_that_is_a_list_passes_where_it_is_not_known_whether_it_is_one() -> None:
    server = frozen_server()
    stop = "/api/v5/tradingBot/recurring/stop-order-algo"
    assert server.request("POST", stop, [{"algoId": "1"}]).json()["code"] == "50038"
    assert server.request("POST", stop, {"algoId": "1"}).json()["code"] == "50038"
    assert server.request("POST", stop, [{"algoId": "1"}, {}]).json()["code"] == "50014"
    assert server.request("POST", stop, []).json()["code"] == "50000"
    assert server.request("POST", stop, ["1"]).json()["code"] == "50002"
