"""Wrong signers are seen through by name, right ones never, and no secret is shown."""

from __future__ import annotations

import base64
import hmac
import json
import random
from collections.abc import Callable
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_okx import gateway
from pytest_okx.diagnosis import MISTAKES, Diagnosis, diagnose
from pytest_okx.diagnosis.logins import LOGIN_TIMES
from pytest_okx.faults import Reject
from pytest_okx.messages import Headers, Request, iso_time
from pytest_okx.signing import sign
from tests.chains import Scene
from tests.diagnosis.support import asked, of_signer
from tests.wrong_signers import OTHER, OWN, REQUESTS, WRONG_SIGNERS, Sample, WrongSigner, right


def unused_secrets(found: Diagnosis) -> list[str]:
    text = f"{found} {found!r}"
    return [secret for key in (OWN, OTHER) for secret in (key.secret_key, key.passphrase) if secret in text]


# Single mistakes


@pytest.mark.parametrize("wrong", WRONG_SIGNERS.values(), ids=WRONG_SIGNERS)
def test_a_wrong_signer_is_told_its_mistake(wrong: WrongSigner) -> None:
    found = of_signer(wrong.sign, wrong.shown_on)
    assert found.mistakes == wrong.mistakes
    assert found.explained
    assert all(MISTAKES[name] in found.evidence for name in found.mistakes)
    assert unused_secrets(found) == []


def test_every_mistake_has_a_wrong_signer_or_a_test_of_its_own() -> None:
    tested = {name for wrong in WRONG_SIGNERS.values() for name in wrong.mistakes}
    own = {"ampersand", "signature-white-space", "signature-plus-lost", "signature-altered"}
    own.add("hmac-twice")
    own |= {"login-path", *(row.name for row in LOGIN_TIMES)}
    assert set(MISTAKES) - tested == own


QUERY, ORDER, EMPTY = REQUESTS[1], REQUESTS[3], REQUESTS[0]


@pytest.mark.parametrize(
    ("change", "mistake"),
    [
        (lambda text: text[:20] + " " + text[20:], "signature-white-space"),
        (lambda text: ("A" if text[5] != "A" else "B").join([text[:5], text[6:]]), "signature-altered"),
    ],
)
def test_a_damaged_signature_is_told(change: Callable[[str], str], mistake: str) -> None:
    assert asked(change(sign(OWN.secret_key, QUERY.timestamp, "GET", QUERY.path)), QUERY).mistakes == (mistake,)


def test_a_plus_that_became_a_space_is_told() -> None:
    signatures = {path: sign(OWN.secret_key, QUERY.timestamp, "GET", path) for path in map("/{}".format, range(99))}
    path = next(path for path, text in signatures.items() if "+" in text)
    found = asked(signatures[path].replace("+", " "), Sample("GET", path))
    assert found.mistakes == ("signature-plus-lost",)


def test_an_ampersand_at_the_end_is_told() -> None:
    signature = sign(OWN.secret_key, QUERY.timestamp, "GET", QUERY.path + "&")
    assert asked(signature, QUERY).mistakes == ("ampersand",)


def test_an_hmac_of_an_hmac_is_told() -> None:
    key, message = OWN.secret_key.encode(), f"{QUERY.timestamp}GET{QUERY.path}".encode()
    twice = hmac.digest(key, hmac.digest(key, message, "sha256"), "sha256")
    assert asked(base64.b64encode(twice).decode(), QUERY).mistakes == ("hmac-twice",)


def test_a_timestamp_that_was_sent_before_is_found_however_old() -> None:
    old = "2025-11-11T11:11:11.111Z"
    signature = sign(OWN.secret_key, old, "GET", QUERY.path)
    assert asked(signature, QUERY).mistakes == ()
    assert asked(signature, QUERY, earlier=(QUERY.timestamp, old)).mistakes == ("timestamp-earlier",)


def test_the_host_of_the_request_is_known() -> None:
    signature = sign(OWN.secret_key, QUERY.timestamp, "GET", "https://my.test:81" + QUERY.path)
    assert asked(signature, QUERY, host="my.test:81").mistakes == ("scheme-in-path",)
    assert asked(signature, QUERY).mistakes == ()


# Pairs

