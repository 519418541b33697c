"""The root of the package: every public name is there, and none costs anything before it is asked for."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys

import pytest

import pytest_okx

HEAVY = (
    "asyncio",
    "decimal",
    "freezegun",
    "http.client",
    "httptools",
    "hypothesis",
    "importlib.resources",
    "pytest_okx.catalogue",
    "pytest_okx.clock",
    "pytest_okx.exchange",
    "pytest_okx.network",
    "pytest_okx.server",
    "socket",
    "ssl",
    "trustme",
    "websockets",
    "werkzeug",
)


@pytest.mark.parametrize("name", pytest_okx.__all__)
def test_public_name_is_there_and_stays_the_same(name: str) -> None:
    value = getattr(pytest_okx, name)
    assert value is not None
    assert getattr(pytest_okx, name) is value
    assert name in dir(pytest_okx)


def test_public_names_are_those_of_the_table() -> None:
    assert set(pytest_okx._MODULES) | {"__version__"} == set(pytest_okx.__all__)


def test_names_come_from_the_module_that_the_table_says() -> None:
    from pytest_okx import OkxError, OkxServer, faults

    assert OkxServer.__module__ == "pytest_okx.server"
    assert OkxError.__module__ == "pytest_okx.errors"
    assert faults is sys.modules["pytest_okx.faults"]


def test_star_gives_the_public_names() -> None:
    namespace: dict[str, object] = {}
    exec("from pytest_okx import *", namespace)
    assert set(pytest_okx.__all__) <= set(namespace)


def test_version_is_that_of_the_distribution() -> None:
    assert pytest_okx.__version__ == importlib.metadata.version("pytest-okx")


def test_unknown_name_is_told_what_there_is() -> None:
    with pytest.raises(AttributeError) as caught:
        pytest_okx.OkxSever  # type: ignore[attr-defined]  # noqa: B018
    assert str(caught.value) == f"pytest_okx has no attribute 'OkxSever': it offers {', '.join(pytest_okx.__all__)}"


def modules_after(*statements: str) -> set[str]:
    """The modules that a fresh interpreter has imported after `statements`, but for those of pytest itself."""
    program = "; ".join(
        ["import sys, pytest", "before = set(sys.modules)", *statements, "print(*set(sys.modules) - before)"]
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    return set(done.stdout.split())


def test_plugin_imports_nothing_heavy() -> None:
    imported = modules_after("import pytest_okx.plugin")
    assert imported.isdisjoint(HEAVY)
    assert {name for name in imported if name.startswith("pytest_okx")} == {
        "pytest_okx",
        "pytest_okx.options",
        "pytest_okx.plugin",
    }


def test_asking_for_a_name_imports_its_module_alone() -> None:
    imported = modules_after("import pytest_okx", "pytest_okx.OkxError")
    assert {name for name in imported if name.startswith("pytest_okx.")} == {"pytest_okx.errors"}
