"""v5's order of checks: each single fault gets its code, and of every possible pair the earlier one wins."""

from __future__ import annotations

from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest

from pytest_okx.faults import Reject
from pytest_okx.messages import Request, compact_json
from pytest_okx.routing import Settings
from tests.chains import NOW, UNKNOWN_UUID, Changes, Scene, ago, pairs, same_part
from tests.helpers import signed

ORDER = {"instId": "BTC-USDT", "tdMode": "cash", "side": "buy", "ordType": "limit", "sz": "0.01", "px": "50000"}
PLACE = ("POST", "/api/v5/trade/order")

# In the order of the chain: the code, and what about a correct POST of an order gets it.
FAULTS: dict[str, Changes] = {
    "50103": {"key": None},
    "50106": {"sign": "none"},
    "50107": {"timestamp": None},
    "50112": {"timestamp": "yesterday"},
    "50102": {"timestamp": ago(31)},
    "50111": {"key": "no-such-key"},
    "50119": {"key": UNKNOWN_UUID},
    "50006": {"content_type": "text/plain"},
    "50104": {"passphrase": None},
    "50105": {"passphrase": "wrong"},
    "50113": {"sign": "wrong"},
    "50110": {"ip_whitelist": ["10.1.2.3"]},
    "50101": {"demo": True},
    "50120": {"permissions": ("read",)},
    "50000": {"raw_body": b""},
    "50002": {"raw_body": b"{"},
    "50014": {"body.tdMode": None},
    "51000": {"body.clOrdId": "not-alphanumeric"},
}
STATUS = {code: 401 for code in FAULTS if code.startswith("501")} | dict.fromkeys(
    ("50006", "50000", "50002", "50014", "51000"), 400
)
TEXTS = {
    "50103": "Request header OK-ACCESS-KEY can not be empty.",
    "50106": "Request header OK-ACCESS-SIGN can not be empty.",
    "50107": "Request header OK-ACCESS-TIMESTAMP can not be empty.",
    "50112": "Invalid OK-ACCESS-TIMESTAMP",
    "50102": "Timestamp request expired",
    "50111": "Invalid OK-ACCESS-KEY",
    "50119": "API key doesn't exist",
    "50104": "Request header OK-ACCESS-PASSPHRASE can not be empty.",
    "50105": "Request header OK-ACCESS-PASSPHRASE incorrect.",
    "50113": "Invalid Sign",
    "50101": "APIKey does not match current environment.",
    "50120": "This API key doesn't have permission to use this function",
}

# Pairs that no request can have, because both faults are values of one part of it.
IMPOSSIBLE = {
    ("50103", "50111"),  # one key: absent, malformed or unknown
    ("50103", "50119"),
    ("50111", "50119"),
    ("50106", "50113"),  # one signature: absent or wrong
    ("50107", "50112"),  # one timestamp: absent, unreadable or expired
    ("50107", "50102"),
    ("50112", "50102"),
    ("50104", "50105"),  # one passphrase: absent or wrong
    ("50000", "50002"),  # one body: empty or broken, and then without parameters
    ("50000", "50014"),
    ("50000", "51000"),
    ("50002", "50014"),
    ("50002", "51000"),
}
PAIRS = pairs(FAULTS, lambda first, second: (first, second) not in IMPOSSIBLE)


@pytest.fixture
def scene() -> Scene:
    return Scene()


def _codes(reply: Any) -> tuple[int, str]:
    return reply.status, reply.json()["code"]


def test_the_impossible_pairs_are_those_whose_faults_change_one_part() -> None:
    found = {pair for pair in combinations(FAULTS, 2) if same_part(FAULTS[pair[0]], FAULTS[pair[1]])}
    assert found == IMPOSSIBLE


def test_a_request_without_a_fault_is_accepted(scene: Scene) -> None:
    assert _codes(scene.send("POST", "/api/v5/trade/order", ORDER)) == (200, "0")


