"""Every wrong signer that the diagnosis knows is found by the contract, with its mistake named."""

from __future__ import annotations

import pytest
from hypothesis import settings

from pytest_okx.contract import CHECKS, adapt, run_check
from tests.wrong_signers import WRONG_SIGNERS


@pytest.mark.parametrize("name", WRONG_SIGNERS)
def test_every_wrong_signer_is_failed_and_its_mistake_named(name: str) -> None:
    wrong = WRONG_SIGNERS[name]
    signer, profile = adapt(wrong.given), settings(derandomize=True, database=None)
    found = [str(finding) for check in CHECKS[:2] if (finding := run_check(check, signer, profile, examples=5))]
    assert found
    assert all(mistake in "\n".join(found) for mistake in wrong.mistakes)
