"""The contract as a class of tests: a user's own class names its signer and inherits one test for each check.

Nothing is checked here.
"""

from __future__ import annotations

from typing import Any, ClassVar

from .adapters import adapt
from .checks import CHECKS, run_check

__all__ = ["SignerContract"]


class SignerContract:
    """Ready-made tests for a signer: `class TestMySigner(SignerContract): sign = staticmethod(mybot.auth.sign)`.

    `sign` is a function (in a `staticmethod`), a class, an object or a module that signs calls, makes the login of the
    WebSocket, or does both; how it is called is found out (`contract.adapt`), and where its method has an unusual name,
    `method` says which. A failure is a request as small as possible, its diagnosis, and a line of Python that shows it
    again.
    """

    sign: ClassVar[Any]
    method: ClassVar[str] = ""

    def test_it_knows_the_answers_that_are_known(self) -> None:
        """Signatures that OKX's own documentation and others recorded."""
        self._fulfils(0)

    def test_it_agrees_with_okx_for_every_request(self) -> None:
        """Any documented call with any parameters, body and key."""
        self._fulfils(1)

    def test_it_signs_the_same_request_in_the_same_way(self) -> None:
        """Twice the same is the same."""
        self._fulfils(2)

    def test_it_keeps_nothing_between_calls(self) -> None:
        """What was signed before makes no difference."""
        self._fulfils(3)

    def test_it_gives_headers_that_can_be_sent(self) -> None:
        """Every header is text, not blank, and no "None" or "nan"; all four are there."""
        self._fulfils(4)

    def test_it_keeps_secrets_where_they_belong(self) -> None:
        """The secret key goes nowhere, the passphrase into its header alone."""
        self._fulfils(5)

    def test_it_makes_a_fresh_timestamp_for_each_call(self) -> None:
        """Where it makes them itself: they follow the clock."""
        self._fulfils(6)

    def test_it_is_taken_inside_the_window_alone(self) -> None:
        """Where it makes its timestamps itself: an exchange takes it up to 30 s apart, and refuses it beyond."""
        self._fulfils(7)

    def _fulfils(self, number: int) -> None:
        __tracebackhide__ = True
        for signer in adapt(type(self).sign, self.method).each:
            if finding := run_check(CHECKS[number], signer):
                raise AssertionError(str(finding))