@pytest.mark.parametrize("code", FAULTS)
def test_a_single_fault_gets_its_code_and_status(scene: Scene, code: str) -> None:
    reply = scene.send("POST", "/api/v5/trade/order", ORDER, FAULTS[code])
    assert _codes(reply) == (STATUS[code], code)


@pytest.mark.parametrize("code", TEXTS)
def test_a_refusal_has_the_text_and_the_two_members_seen_on_the_wire(scene: Scene, code: str) -> None:
    reply = scene.send("POST", "/api/v5/trade/order", ORDER, FAULTS[code])
    assert reply.body.decode() == f'{{"msg":"{TEXTS[code]}","code":"{code}"}}'


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_of_two_faults_the_earlier_check_wins(scene: Scene, first: str, second: str) -> None:
    reply = scene.send("POST", "/api/v5/trade/order", ORDER, FAULTS[first], FAULTS[second])
    assert _codes(reply) == (STATUS[first], first)


@pytest.mark.parametrize("code", FAULTS)
def test_a_refused_call_changes_nothing(scene: Scene, code: str) -> None:
    before = scene.exchange.balances(scene.account, scene.clock.now_ms())
    scene.send("POST", "/api/v5/trade/order", ORDER, FAULTS[code])
    assert scene.exchange.balances(scene.account, scene.clock.now_ms()) == before
    assert not scene.exchange.pending(scene.account)


@pytest.mark.parametrize(("injected", "wrong"), [pair for pair in PAIRS if set(pair) <= set(list(FAULTS)[:14])])
def test_an_injected_code_takes_its_place_in_the_order(scene: Scene, injected: str, wrong: str) -> None:
    handle = scene.faults.add(Reject(injected))
    assert _codes(scene.send("POST", "/api/v5/trade/order", ORDER, FAULTS[wrong]))[1] == injected
    assert handle.hits == 1


@pytest.mark.parametrize(("wrong", "injected"), [pair for pair in PAIRS if set(pair) <= set(list(FAULTS)[:14])])
def test_a_call_that_fails_earlier_spends_no_injected_code(scene: Scene, wrong: str, injected: str) -> None:
    handle = scene.faults.add(Reject(injected))
    assert _codes(scene.send("POST", "/api/v5/trade/order", ORDER, FAULTS[wrong]))[1] == wrong
    assert handle.hits == 0


def test_a_get_needs_no_content_type(scene: Scene) -> None:
    assert _codes(scene.send("GET", "/api/v5/account/balance", None, {"content_type": None})) == (200, "0")
    form = {"content_type": "application/x-www-form-urlencoded"}
    assert _codes(scene.send("GET", "/api/v5/account/balance", None, form)) == (200, "0")


@pytest.mark.parametrize("value", ["application/json; charset=UTF-8", "APPLICATION/JSON", " application/json ;q=1"])
def test_any_spelling_of_the_json_type_is_accepted(scene: Scene, value: str) -> None:
    assert _codes(scene.send("POST", "/api/v5/trade/order", ORDER, {"content_type": value})) == (200, "0")


@pytest.mark.parametrize("blank", ["", "   "])
@pytest.mark.parametrize(("part", "code"), [("key", "50103"), ("timestamp", "50107"), ("passphrase", "50104")])
def test_a_blank_header_counts_as_absent(scene: Scene, part: str, code: str, blank: str) -> None:
    assert _codes(scene.send("GET", "/api/v5/account/balance", None, {part: blank}))[1] == code


@pytest.mark.parametrize("traits", [{"revoked": True}, {"expires_at": NOW - timedelta(seconds=1)}])
def test_a_revoked_or_expired_key_does_not_exist_any_more(scene: Scene, traits: Changes) -> None:
    assert _codes(scene.send("GET", "/api/v5/account/balance", None, traits)) == (401, "50119")


