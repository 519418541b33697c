"""Asking for a diagnosis of what a signer makes of a sample, for the tests of this folder."""

from __future__ import annotations

from typing import Any

from pytest_okx.diagnosis import Diagnosis, diagnose
from tests.wrong_signers import OTHER, OWN, Sample, Signer

__all__ = ["asked", "of_signer"]


def asked(signature: str, sample: Sample, **more: Any) -> Diagnosis:
    """The diagnosis of a signature that came with a sample."""
    arguments: dict[str, Any] = {"credentials": OWN, "others": (OWN, OTHER)}
    return diagnose(
        signature,
        timestamp=sample.timestamp,
        method=sample.method,
        target=sample.path,
        body=sample.body.encode(),
        **arguments | more,
    )


def of_signer(sign: Signer, sample: Sample, **more: Any) -> Diagnosis:
    """The diagnosis of what a signer makes of a sample."""
    signature = sign(sample.timestamp, sample.method, sample.path, sample.body, OWN.secret_key)
    return asked(signature, sample, **more)
