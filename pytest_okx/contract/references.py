"""From PKG.MODULE:NAME, as people write it on a command line, to what it names.

Modules are looked for in the current folder, too. Knows nothing of what is looked for.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

__all__ = ["module_of", "named"]


def named(reference: str) -> tuple[Any, Any]:
    """What `PKG.MODULE:NAME` names, and the class or module that holds it (None: it is a module itself).

    Raises ValueError with a sentence where there is nothing of that name.
    """
    module_name, _, name = reference.partition(":")
    if not module_name:
        raise ValueError(f"{reference!r} names no module: write PKG.MODULE:NAME")
    try:
        target: Any = module_of(module_name)
    except ImportError as error:
        raise ValueError(str(error)) from error
    owner: Any = None
    for part in filter(None, name.split(".")):
        owner, target = target, _attribute(target, part, reference)
    return owner, target


def module_of(name: str) -> Any:
    """A module by its name. Raises ImportError with a sentence."""
    if (here := os.getcwd()) not in sys.path:
        sys.path.insert(0, here)
    try:
        return importlib.import_module(name)
    except Exception as error:  # an import runs whatever is in the module
        raise ImportError(f"{name} cannot be imported: {type(error).__name__}: {error}") from error


def _attribute(holder: Any, name: str, reference: str) -> Any:
    try:
        return getattr(holder, name)
    except AttributeError:
        there = ", ".join(each for each in dir(holder) if not each.startswith("_"))
        raise ValueError(f"{reference} is not there: of {name!r} nothing is known, but of {there}") from None