def test_a_known_key_of_any_shape_works() -> None:
    from pytest_okx.signing import Credentials

    scene = Scene()
    own = scene.exchange.issue_key(scene.account, credentials=Credentials("test-key", "test-secret", "test-pass"))
    assert own.api_key == "test-key"
    request = scene.request("GET", "/api/v5/account/config", None, {"key": "test-key", "passphrase": "test-pass"})
    assert scene.gateway.handle(request).json()["code"] == "50113"  # signed with another key's secret: known, then


@pytest.mark.parametrize(
    ("stated", "header", "code"),
    [
        (None, None, "0"),
        (None, "1", "0"),
        (True, "1", "0"),
        (True, None, "50101"),
        (True, "0", "50101"),
        (False, "1", "50101"),
        (False, "0", "0"),
        (False, None, "0"),
    ],
)
def test_a_key_is_for_demo_or_live_once_that_is_stated(
    scene: Scene, stated: bool | None, header: str, code: str
) -> None:
    reply = scene.send("GET", "/api/v5/account/balance", None, {"demo": stated, "simulated": header})
    assert reply.json()["code"] == code


@pytest.mark.parametrize(
    ("whitelist", "peer", "code"),
    [
        (["127.0.0.1"], "127.0.0.1", "0"),
        (["10.0.0.0/8"], "10.9.8.7", "0"),
        (["2001:db8::/32"], "2001:db8::1", "0"),
        (["127.0.0.2"], "127.0.0.1", "50110"),
    ],
)
def test_a_key_works_from_the_addresses_on_its_list(scene: Scene, whitelist: list[str], peer: str, code: str) -> None:
    reply = scene.send("GET", "/api/v5/account/balance", None, {"ip_whitelist": whitelist, "peer": peer})
    assert reply.json()["code"] == code


def test_the_refusal_of_an_address_names_it_and_the_key(scene: Scene) -> None:
    request = scene.request("GET", "/api/v5/account/balance", None, {"ip_whitelist": ["10.1.2.3"]})
    key = request.headers["OK-ACCESS-KEY"]
    expected = f"Your IP 127.0.0.1 is not included in your API key's {key} IP whitelist."
    assert scene.gateway.handle(request).json()["msg"] == expected


@pytest.mark.parametrize("header", ["key", "sign", "timestamp", "passphrase"])
def test_public_endpoints_ignore_the_headers_of_a_key(scene: Scene, header: str) -> None:
    reply = scene.send("GET", "/api/v5/public/time", None, {header: "wrong"})
    assert _codes(reply) == (200, "0")


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"[{}]",
        b'"text"',
        b"1",
        b"null",
        b"NaN",
        b'{"a":Infinity}',
        b"{'a':1}",
        b"\xff\xfe{}",
        b"\xef\xbb\xbf{}",
        b"[" * 100_000,
        b'{"sz":1e99999999999999999999}',
        b"1" * 5000,
    ],
)
def test_a_body_that_is_no_json_object_is_50002(scene: Scene, body: bytes) -> None:
    assert _codes(scene.send("POST", "/api/v5/trade/order", None, {"raw_body": body})) == (400, "50002")


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        (b"{}", (400, "50002")),
        (b'{"body":[]}', (400, "50002")),  # what pyokx sends
        (b"[1]", (400, "50002")),
        (b"[[]]", (400, "50002")),
        (b"[]", (400, "50000")),
    ],
)
def test_a_batch_that_is_no_list_of_objects_is_refused(scene: Scene, body: bytes, answer: tuple[int, str]) -> None:
    assert _codes(scene.send("POST", "/api/v5/trade/batch-orders", None, {"raw_body": body})) == answer


