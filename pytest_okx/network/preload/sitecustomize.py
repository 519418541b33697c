"""What a child process in Python loads as it starts, where PYTHONPATH names this folder: the detour to its fake.

Not every client asks a proxy (aiohttp and ccxt do not), nor every one a variable whom to trust. The child may be of
another environment, without this package: what is needed of it is loaded from where this file is, by another name.
"""

from __future__ import annotations

import os
import ssl
import sys
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

__all__: list[str] = []

_HERE = Path(__file__).resolve().parent
_PACKAGE = _HERE.parent.parent
_NAME = "_pytest_okx"


def _load(spec: ModuleSpec | None) -> None:
    if spec is not None and spec.loader is not None:
        sys.modules[spec.name] = module_from_spec(spec)
        spec.loader.exec_module(sys.modules[spec.name])


def _trust(context: ssl.SSLContext) -> None:
    context.load_verify_locations(cafile=os.environ["PYTEST_OKX_CA"])


def _take_the_detour(host: str, port: str) -> None:
    _load(spec_from_file_location(_NAME, _PACKAGE / "__init__.py", submodule_search_locations=[str(_PACKAGE)]))
    import_module(f"{_NAME}.network").Detour((host, int(port)), _trust).install()


def _go_on() -> None:
    """Load the `sitecustomize` in whose place this one stands, if there is one."""
    others = [folder for folder in sys.path if Path(folder).resolve() != _HERE]
    _load(PathFinder.find_spec("sitecustomize", others))


_host, _, _port = os.environ.get("PYTEST_OKX_FAKE", "").rpartition(":")
if _host:
    _take_the_detour(_host, _port)
_go_on()
