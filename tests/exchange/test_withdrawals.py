from __future__ import annotations

from decimal import Decimal

import pytest

from pytest_okx.errors import OkxError
from pytest_okx.exchange.withdrawals import Withdrawal, WithdrawalRequest, checked_chain

TRON = "TXtvfb7cdrn6VX9H49mgio8bUxZ3DGfvYF"


def request(**fields: object) -> WithdrawalRequest:
    usual: dict[str, object] = {"ccy": "USDT", "amt": Decimal(10), "dest": "4", "to_addr": TRON, "chain": "USDT-TRC20"}
    return WithdrawalRequest(**(usual | fields))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fields", "chain", "fee"),
    [
        ({}, "USDT-TRC20", 1),
        ({"chain": ""}, "USDT-ERC20", 1),
        ({"fee": Decimal(1)}, "USDT-TRC20", 1),
        ({"dest": "3", "to_addr": "600", "fee": Decimal(0)}, "", 0),
        ({"ccy": "XRP", "chain": "XRP-Ripple", "to_addr": f"{TRON}:12"}, "XRP-Ripple", Decimal("0.2")),
    ],
)
def test_a_sound_withdrawal_has_a_chain_and_a_fee(fields: dict[str, object], chain: str, fee: Decimal) -> None:
    assert checked_chain(request(**fields)) == (chain, fee)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"chain": "USDT-Moon"}, "58010"),
        ({"amt": Decimal("10.0000001")}, "51000"),
        ({"amt": Decimal("1.9")}, "58206"),
        ({"amt": Decimal("1.9"), "dest": "3"}, "58206"),
        ({"amt": Decimal(1_000_001)}, "58205"),
        ({"fee": Decimal("0.5")}, "58211"),
        ({"ccy": "XRP", "chain": ""}, "58221"),
        ({"to_addr": "somewhere"}, "58222"),
        ({"to_addr": f"{TRON} "}, "58222"),
    ],
)
def test_what_okx_would_not_take_gets_its_code(fields: dict[str, object], code: str) -> None:
    with pytest.raises(OkxError) as refused:
        checked_chain(request(**fields))
    assert refused.value.code == code


def test_the_fee_comes_on_top() -> None:
    made = Withdrawal(wd_id="1", request=request(), chain="USDT-TRC20", fee=Decimal(1), ts=0, u_time=0)
    assert made.total == 11


def test_a_tag_is_no_part_of_the_address() -> None:
    asked = request(to_addr=f"{TRON}:12")
    assert (asked.address, asked.tag) == (TRON, "12")
