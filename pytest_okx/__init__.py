"""pytest-okx: a pytest plugin and a fake OKX exchange.

A table of contents: what is public, and the module that each name is in. pytest loads this package in every run of
every project that has it installed, so a name is imported when it is first asked for, not before.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from . import contract, faults, scenarios, strategies
    from .clock import Clock, frozen_world
    from .errors import OkxError
    from .exchange import Account, Exchange, Instrument
    from .server import OkxServer
    from .signing import Credentials

__all__ = [  # noqa: RUF022  # grouped by meaning
    # the server and what it is made of
    "OkxServer",
    "Exchange",
    "Account",
    "Instrument",
    "Credentials",
    # time
    "Clock",
    "frozen_world",
    # what goes wrong
    "OkxError",
    "faults",
    "scenarios",
    # for Hypothesis
    "strategies",
    "contract",
    # the package itself
    "__version__",
]

_MODULES = {
    "OkxServer": "server",
    "Exchange": "exchange",
    "Account": "exchange",
    "Instrument": "exchange",
    "Credentials": "signing",
    "Clock": "clock",
    "frozen_world": "clock",
    "OkxError": "errors",
    "faults": "faults",
    "scenarios": "scenarios",
    "strategies": "strategies",
    "contract": "contract",
}

if TYPE_CHECKING:
    __version__: str
else:  # hidden, or a type checker would believe that every name is there

    def __getattr__(name: str) -> object:
        if name == "__version__":
            value: object = import_module("importlib.metadata").version("pytest-okx")
        elif name in _MODULES:
            module = import_module(f".{_MODULES[name]}", __name__)
            value = module if name == _MODULES[name] else getattr(module, name)
        else:
            raise AttributeError(f"{__name__} has no attribute {name!r}: it offers {', '.join(__all__)}")
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
