"""What a check found, as people read it: the request, what is wrong, why, and a line that shows it again.

Keys in it were made up for the purpose. Knows no check and no signer's shape.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from textwrap import indent
from typing import Final

from ..diagnosis import Diagnosis, diagnose
from .cases import Case, Output
from .outputs import Broken
from .signers import Signer

__all__ = ["Failure", "Finding"]

# More would take longer and explain no more.
_MOST_DIAGNOSED: Final = 20
_IGNORED: Final = "secret-ignored"
_IGNORED_SENTENCE: Final = (
    "the secret that was given makes no difference: the signature is made with another-secret, or with none"
)
# What a line needs besides the signer.
_IMPORTS: Final = {
    "asyncio.run(": "import asyncio; ",
    "(requests.": "import requests; ",
    "httpx.Request(": "import httpx; ",
    "built(lambda": "from pytest_okx.contract import built; ",
    "login_by(": "from pytest_okx.contract import login_by; ",
    "signed_by(": "from pytest_okx.contract import signed_by; ",
    "with_globals(": "from pytest_okx.contract import with_globals; ",
    "=Keyring(": "from pytest_okx.contract import Keyring; ",
}


@dataclass(frozen=True, slots=True)
class Failure:
    """One request that went wrong, and how; with the output and the signature that was expected, where it signed.

    `earlier` are timestamps that were signed before.
    """

    case: Case
    problem: str
    output: Output | None = None
    expected: str = ""
    earlier: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing that is wrong, on the smallest request that shows it; with its diagnosis, where it signed."""

    failure: Failure
    diagnosis: Diagnosis | None

    @property
    def name(self) -> str:
        """The mistakes, or the problem where none is known."""
        return " + ".join(self.diagnosis.mistakes if self.diagnosis else ()) or self.failure.problem


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: the likeliest cause, and others that other requests show."""

    signer: Signer
    causes: tuple[Cause, ...]

    @classmethod
    def of(cls, signer: Signer, failures: Sequence[Failure]) -> Finding:
        """The finding for failures, at least one, the smaller ones last.

        A request can be so small that several mistakes explain it, so the cause that explains most requests is first.
        """
        causes = [Cause(each, _diagnosis(signer, each)) for each in failures[::-1][:_MOST_DIAGNOSED]]
        votes = Counter(cause.name for cause in causes)
        likely = sorted(votes, key=lambda name: -votes[name])
        return cls(signer, tuple(next(cause for cause in causes if cause.name == name) for name in likely))

    @property
    def name(self) -> str:
        """What two findings have in common that need not both be told in full: the likeliest cause."""
        return self.causes[0].name

    @property
    def failure(self) -> Failure:
        """The request to show."""
        return self.causes[0].failure

    def __str__(self) -> str:
        first, *others = self.causes
        lines = [f"{self.signer.name}: {first.failure.problem}", f"  request: {first.failure.case}"]
        if first.diagnosis is not None:
            lines += indent(f"diagnosis: {first.diagnosis}", "  ").splitlines()
        lines.append(f"  again: {self._again()}")
        lines += [f"  also: {other.name}, by {other.failure.case}" for other in others]
        return "\n".join(lines)

    def _again(self) -> str:
        module, _, rest = self.signer.name.partition(":")
        expected = f"  # OKX expects {self.failure.expected}" if self.failure.expected else ""
        call = self.signer.python(self.failure.case)
        needs = "".join(statement for sign, statement in _IMPORTS.items() if sign in call)
        return f"{needs}from {module} import {rest.partition('.')[0]}; print({call}){expected}"


def _diagnosis(signer: Signer, failure: Failure) -> Diagnosis | None:
    output = failure.output
    if output is None:
        return None
    found = diagnose(
        output.signature,
        timestamp=output.timestamp,
        method=output.method,
        target=output.target,
        body=output.body,
        credentials=failure.case.credentials,
        earlier=failure.earlier,
    )
    if found.explained or not _ignores_the_secret(signer, failure.case, output):
        return found
    return replace(found, mistakes=(_IGNORED,), evidence=_IGNORED_SENTENCE)


def _ignores_the_secret(signer: Signer, case: Case, output: Output) -> bool:
    """Whether the same request has the same signature with another secret: a signer alone can be asked that."""
    other = replace(case.credentials, secret_key=case.credentials.secret_key[::-1] + "0")
    try:
        return signer.sign(replace(case, credentials=other)) == output
    except Broken:
        return False
