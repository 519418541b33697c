"""How parameters are read, and what each reader refuses with which name."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pytest_okx.api import params
from pytest_okx.errors import OkxError
from tests.helpers import frozen_server

MALFORMED = [
    "-1",
    "+1",
    "1e5",
    "1E5",
    "NaN",
    "Infinity",
    " 1",
    "1 ",
    "1_000",
    "1,5",
    ".5",
    "5.",
    "\u0663",
    "\uff11",
    "0x10",
    "1\n",
    "[]",
]
HUGE = ["9" * 21, "0." + "1" * 21, "9" * 5000]


def _refused(name: str) -> str:
    return f"400 51000 Parameter {name} error"


@pytest.mark.parametrize("value", ["", None])
def test_a_parameter_that_has_to_be_there_is_named(value: object) -> None:
    with pytest.raises(OkxError, match="400 50014 Parameter sz cant be empty"):
        params.check_given({"side": "buy", "sz": value}, (("side",), ("sz",), ("px",)))


def test_either_parameter_of_a_group_will_do() -> None:
    params.check_given({"instIdCode": 4}, (("instId", "instIdCode"),))
    with pytest.raises(OkxError, match="Parameter instId cant be empty"):
        params.check_given({}, (("instId", "instIdCode"),))


@pytest.mark.parametrize(
    ("value", "expected"), [("live", "live"), ("", ""), (None, ""), ("LIVE", None), ("live,filled", None)]
)
def test_a_word_is_one_of_its_choices_or_absent(value: object, expected: str | None) -> None:
    if expected is None:
        with pytest.raises(OkxError, match=_refused("state")):
            params.word({"state": value}, "state", ("live",))
    else:
        assert params.word({"state": value}, "state", ("live",)) == expected


def test_words_are_separated_by_commas() -> None:
    assert params.words({"ccy": "BTC,,ETH"}, "ccy") == ["BTC", "ETH"]
    assert params.words({}, "ccy") == []
    assert params.words({"ccy": "BTC"}, "ccy", ("BTC",)) == ["BTC"]


def test_each_of_several_words_is_one_of_the_choices() -> None:
    with pytest.raises(OkxError, match=_refused("ordType")):
        params.words({"ordType": "fok,foo"}, "ordType", ("fok",))


@pytest.mark.parametrize(("value", "expected"), [("0", 0), ("17", 17), (17, 17), ("", None), (None, None)])
def test_a_whole_number_is_zero_or_more(value: object, expected: int | None) -> None:
    assert params.whole({"after": value}, "after") == expected


@pytest.mark.parametrize("value", [*MALFORMED, *HUGE, "1.0", True, []])
def test_what_is_no_whole_number_is_refused_by_name(value: object) -> None:
    with pytest.raises(OkxError, match=_refused("after")):
        params.whole({"after": value}, "after")


@pytest.mark.parametrize(("value", "expected"), [(None, 100), ("7", 7), ("300", 300), ("301", 300)])
def test_a_limit_has_a_default_and_a_cap(value: str | None, expected: int) -> None:
    assert params.limit({"limit": value}, 100, 300) == expected


@pytest.mark.parametrize("value", ["0", "-1", "ten"])
def test_a_limit_is_at_least_one(value: str) -> None:
    with pytest.raises(OkxError, match=_refused("limit")):
        params.limit({"limit": value}, 100, 300)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0.01000000", Decimal("0.01")),
        ("007", Decimal(7)),
        (3, Decimal(3)),
        (Decimal("0.5"), Decimal("0.5")),
        (Decimal("1E-7"), Decimal("0.0000001")),
        (Decimal("1E+5"), Decimal(100_000)),
        ("12345678901234567890.12345678901234567890", Decimal("12345678901234567890.1234567890123456789")),
        ("", None),
        (None, None),
    ],
)
def test_a_decimal_is_exact(value: object, expected: Decimal | None) -> None:
    assert params.decimal({"px": value}, "px") == expected


@pytest.mark.parametrize("value", [*MALFORMED, *HUGE, "0", "0.000", 0, -1, True, {}, 0.5, Decimal("1E+30")])
def test_what_is_no_plain_number_above_zero_is_refused_by_name(value: object) -> None:
    with pytest.raises(OkxError, match=_refused("px")):
        params.decimal({"px": value}, "px")


def test_a_positive_number_has_to_be_there() -> None:
    assert params.positive({"sz": "1"}, "sz") == 1
    with pytest.raises(OkxError, match=_refused("sz")):
        params.positive({}, "sz")


@pytest.mark.parametrize(
    "entry", [{"instId": "BTC-USDT"}, {"instIdCode": 3}, {"instIdCode": "3"}, {"instId": "BTC-USDT", "instIdCode": 4}]
)
def test_an_instrument_is_named_by_its_id_or_else_by_its_code(entry: dict[str, object]) -> None:
    assert params.instrument(frozen_server().exchange, entry).inst_id == "BTC-USDT"


@pytest.mark.parametrize(
    "entry", [{"instId": "BTC-EUR"}, {"instId": "btc-usdt"}, {"instIdCode": 999}, {"instIdCode": "three"}, {}]
)
def test_an_instrument_that_is_not_listed_is_51001(entry: dict[str, object]) -> None:
    with pytest.raises(OkxError, match="51001"):
        params.instrument(frozen_server().exchange, entry)
