"""The contract for clients as a class of tests, and line by line for the command line.

Nothing is checked here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import pytest

from .client_checks import CLIENT_CHECKS, ClientCheck, run_client_check
from .client_trials import Untested
from .clients import MakeClient, UnusableClient
from .references import named

__all__ = ["ClientContract", "client_verdicts", "find_client"]


@pytest.mark.okx
class ClientContract:
    """Ready-made tests for a client: `class TestMyBot(ClientContract): make_client = staticmethod(mybot.make_client)`.

    `make_client(server)` gives the client; which of `METHODS` it has decides what is tested, and the rest is skipped
    with its reason. A failure says what the client did, why it matters, and how to see it again. The marker has the
    guard stand that keeps a suite off the real exchange.
    """

    make_client: ClassVar[Any]

    @pytest.mark.parametrize("check", CLIENT_CHECKS, ids=[check.name for check in CLIENT_CHECKS])
    def test_it(self, check: ClientCheck) -> None:
        """One test for each check."""
        __tracebackhide__ = True
        try:
            finding = run_client_check(check, type(self).make_client)
        except Untested as untested:
            pytest.skip(str(untested))
        if finding is not None:
            raise AssertionError(str(finding))


def find_client(reference: str) -> MakeClient:
    """What makes a client, by `PKG.MODULE:NAME`; a module alone stands for its `make_client`.

    Raises `UnusableClient` with a sentence where there is nothing of the kind.
    """
    try:
        _, target = named(reference if ":" in reference else f"{reference}:make_client")
    except ValueError as error:
        raise UnusableClient(str(error)) from error
    if not callable(target):
        raise UnusableClient(f"{reference} is {target!r}: name a function that takes a server and gives a client")
    make: MakeClient = target
    return make


def client_verdicts(make: MakeClient) -> Iterator[tuple[bool, str]]:
    """One line a check, as it is made: whether it went well, and what to print."""
    for check in CLIENT_CHECKS:
        try:
            finding = run_client_check(check, make)
        except Untested as untested:
            yield True, f"skipped {check.name}: {untested}"
            continue
        yield finding is None, f"ok      {check.name}" if finding is None else f"FAILED  {check.name}\n  {finding}"
