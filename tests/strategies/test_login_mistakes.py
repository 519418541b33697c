"""What is wrong with a login: each row gets its code in every form, wherever in the window it is sent."""

from __future__ import annotations

import pytest

from pytest_okx.messages import compact_json
from pytest_okx.strategies.login_mistakes import LOGIN_MISTAKES, Attempt, LoginMistake
from tests.strategies.conversations import NOW_MS, STAGE, caller, refusals

SECOND = NOW_MS // 1000
STAMPS = (str(SECOND), SECOND, f"{SECOND}.480", SECOND + 0.5, str(SECOND - 30), f"{SECOND + 30}")


@pytest.mark.parametrize("mistake", LOGIN_MISTAKES, ids=lambda mistake: f"{mistake.code} {mistake.why}")
def test_each_form_of_a_mistake_gets_its_code(mistake: LoginMistake) -> None:
    client = caller("private")
    for stamp in STAMPS:
        for args in mistake.args(Attempt(STAGE.credentials, stamp, NOW_MS, 30_000)):
            assert refusals(client.ask(compact_json({"op": "login", "args": args}))) == [mistake.code], args
    assert not client.session.logged_in


def test_every_code_that_a_login_can_get_by_its_arguments_has_a_row() -> None:
    codes = {mistake.code for mistake in LOGIN_MISTAKES}
    assert codes == {"60004", "60005", "60006", "60007", "60013", "60021", "60024", "60027", "60032"}


def test_without_a_mistake_it_is_taken() -> None:
    for stamp in STAMPS:
        args = [Attempt(STAGE.credentials, stamp, NOW_MS).arg()]
        assert refusals(caller("private").ask({"op": "login", "args": args})) == []