Parts = tuple[str, str, str, str, str]
Change = Callable[[str, str, str, str, str], Parts]
TARGET: dict[str, Change] = {
    "query-left-out": lambda t, m, p, b, s: (t, m, p.partition("?")[0], b, s),
    "query-reordered": lambda t, m, p, b, s: (t, m, p.partition("?")[0] + "?" + _sorted(p), b, s),
    "host-in-path": lambda t, m, p, b, s: (t, m, "www.okx.com" + p, b, s),
    "scheme-in-path": lambda t, m, p, b, s: (t, m, "https://www.okx.com" + p, b, s),
    "path-prefix-missing": lambda t, m, p, b, s: (t, m, p.removeprefix("/api/v5"), b, s),
}
BODY: dict[str, Change] = {
    "body-left-out": lambda t, m, p, b, s: (t, m, p, "", s),
    "body-separators": lambda t, m, p, b, s: (t, m, p, json.dumps(json.loads(b), ensure_ascii=False), s),
    "body-python-text": lambda t, m, p, b, s: (t, m, p, str(json.loads(b)), s),
    "trailing-newline": lambda t, m, p, b, s: (t, m, p, b + "\n", s),
}
REST: dict[str, Change] = {
    "method-lower-case": lambda t, m, p, b, s: (t, m.lower(), p, b, s),
    "timestamp-seconds": lambda t, m, p, b, s: ("1767614400", m, p, b, s),
    "timestamp-format": lambda t, m, p, b, s: (t[:19] + "Z", m, p, b, s),
    "timestamp-local": lambda t, m, p, b, s: (t.replace("T12", "T20"), m, p, b, s),
    "timestamp-earlier": lambda t, m, p, b, s: (t.replace("00.123", "00.122"), m, p, b, s),
    "secret-white-space": lambda t, m, p, b, s: (t, m, p, b, s + "\n"),
    "secret-is-passphrase": lambda t, m, p, b, s: (t, m, p, b, OWN.passphrase),
    "another-secret": lambda t, m, p, b, s: (t, m, p, b, OTHER.secret_key),
}
ENDS: dict[str, Callable[[Parts], str]] = {
    "hex": lambda parts: base64.b64decode(right(*parts)).hex(),
    "base64-of-hex": lambda parts: base64.b64encode(base64.b64decode(right(*parts)).hex().encode()).decode(),
    "sha512": lambda parts: _mac(parts, "sha512"),
    "sha1": lambda parts: _mac(parts, "sha1"),
    "order-of-parts": lambda parts: right(parts[1], parts[0], *parts[2:]),
}
POST = Sample("POST", QUERY.path, ORDER.body)


def _sorted(path: str) -> str:
    return "&".join(sorted(path.partition("?")[2].split("&")))


def _mac(parts: Parts, digest: str) -> str:
    return base64.b64encode(hmac.digest(parts[4].encode(), "".join(parts[:4]).encode(), digest)).decode()


def _parts() -> Parts:
    return (POST.timestamp, POST.method, POST.path, POST.body, OWN.secret_key)


def _pairs() -> dict[tuple[str, str], str]:
    changes = TARGET | BODY | REST
    alike = [set(TARGET), set(BODY), {name for name in REST if "time" in name}, {n for n in REST if "secret" in n}]
    pairs = {
        (one, other): right(*changes[other](*changes[one](*_parts())))
        for one, other in combinations(changes, 2)
        if not any({one, other} <= group for group in alike)
    }
    ends = {(one, end): ENDS[end](changes[one](*_parts())) for one, end in product(changes, ENDS)}
    return pairs | ends


PAIRS = _pairs()


def test_there_are_enough_pairs() -> None:
    assert len(PAIRS) >= 60


@pytest.mark.parametrize("names", PAIRS, ids=" and ".join)
def test_two_mistakes_are_both_told(names: tuple[str, str]) -> None:
    found = asked(PAIRS[names], POST)
    assert set(found.mistakes) == set(names)
    assert unused_secrets(found) == []


@pytest.mark.parametrize(
    ("path", "signed", "names"),
    [
        ("/a/b?x=a%20b&c=1", "/a/b?c=1&x=a b", {"query-decoded", "query-reordered"}),
        ("/a/b?x=1&c=1", "www.okx.com/a/b", {"host-in-path", "query-left-out"}),
    ],
)
def test_two_mistakes_with_one_part_are_both_told(path: str, signed: str, names: set[str]) -> None:
    signature = sign(OWN.secret_key, QUERY.timestamp, "GET", signed)
    assert set(asked(signature, Sample("GET", path)).mistakes) == names


# No false alarm, and what is not known


def test_ten_thousand_right_signatures_are_said_to_be_right() -> None:
    chance = random.Random(4)
    for _ in range(10_000):
        method, body = chance.choice([("GET", ""), ("POST", json.dumps({"a": chance.randrange(99)})), ("POST", "")])
        sample = Sample(method, f"/api/v5/{chance.randrange(1 << 40):x}?a={chance.randrange(99)}", body)
        found = of_signer(right, sample)
        assert (found.right, found.mistakes, found.explained) == (True, (), False)


def test_a_right_signature_is_shown_as_signed() -> None:
    found = of_signer(right, QUERY)
    assert found.signed == found.expected == QUERY.timestamp + "GET" + QUERY.path
    assert found.first_difference is None


@pytest.mark.parametrize(
    "signature", ["x" * 43 + "=", "garbage", "\u20ac", "A" * 5000, sign("x" * 32, QUERY.timestamp, "GET", QUERY.path)]
)
def test_what_nothing_explains_is_said_to_be_unexplained(signature: str) -> None:
    found = asked(signature, QUERY)
    assert (found.mistakes, found.explained, found.right, found.signed) == ((), False, False, "")
    assert str(found).startswith("no known mistake explains the signature")
    assert found.expected == QUERY.timestamp + "GET" + QUERY.path


def test_a_long_body_ends_the_search_early() -> None:
    signature = sign("x" * 32, QUERY.timestamp, "POST", "/", b"x" * 1_000_000)
    assert not asked(signature, Sample("POST", "/", "x" * 1_000_000)).explained


