from __future__ import annotations

import pytest

from pytest_okx.errors import OkxError
from pytest_okx.exchange.settings import Settings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("stp_mode", "cancel_both"),
        ("fee_type", "1"),
        ("greeks_type", "BS"),
        ("auto_loan", True),
        ("settle_ccy", "USDG"),
    ],
)
def test_a_setting_takes_its_choices(name: str, value: object) -> None:
    assert getattr(Settings().having(**{name: value}), name) == value


@pytest.mark.parametrize(
    ("name", "value", "parameter"),
    [("stp_mode", "none", "stpMode"), ("fee_type", "2", "feeType"), ("contract_iso_mode", "", "isoMode")],
)
def test_another_value_is_refused_by_the_name_of_its_parameter(name: str, value: object, parameter: str) -> None:
    with pytest.raises(OkxError, match=f"Parameter {parameter} error"):
        Settings().having(**{name: value})


def test_an_unknown_setting_is_an_error_that_lists_the_known_ones() -> None:
    with pytest.raises(TypeError, match=r"unknown setting 'colour': give one of \['stp_mode', "):
        Settings().having(colour="red")