@pytest.mark.parametrize(
    ("timestamp", "formats", "code"),
    [
        (ago(30), ("iso8601",), "0"),
        (ago(30.001), ("iso8601",), "50102"),
        (ago(-30), ("iso8601",), "0"),
        (ago(-30.001), ("iso8601",), "50102"),
        ("1767614400000", ("iso8601",), "50102"),
        ("1767614400000", ("unix_ms",), "0"),
        ("1767614400", ("iso8601",), "50112"),
        ("1767614400", ("unix_s",), "0"),
        ("1767614400.123", ("iso8601", "unix_s"), "0"),
        (ago(0), ("unix_ms",), "50112"),
    ],
)
def test_a_timestamp_is_read_in_the_formats_of_the_server(timestamp: str, formats: tuple[str, ...], code: str) -> None:
    scene = Scene(Settings(timestamp_formats=formats))
    assert scene.send("GET", "/api/v5/account/balance", None, {"timestamp": timestamp}).json()["code"] == code


def test_without_a_window_any_readable_timestamp_will_do() -> None:
    scene = Scene(Settings(timestamp_window_ms=None))
    assert _codes(scene.send("GET", "/api/v5/account/balance", None, {"timestamp": "2001-01-01T00:00:00.000Z"})) == (
        200,
        "0",
    )
    assert _codes(scene.send("GET", "/api/v5/account/balance", None, {"timestamp": "garbage"})) == (401, "50112")


def test_the_log_says_who_moved_the_clock_when_a_timestamp_expired(scene: Scene) -> None:
    request = scene.request("GET", "/api/v5/account/balance", None, {})
    scene.clock.advance(120)
    scene.gateway.handle(request)
    assert "120 s behind the exchange's clock (advanced 120 s at test_checks.py:" in scene.log[-1].remark


@pytest.mark.parametrize(
    ("changes", "code", "why"),
    [
        ({"key": "no-such-key"}, "50111", "no such key was issued here"),
        ({"key": UNKNOWN_UUID}, "50119", "no such key was issued here"),
        ({"revoked": True}, "50119", "the key was revoked"),
        ({"expires_at": NOW - timedelta(seconds=1)}, "50119", "the key has expired"),
        ({"content_type": "text/plain"}, "50006", "the Content-Type is 'text/plain'"),
        ({"content_type": None}, "50006", "there is no Content-Type"),
        ({"passphrase": "wrong"}, "50105", "it is not the passphrase of the key {key}"),
        (
            {"ip_whitelist": ["10.0.0.0/8", "2001:db8::1"], "peer": "2001:db8::2"},
            "50110",
            "the call came from 2001:db8::2; the key may be used from 10.0.0.0/8, 2001:db8::1/128",
        ),
        ({"demo": True}, "50101", "the key is for demo trading, the call is for the other"),
        ({"demo": False, "simulated": "1"}, "50101", "the key is for live trading, the call is for the other"),
        ({"permissions": ("read",)}, "50120", "the key may read; this needs trade"),
        ({"permissions": ()}, "50120", "the key may do nothing; this needs trade"),
        ({"raw_body": b"{"}, "50002", "the body is not JSON: Expecting property name enclosed in double quotes"),
        ({"raw_body": b"[]"}, "50002", "the body is another list, not an object"),
        ({"raw_body": b"1"}, "50002", "the body is a value, not an object"),
    ],
)
def test_the_log_says_why_a_call_was_refused(scene: Scene, changes: Changes, code: str, why: str) -> None:
    request = scene.request("POST", "/api/v5/trade/order", ORDER, changes)
    assert scene.gateway.handle(request).json()["code"] == code
    expected = why.format(key=request.headers.get("OK-ACCESS-KEY"))
    assert scene.log[-1].remark[: len(expected)] == expected


def test_the_log_says_what_was_expected_of_the_body_of_a_batch(scene: Scene) -> None:
    scene.send("POST", "/api/v5/trade/batch-orders", None, {"raw_body": b"{}"})
    assert scene.log[-1].remark == "the body is an object, not a list of objects"


def test_a_secret_stays_out_of_the_remark_as_well(scene: Scene) -> None:
    secret = scene.key({}).secret_key
    scene.send("POST", "/api/v5/trade/order", ORDER, {"content_type": f"a{secret}"})
    assert scene.log[-1].remark == "the Content-Type is 'a<removed>'"


