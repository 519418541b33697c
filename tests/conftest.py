"""How thoroughly the properties of this suite are tried, and what keeps it quick.

`pytest --hypothesis-profile=default` tries them more. Where `CI` is set each run tries the same examples, so that it
fails for a change alone; a developer's tries others each time. No example has a deadline: a busy machine is no defect.
"""

from __future__ import annotations

import gc
import os
from contextlib import suppress
from importlib import import_module

import pytest
from hypothesis import settings

settings.register_profile("suite", max_examples=25, deadline=None, derandomize="CI" in os.environ)
settings.load_profile("suite")

# Modules in C: trustme's cryptography, and those that the guard patches. Imported first inside a run of pytester they
# would be imported anew after it, for pytester forgets the modules that came with a run; then classes do not know each
# other, and some refuse.
for name in ("trustme", "aiodns", "uvloop"):
    with suppress(ImportError):  # there is no uvloop for Windows
        import_module(name)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The one flag of this suite."""
    text = (
        "hold the fake against the real OKX, with a key of demo trading in OKX_API_KEY, OKX_SECRET_KEY, OKX_PASSPHRASE"
    )
    parser.addoption("--okx-live", action="store_true", help=text)


def pytest_collection_finish() -> None:
    """Let no collection look at the suite itself again: many tests, and each run of pytester, collect all garbage."""
    _leave_out_what_lives()


@pytest.fixture(scope="module")
def quick_collections() -> None:
    """For a module whose tests collect all garbage, each: let them not look at what earlier modules left alive."""
    _leave_out_what_lives()


def _leave_out_what_lives() -> None:
    gc.collect()
    gc.freeze()