def test_text_that_is_no_latin_1_is_taken_as_utf_8() -> None:
    assert asked("nonsense", Sample("GET", "/\u20ac")).expected.endswith("/\u20ac")


# What it says


def test_it_reads_like_this() -> None:
    assert str(of_signer(WRONG_SIGNERS["query left out"].sign, QUERY)).splitlines() == [
        "query-left-out: the query was left out: sign the path together with its query",
        "signed:   2026-01-05T12:00:00.123ZGET/api/v5/trade/orders-pending",
        "expected: 2026-01-05T12:00:00.123ZGET/api/v5/trade/orders-pending?instType=SPOT&instId=BTC-USDT&limit=5",
        " " * 65 + "^ character 56 is the first to differ",
    ]


def test_a_secret_in_the_request_is_not_shown() -> None:
    coded = OTHER.passphrase.replace("?", "%3F")
    sample = Sample("GET", f"/a?secret={OWN.secret_key}&pass={OTHER.passphrase}&coded={coded}")
    for signer in (right, WRONG_SIGNERS["URL"].sign, WRONG_SIGNERS["key signed too"].sign):
        assert unused_secrets(of_signer(signer, sample)) == []


# In the log


def test_the_log_says_why_a_signature_was_refused() -> None:
    scene = Scene()
    reply = scene.send("GET", "/api/v5/account/balance?ccy=BTC", None, {"sign": "wrong"})
    assert reply.body == b'{"msg":"Invalid Sign","code":"50113"}'
    assert scene.log[-1].remark.startswith("no known mistake explains")


@pytest.mark.parametrize("path", ["/api/v5/account/balance?ccy=BTC", "/api/spot/v3/accounts?x=1"])
def test_both_generations_name_the_mistake(path: str) -> None:
    scene = Scene()
    key, stamp = scene.key({}), iso_time(scene.clock.now_ms())
    fields = {
        "OK-ACCESS-KEY": key.api_key,
        "OK-ACCESS-PASSPHRASE": key.passphrase,
        "OK-ACCESS-TIMESTAMP": stamp,
        "OK-ACCESS-SIGN": sign(key.secret_key, stamp, "GET", path.partition("?")[0]),
    }
    scene.gateway.handle(Request("GET", path, Headers(fields.items())))
    call = scene.log[-1]
    assert call.code in ("50113", "30013")
    assert call.remark.startswith("query-left-out: ")
    assert call == scene.log[-1]
    assert "\n    why: query-left-out: the query was left out: " in str(call)
    assert "\n         expected: " in str(call)


def test_a_timestamp_that_was_kept_is_found_among_those_sent_before() -> None:
    scene = Scene()
    key, path = scene.key({}), "/api/v5/account/balance"
    kept = iso_time(scene.clock.now_ms())
    for seconds in (0, 7000.321):
        scene.clock.advance(seconds)
        fields = {
            "OK-ACCESS-KEY": key.api_key,
            "OK-ACCESS-PASSPHRASE": key.passphrase,
            "OK-ACCESS-TIMESTAMP": iso_time(scene.clock.now_ms()),
            "OK-ACCESS-SIGN": sign(key.secret_key, kept, "GET", path),
        }
        scene.gateway.handle(Request("GET", path, Headers(fields.items())))
    assert [call.code for call in scene.log] == ["0", "50113"]
    assert scene.log[-1].remark.startswith("timestamp-earlier: ")


def test_of_many_wrong_signatures_the_first_ones_are_diagnosed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "_MOST_DIAGNOSED", 2)
    scene = Scene()
    for _ in range(4):
        scene.send("GET", "/api/v5/account/balance?ccy=BTC", None, {"sign": "wrong"})
    for _ in range(2):
        told = [call.remark.partition(":")[0] for call in scene.log]
        assert told[0] == told[1] == "no known mistake explains the signature, nor do two"
        assert told[2] == told[3]
        assert told[3].endswith("it was not diagnosed, because 2 others were")


def test_a_refusal_that_was_injected_has_no_diagnosis() -> None:
    scene = Scene()
    scene.faults.add(Reject("50113"))
    scene.send("GET", "/api/v5/account/balance", None)
    assert (scene.log[-1].code, scene.log[-1].remark) == ("50113", "")


@settings(max_examples=50)
@given(
    signature=st.text(max_size=90),
    timestamp=st.text(max_size=30) | st.just(QUERY.timestamp),
    target=st.text(max_size=60).map(lambda text: "/" + text),
    body=st.binary(max_size=60) | st.text(max_size=40).map(lambda text: json.dumps({text: text}).encode()),
    host=st.text(alphabet=st.characters(max_codepoint=255), max_size=20),
)
def test_whatever_arrives_has_a_diagnosis(signature: str, timestamp: str, target: str, body: bytes, host: str) -> None:
    arguments = {"timestamp": timestamp, "method": "POST", "target": target, "body": body, "credentials": OWN}
    for text in (signature, sign("x" * 32, "", "POST", "/")):
        assert not diagnose(text, host=host, **arguments).right  # type: ignore[arg-type]
