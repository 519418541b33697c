"""The errors of what is refused."""

from __future__ import annotations

import pytest

from pytest_okx.network import ElsewhereRefused, RealExchangeRefused


@pytest.mark.parametrize("error", [RealExchangeRefused, ElsewhereRefused])
def test_the_error_is_none_that_clients_retry(error: type[Exception]) -> None:
    assert not issubclass(error, OSError)
