"""Why an order is refused for what it carries."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pytest_okx.errors import OkxError
from pytest_okx.exchange import AttachedAlgo
from pytest_okx.exchange.attached_checks import _CHECKS, AGAINST_ORDER, AGAINST_TOUCH
from tests.exchange.algo_support import SWAP, Street, leg
from tests.exchange.support import picture


@pytest.fixture
def street() -> Street:
    street = Street()
    street.walk(70000)
    return street


def tp(px: int | None, sz: int | None = None, **more: Any) -> AttachedAlgo:
    return AttachedAlgo(tp=leg(px, **more), sz=None if sz is None else Decimal(sz))


def tp_or_sl(name: str, px: Decimal) -> AttachedAlgo:
    return AttachedAlgo(tp=leg(px)) if name == "tp" else AttachedAlgo(sl=leg(px))


def named(name: str) -> AttachedAlgo:
    return AttachedAlgo(sl=leg(60000), attach_algo_cl_ord_id=name)


def limit(px: int, sz: int) -> AttachedAlgo:
    return tp(px, sz, ord_px=px, kind="limit")


RATIO = Decimal("0.1")
SPOT: dict[str, Any] = {"inst_id": "BTC-USDT", "sz": "0.01", "px": 65000}

REFUSED: list[tuple[str, tuple[AttachedAlgo, ...], dict[str, Any]]] = [
    ("51100", (tp(72000),), {"reduce_only": True}),
    ("51044 The order type market, base_ccy ", (tp(72000),), SPOT | {"px": None, "tgt_ccy": "base_ccy"}),
    ("51044", (tp(60000),), SPOT | {"side": "sell", "px": None, "sz": 100, "tgt_ccy": "quote_ccy"}),
    ("51068 same already exists", (named("same"), named("same")), {}),
    ("51094", (limit(72000, 2),), SPOT),
    ("54079", (tp(None, ratio=RATIO),), SPOT),
    ("54079", (tp(None, ratio=RATIO, px_type="mark"),), {}),
    ("54078", (tp(None, ratio=-RATIO),), {}),
    ("54078", (AttachedAlgo(sl=leg(None, ratio=Decimal(-1))),), {}),
    ("54078", (tp(None, ratio=Decimal("0.00001")),), {}),
    ("51076", (AttachedAlgo(tp=leg(72000), sl=leg(68000)), tp(73000)), {}),
    ("51077", (tp(72000, 1), tp(73000, 1)), SPOT),
    ("51079 .* 10", tuple(tp(72000 + px, 1) for px in range(11)), {"sz": 11}),
    ("51084 .* 1", (tp(72000), named("a"), named("b")), {}),
    ("51089", (tp(72000, 2), tp(73000)), {}),
    ("51091", (tp(72000, 1), limit(73000, 1)), {}),
    ("51080", (tp(72000, 1), tp(73000, 1, px_type="mark")), {}),
    ("51092", (limit(72000, 1), limit(72000, 1)), {}),
    ("51081", (tp(72000, 1), tp(72000, 1)), {}),
    ("51082", (tp(72000, 1), tp(73000, 1, ord_px=73000)), {}),
    ("51083", (tp(72000, 1), tp(73000, 2)), {}),
]  # fmt: skip


@pytest.mark.parametrize(("code", "attached", "more"), REFUSED, ids=[row[0] for row in REFUSED])
def test_each_cause_has_its_code_and_changes_nothing(
    street: Street, code: str, attached: tuple[AttachedAlgo, ...], more: dict[str, Any]
) -> None:
    before = picture(street.account)
    order: dict[str, Any] = {"inst_id": SWAP, "side": "buy", "sz": 2, "px": 69000} | more
    with pytest.raises(OkxError, match=code):
        street.place(**order, attach_algo_ords=attached)
    assert picture(street.account) == before


def test_no_row_of_the_table_is_without_a_cause() -> None:
    assert {code for code, _, _ in _CHECKS} == {row[0][:5] for row in REFUSED}


@pytest.mark.parametrize(
    "attached",
    [
        (tp(72000, 1), tp(73000, 1), AttachedAlgo(sl=leg(60000))),
        (limit(72000, 1), limit(73000, 1)),
        (tp(None, ratio=RATIO), AttachedAlgo(sl=leg(None, ratio=-RATIO))),
        (AttachedAlgo(callback_ratio=Decimal("0.01")),),
    ],
)
def test_several_go_together_where_they_agree(street: Street, attached: tuple[AttachedAlgo, ...]) -> None:
    assert len(street.place(SWAP, "buy", 2, 69000, attach_algo_ords=attached).attach_algo_ords) == len(attached)


@pytest.mark.parametrize(("key", "code"), [*AGAINST_ORDER.items(), *AGAINST_TOUCH.items()])
def test_profit_is_taken_beyond_the_price_and_loss_stopped_before_it(
    street: Street, key: tuple[str, str], code: str
) -> None:
    (name, side), limited = key, code in AGAINST_ORDER.values()
    touch = Decimal("70000.1") if side == "buy" else Decimal("69999.9")
    px = Decimal(69000 if side == "buy" else 71000) if limited else touch
    above = (side == "buy") == (name == "tp")
    for off in (-1, 0, 1) if above else (1, 0, -1):
        attached = (tp_or_sl(name, px + off),)
        if (off > 0) is above and off:
            assert street.place(SWAP, side, 1, px if limited else None, attach_algo_ords=attached).attach_algo_ords
        else:
            with pytest.raises(OkxError, match=code):
                street.place(SWAP, side, 1, px if limited else None, attach_algo_ords=attached)


def test_a_client_id_of_a_pending_one_is_taken(street: Street) -> None:
    street.algo("conditional", sl=leg(60000), algo_cl_ord_id="mine")
    with pytest.raises(OkxError, match="51068 mine "):
        street.place(SWAP, "buy", 1, 69000, attach_algo_ords=(named("mine"),))


def test_a_limit_take_profit_is_judged_by_its_own_price(street: Street) -> None:
    with pytest.raises(OkxError, match="51046"):
        street.place(SWAP, "buy", 1, 69000, attach_algo_ords=(limit(68000, 1),))
