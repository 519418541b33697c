"""`check-signer` without the printing: from PKG.MODULE:NAME to a verdict, line by line.

Knows neither the terminal nor the arguments of the command line.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from unittest import SkipTest

from hypothesis import settings
from hypothesis.errors import DeadlineExceeded, InvalidArgument

from .adapters import adapt
from .checks import CHECKS, run_check
from .references import module_of, named
from .roles import Unusable
from .signers import Signer

__all__ = ["find", "profile_of", "verdicts"]

_EXAMPLES: Final = 200
_DEADLINE_MS: Final = 2000


def find(reference: str) -> Signer:
    """The adapter for what `PKG.MODULE:NAME` (or PKG.MODULE:CLASS.METHOD, or a module alone) names.

    Modules are looked for in the current folder, too. Raises `Unusable`, with what was seen and what is accepted.
    """
    try:
        owner, target = named(reference)
    except ValueError as error:
        raise Unusable(str(error)) from error
    name = reference.rpartition(":")[2].rpartition(".")[2]
    # A plain function found in a class wants an object of that class.
    if isinstance(owner, type) and _is_method(owner, name):
        return adapt(owner, name)
    return adapt(target)


def profile_of(reference: str) -> settings:
    """The settings profile that `[PKG.MODULE:]NAME` names: Hypothesis' own, or one that the module registers.

    Raises ValueError with a sentence where there is none.
    """
    module_name, _, name = reference.rpartition(":")
    try:
        if module_name:
            module_of(module_name)
        return settings.get_profile(name)
    except ImportError as error:
        raise ValueError(str(error)) from error
    except InvalidArgument as error:
        raise ValueError(
            f"no settings profile {name!r} is registered: write PKG.MODULE:NAME, with the module that calls "
            f"settings.register_profile({name!r}, ...)"
        ) from error


def _is_method(owner: type, name: str) -> bool:
    return not isinstance(vars(owner).get(name), (staticmethod, classmethod))


def verdicts(
    signer: Signer, *, examples: int | None = None, profile: settings | None = None
) -> Iterator[tuple[bool, str]]:
    """One line a check, as it is made: whether it went well, and what to print.

    Without a `profile` the same signer gets the same requests in every run: CI must not fail by chance. `examples` is
    for the check that needs most, the others get a quarter; None: 200, or as many as the profile says.
    """
    if profile is None:
        examples = examples or _EXAMPLES
        profile = settings(derandomize=True, database=None, deadline=_DEADLINE_MS)
    told: set[str] = set()
    for check in CHECKS:
        try:
            finding = run_check(check, signer, profile, examples=examples)
        except SkipTest:  # the profile has no phase that makes requests, and its database has none
            yield True, f"skipped {check.name}"
            continue
        except DeadlineExceeded as late:
            yield False, f"FAILED  {check.name}\n  {signer.name}: {late}"
            continue
        if finding is None:
            yield True, f"ok      {check.name}"
            continue
        text = str(finding)
        yield False, f"FAILED  {check.name}" + ("" if finding.name in told else f"\n  {text}")
        told.add(finding.name)
