"""`check-signer` without the printing: from PKG.MODULE:NAME to a verdict, line by line.

Knows neither the terminal nor the arguments of the command line.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterator
from typing import Any

from hypothesis import settings

from .adapters import Signer, adapt
from .checks import CHECKS, run_check
from .roles import Unusable

__all__ = ["find", "verdicts"]


def find(reference: str) -> Signer:
    """The adapter for what `PKG.MODULE:NAME` (or PKG.MODULE:CLASS.METHOD, or a module alone) names.

    Modules are looked for in the current folder, too. Raises `Unusable`, with what was seen and what is accepted.
    """
    module_name, _, name = reference.partition(":")
    if not module_name:
        raise Unusable(f"{reference!r} names no module: write PKG.MODULE:NAME")
    target: Any = _module(module_name)
    owner: Any = None
    for part in filter(None, name.split(".")):
        owner, target = target, _attribute(target, part, reference)
    # A plain function found in a class wants an object of that class.
    if isinstance(owner, type) and _is_method(owner, name.rpartition(".")[2]):
        return adapt(owner, name.rpartition(".")[2])
    return adapt(target)


def _module(name: str) -> Any:
    if (here := os.getcwd()) not in sys.path:
        sys.path.insert(0, here)
    try:
        return importlib.import_module(name)
    except Exception as error:  # an import runs whatever is in the module
        raise Unusable(f"{name} cannot be imported: {type(error).__name__}: {error}") from error


def _attribute(holder: Any, name: str, reference: str) -> Any:
    try:
        return getattr(holder, name)
    except AttributeError:
        there = ", ".join(each for each in dir(holder) if not each.startswith("_"))
        raise Unusable(f"{reference} is not there: of {name!r} nothing is known, but of {there}") from None


def _is_method(owner: type, name: str) -> bool:
    return not isinstance(vars(owner).get(name), (staticmethod, classmethod))


def verdicts(signer: Signer, *, examples: int = 200) -> Iterator[tuple[bool, str]]:
    """One line a check, as it is made: whether it went well, and what to print.

    The same signer gets the same requests in every run: CI must not fail by chance. `examples` is for the check that
    needs most; the others get a quarter.
    """
    profile = settings(derandomize=True, database=None)
    told: set[str] = set()
    for check in CHECKS:
        finding = run_check(check, signer, profile, examples=examples)
        if finding is None:
            yield True, f"ok      {check.name}"
            continue
        text = str(finding)
        yield False, f"FAILED  {check.name}" + ("" if finding.name in told else f"\n  {text}")
        told.add(finding.name)
