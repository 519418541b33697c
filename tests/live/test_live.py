"""The fake held against the real exchange, case by case: `pytest --okx-live tests/live`.

Without that flag nothing is sent anywhere, and these tests are skipped.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pytest_okx import OkxServer

from .cases import CASES, Case
from .comparing import differences
from .sides import Side, fake_side, real_side


@pytest.fixture(scope="module")
def real(request: pytest.FixtureRequest) -> Iterator[Side]:
    if not request.config.getoption("--okx-live"):
        pytest.skip("asks the real exchange: give --okx-live and a key of demo trading")
    with real_side() as side:
        yield side


@pytest.mark.okx(guard=False, strict=False)  # a path that OKX does not know is asked for too
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_fake_answers_as_okx_does(case: Case, real: Side, okx_server: OkxServer) -> None:
    with fake_side(okx_server) as fake:
        found = differences(list(case.ask(real)), list(case.ask(fake)), case.words, full=case.full)
    assert found == [], "\n".join([case.name, *found])