@pytest.mark.parametrize(
    ("whitelist", "peer", "code"),
    [
        (["2001:db8::1"], "2001:db8::1", "0"),
        (["2001:db8::1"], "2001:0db8:0:0::0001", "0"),
        (["2001:db8::1"], "2001:db8::2", "50110"),
        (["::1"], "127.0.0.1", "50110"),
        (["127.0.0.1"], "::ffff:127.0.0.1", "0"),
        (["fe80::/10"], "fe80::1%eth0", "0"),
        (["127.0.0.1", "::1"], "::1", "0"),
        (["127.0.0.1"], "", "50110"),
    ],
)
def test_addresses_are_compared_whatever_their_spelling(
    scene: Scene, whitelist: list[str], peer: str, code: str
) -> None:
    reply = scene.send("GET", "/api/v5/account/balance", None, {"ip_whitelist": whitelist, "peer": peer})
    assert reply.json()["code"] == code


def test_a_key_of_another_account_works_on_its_own(scene: Scene) -> None:
    other = scene.exchange.open_account(balances={"USDT": 7})
    key = scene.exchange.issue_key(other)
    request = signed("GET", "/api/v5/account/balance", credentials=key, at=scene.clock.now_ms())
    (row,) = scene.gateway.handle(request).json()["data"][0]["details"]
    assert row["cashBal"] == "7"


# Limits


@pytest.fixture
def limited() -> Scene:
    return Scene(Settings(rate_limits=True))


def _until_refused(scene: Scene, request: Request, most: int = 400) -> int:
    """How often a call is answered before it is refused."""
    for count in range(most):
        if scene.gateway.handle(request).status == 429:
            return count
    raise AssertionError(f"{most} calls were answered")


def _batch(scene: Scene, path: str, *orders: dict[str, str]) -> Request:
    return scene.request("POST", path, None, {"raw_body": compact_json(orders).encode()})


def test_the_limit_of_an_address_comes_before_the_key_is_looked_at(limited: Scene) -> None:
    target = "/api/v5/public/economic-calendar"
    limited.gateway.stub("GET", target, [])
    unsigned = limited.request("GET", target, None, {"key": None})
    assert limited.gateway.handle(unsigned).json()["code"] == "50103"
    assert limited.gateway.handle(unsigned).json()["code"] == "50011"


def test_the_limit_of_a_user_comes_after_its_permission(limited: Scene) -> None:
    for _ in range(100):
        assert limited.send("GET", "/api/v5/account/config", None, {"permissions": ()}).json()["code"] == "50120"
    assert limited.send("GET", "/api/v5/account/config", None).json()["code"] == "0"


def test_the_limit_of_a_user_comes_before_the_body_is_looked_at(limited: Scene) -> None:
    broken = limited.request("POST", "/api/v5/trade/order", None, {"raw_body": b"{"})
    assert limited.gateway.handle(broken).json()["code"] == "50002"
    assert _until_refused(limited, broken) == 59


def test_a_body_that_is_read_for_its_limit_is_read_once(limited: Scene) -> None:
    assert limited.send("POST", "/api/v5/trade/order", ORDER).json()["code"] == "0"
    empty = limited.request("POST", "/api/v5/trade/order", None, {"raw_body": b""})
    assert limited.gateway.handle(empty).json()["code"] == "50000"


def test_a_batch_is_counted_in_orders_and_by_instrument(limited: Scene) -> None:
    bitcoin, ether = {**ORDER, "sz": "0.001"}, {**ORDER, "instId": "ETH-USDT"}
    path = "/api/v5/trade/batch-orders"
    limited.gateway.stub("POST", path, [])
    assert _until_refused(limited, _batch(limited, path, *[bitcoin] * 15, *[ether] * 5)) == 20
    assert _until_refused(limited, _batch(limited, path, *[ether] * 20)) == 10
    used = {usage.scope.split()[-1]: usage.used for usage in limited.gateway.limits.used()}
    assert used == {"BTC-USDT": 300, "ETH-USDT": 300}


