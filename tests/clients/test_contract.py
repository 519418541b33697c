"""The contract for clients says of real ones what is true of them, and no more."""

from __future__ import annotations

import ssl
from functools import cache
from typing import Any

import pytest

from pytest_okx.contract import CLIENT_CHECKS, Untested, run_client_check
from pytest_okx.contract.client_orders import orders_once_when_late
from tests.clients.adapters import CcxtAsync, CcxtSync, PythonOkx
from tests.clients.contract_findings import CLIENTS, FINDINGS

# python-okx makes its timestamps with datetime.utcnow() and posts with a keyword that httpx has deprecated.
pytestmark = [
    pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning"),
]


@pytest.fixture(autouse=True)
def _certificates_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """These clients read all authorities whenever one is made, and speak no TLS here."""
    monkeypatch.setattr(ssl, "create_default_context", cache(ssl.create_default_context))


@pytest.mark.parametrize("kind", [PythonOkx, CcxtSync, CcxtAsync])
def test_what_is_found_is_what_is_told(kind: Any) -> None:
    told = {row.check: row.sentence for row in FINDINGS if kind in CLIENTS[row.client]}
    found = {}
    for check in CLIENT_CHECKS:
        try:
            if finding := run_client_check(check, kind):
                found[check.name] = str(finding)
        except Untested:
            assert "connect" in check.needs or check.run is orders_once_when_late
    assert list(found) == list(told)
    assert [name for name, sentence in told.items() if sentence not in found[name]] == []
