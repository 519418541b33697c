"""What is wrong with a subscription: each row gets its code in every form, from whoever can make it."""

from __future__ import annotations

import pytest

from pytest_okx.strategies.subscription_mistakes import SUBSCRIPTION_MISTAKES, SubscriptionMistake
from tests.strategies.conversations import caller, refusals

WHO = (None, "Lv1", "VIP4", "VIP9")


@pytest.mark.parametrize("mistake", SUBSCRIPTION_MISTAKES, ids=lambda mistake: f"{mistake.code} {mistake.why}")
def test_each_form_of_a_mistake_gets_its_code(mistake: SubscriptionMistake) -> None:
    made = 0
    for level in WHO:
        for url, args in mistake.asks(level):
            for op in mistake.ops:
                client = caller(url, level)
                assert refusals(client.ask({"op": op, "args": args})[:2][-1:]) == [mistake.code], (level, url, args)
                client.session.lost()
                made += 1
    assert made


def test_every_code_that_a_subscription_can_get_by_its_arguments_has_a_row() -> None:
    codes = {mistake.code for mistake in SUBSCRIPTION_MISTAKES}
    assert codes == {"60011", "60012", "60013", "60018", "64000", "64003", "64004"}