def test_a_batch_of_one_and_the_single_order_share_a_limit(limited: Scene) -> None:
    for path in ("order", "batch-orders"):
        limited.gateway.stub("POST", f"/api/v5/trade/{path}", [])
    one, single = _batch(limited, "/api/v5/trade/batch-orders", ORDER), limited.request(*PLACE, ORDER, {})
    for _ in range(30):
        assert limited.gateway.handle(one).status == limited.gateway.handle(single).status == 200
    assert limited.gateway.handle(one).status == limited.gateway.handle(single).status == 429
    assert limited.gateway.handle(_batch(limited, "/api/v5/trade/batch-orders", ORDER, ORDER)).status == 200


def test_placing_and_cancelling_have_limits_of_their_own(limited: Scene) -> None:
    limited.gateway.stub(*PLACE, [])
    assert _until_refused(limited, limited.request(*PLACE, ORDER, {})) == 60
    cancel = {"instId": "BTC-USDT", "ordId": "1"}
    assert limited.send("POST", "/api/v5/trade/cancel-order", cancel).status == 200


def test_each_user_has_its_own_limit(limited: Scene) -> None:
    assert _until_refused(limited, limited.request("GET", "/api/v5/account/config", None, {})) == 5
    key = limited.exchange.issue_key(limited.exchange.open_account())
    request = signed("GET", "/api/v5/account/config", credentials=key, at=limited.clock.now_ms())
    assert limited.gateway.handle(request).status == 200


def test_all_instruments_together_have_a_cap_from_which_spot_is_exempt(limited: Scene) -> None:
    path = "/api/v5/trade/amend-batch-orders"
    limited.gateway.stub("POST", path, [])
    swaps = ["BTC-USDT-SWAP", "ETH-USDT-SWAP", "BTC-USD-SWAP", "ETH-USD-SWAP"]
    for name in [*swaps, "BTC-USDT"]:
        batch = _batch(limited, path, *[{"instId": name}] * 20)
        codes = [limited.gateway.handle(batch).json()["code"] for _ in range(15)]
        assert codes == (["0"] * 5 + ["50061"] * 10 if name == swaps[-1] else ["0"] * 15)
    assert "new and amended orders takes 1000 orders in 2 s" in next(c for c in limited.log if c.code == "50061").remark


def test_the_window_is_on_the_clock_of_the_exchange(limited: Scene) -> None:
    request = limited.request("GET", "/api/v5/account/config", None, {})
    assert _until_refused(limited, request) == 5
    limited.clock.advance(1.999)
    assert limited.gateway.handle(request).status == 429
    limited.clock.advance(0.001)
    assert _until_refused(limited, request) == 5


def test_a_server_that_does_not_keep_its_limits_counts_all_the_same(scene: Scene) -> None:
    request = scene.request("GET", "/api/v5/account/config", None, {})
    for _ in range(10):
        assert scene.gateway.handle(request).status == 200
    (usage,) = scene.gateway.limits.used()
    assert (usage.route, usage.used, usage.limit, usage.share) == ("GET /api/v5/account/config", 10, 5, 2.0)


def test_v3_has_no_limits(limited: Scene) -> None:
    for _ in range(50):
        limited.send("GET", "/api/general/v3/time", None)
    assert limited.gateway.limits.used() == ()


def test_a_public_post_has_a_body(scene: Scene) -> None:
    target = "/api/v5/tradingBot/grid/min-investment"
    scene.gateway.stub("POST", target, [])
    assert _codes(scene.send("POST", target, None, {"raw_body": b"{", "key": None}))[1] == "50002"
    assert _codes(scene.send("POST", target, {"instId": "BTC-USDT"}, {"key": None}))[1] == "50014"
