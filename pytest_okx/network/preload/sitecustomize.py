"""What a child process in Python loads as it starts, where PYTHONPATH names this folder: the detour to its fake.

Not every client asks a proxy (aiohttp and ccxt do not), nor every one a variable whom to trust. The child may be of
another environment, without this package: what is needed of it is loaded from where this file is, by another name.
"""

from __future__ import annotations

import json
import os
import ssl
import sys
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

__all__: list[str] = []

_HERE = Path(__file__).resolve().parent
_PACKAGE = _HERE.parent.parent
_NAME = "_pytest_okx"


def _load(spec: ModuleSpec | None) -> None:
    if spec is not None and spec.loader is not None:
        sys.modules[spec.name] = module_from_spec(spec)
        spec.loader.exec_module(sys.modules[spec.name])


def _take_the_detour(fake: dict[str, Any]) -> None:
    def trust(context: ssl.SSLContext) -> None:
        context.load_verify_locations(cafile=fake["ca"])

    _load(spec_from_file_location(_NAME, _PACKAGE / "__init__.py", submodule_search_locations=[str(_PACKAGE)]))
    import_module(f"{_NAME}.network").Detour((fake["host"], fake["port"]), trust).install()


def _go_on() -> None:
    """Load the `sitecustomize` in whose place this one stands, if there is one."""
    others = [folder for folder in sys.path if Path(folder).resolve() != _HERE]
    _load(PathFinder.find_spec("sitecustomize", others))


if "PYTEST_OKX_FAKE" in os.environ:
    _take_the_detour(json.loads(os.environ["PYTEST_OKX_FAKE"]))
_go_on()
