"""The house rules that a machine can hold: which way imports run, who may know what, and how long things get.

The list of layers below is the architecture. A module that is in no layer fails, so that each new one gets a place.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "pytest_okx"
TESTS = Path(__file__).parent

# From the bottom up. A module may import what stands in a lower layer; a package stands for all modules in it, which
# may import each other.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("clock", "errors", "environment", "options", "network", "surface"),
    ("signing", "messages", "tls"),
    ("diagnosis",),
    ("calls", "clients", "exchange", "http1", "websocket"),
    ("limits", "faults", "connection"),
    ("routing", "transport"),
    ("authentication", "feeds"),
    ("api",),
    ("v3", "audit"),
    ("gateway", "wsgi"),
    ("session",),
    ("server",),
    ("suite", "scenarios", "strategies"),
    ("contract",),
    ("plugin", "commands"),
    ("__main__",),
    ("__init__",),
)
# Modules that may know less than their layer, or nothing of the package.
NO_MORE_THAN: dict[str, set[str]] = {
    "http1": {"messages"},
    "websocket": {"messages"},
    "connection": {"clock", "http1", "messages", "websocket"},
    "transport": {"connection", "messages", "clock"},
    "wsgi": {"faults", "http1", "messages"},
}
# Who may import a module of the standard library, and why.
RESERVED: dict[tuple[str, ...], dict[str, str]] = {
    ("time",): {
        "clock": "the one place that asks the time",
        "commands.demo": "plays a client, which has a clock of its own",
    },
    ("socket", "asyncio", "select", "selectors", "ssl", "socketserver"): {
        "transport": "listens",
        "connection": "moves the bytes",
        "tls": "makes certificates, for contexts of ssl",
        "network": "guards the socket module",
        "contract.clients": "runs clients that are coroutines, each on a loop of its own",
        "contract.signers": "awaits signers that are coroutines",
    },
}
CURRENT_TIME = {"now", "utcnow", "today"}
MAX_MODULE_LINES = 400
MAX_FUNCTION_LINES = 50
# Tests that mirror no module, and why.
MIRRORS_NOTHING: dict[str, str] = {
    "test_layering.py": "rules for all modules",
    "test_exports.py": "the root of the package, __init__",
    "test_main.py": "__main__, whose underscores would not look like a test's name",
    "test_readme.py": "executes README.md",
    "test_determinism.py": "one day of a whole server, twice",
    "test_golden.py": "replays fixtures/ against all modules",
    "exchange/test_market_rules.py": "the properties of a market, over books, matching and tape",
    "exchange/test_money.py": "the properties of money, over accounts, ledger and desk",
    "test_captures.py": "holds signing and diagnosis against what real clients sent",
    "contract/test_databases.py": "the recipe for a fuzzing run on several machines, and what it rests on",
    "test_beside_others.py": "a suite that uses other plugins too",
    "test_robustness.py": "misbehaving clients against a whole server",
    "api/test_robustness.py": "sends nonsense to every endpoint of api/",
    "clients": "real SDKs against a whole server",
    "live": "the fake held against the real exchange",
    "bench": "measurements, run by hand",
}


def name_of(path: Path) -> str:
    """`exchange.orders` for pytest_okx/exchange/orders.py; `exchange` for its `__init__`; the root is `__init__`."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for path in sorted(PACKAGE.rglob("*.py"))}


@cache
def tree_of(module: str) -> ast.Module:
    return ast.parse(MODULES[module].read_text(encoding="utf-8"))


def base_of(module: str, level: int) -> list[str]:
    """What `level` dots mean in `module`."""
    parts = [] if module == "__init__" else module.split(".")
    drop = level - 1 if MODULES[module].name == "__init__.py" else level
    return parts[: len(parts) - drop]


def imported(module: str) -> set[str]:
    """The modules of the package that `module` imports: at its top, inside functions, and for types alone."""
    found = set()
    for node in ast.walk(tree_of(module)):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = [*base_of(module, node.level), *(node.module or "").split(".")]
            prefix = ".".join(filter(None, base))
            for alias in node.names:
                whole = f"{prefix}.{alias.name}" if prefix else alias.name
                found.add(whole if whole in MODULES else prefix or "__init__")
    return found


def imported_from_outside(module: str) -> Iterator[str]:
    """The top-level names of what `module` imports absolutely."""
    for node in ast.walk(tree_of(module)):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield (node.module or "").split(".")[0]


def home(module: str) -> str:
    """The name under which a module stands in the layers."""
    return module.split(".")[0]


def layer(module: str) -> int | None:
    return next((number for number, names in enumerate(LAYERS) if home(module) in names), None)


def upward(module: str) -> list[str]:
    """What is wrong with the imports of `module`, one sentence each."""
    place = layer(module)
    if place is None:
        return [f"{module} is in no layer: give it a place in LAYERS"]
    wrong = []
    for other in sorted(imported(module)):
        there = layer(other)
        if home(other) != home(module) and (there is None or there >= place):
            wrong.append(f"{module} imports {other}, which stands no lower than itself")
    return wrong


# --- imports -----------------------------------------------------------------------------------------------------


def test_imports_run_downwards() -> None:
    assert [sentence for module in MODULES for sentence in upward(module)] == []


def test_the_layers_list_no_module_that_is_gone() -> None:
    assert {name for names in LAYERS for name in names} - {home(module) for module in MODULES} == set()


@pytest.mark.parametrize(("module", "allowed"), NO_MORE_THAN.items(), ids=NO_MORE_THAN)
def test_some_modules_know_less_than_their_layer(module: str, allowed: set[str]) -> None:
    assert imported(module) <= allowed


def test_imports_inside_the_package_are_relative() -> None:
    assert [module for module in MODULES if "pytest_okx" in imported_from_outside(module)] == []


def test_no_module_imports_itself_by_a_detour() -> None:
    # A package imports its modules, and they import each other: so it is not asked of packages.
    modules = [module for module, path in MODULES.items() if path.name != "__init__.py"]
    assert [module for module in modules if module in loaded_with(module)] == []


def loaded_with(module: str) -> set[str]:
    """What is imported, directly or not, when `module` is loaded."""
    seen: set[str] = set()
    waiting = imported_when_loaded(module)
    while waiting:
        other = waiting.pop()
        if other not in seen:
            seen.add(other)
            waiting |= imported_when_loaded(other)
    return seen


def imported_when_loaded(module: str) -> set[str]:
    """What `module` imports as it is loaded, packages left out."""
    return {other for other in imported(module) if MODULES[other].name != "__init__.py"} - type_only(module)


def type_only(module: str) -> set[str]:
    """The modules that `module` imports under `if TYPE_CHECKING` alone, by the names of `from` statements."""
    found = set()
    for node in tree_of(module).body:
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            for inner in node.body:
                if isinstance(inner, ast.ImportFrom) and inner.level:
                    found.add(".".join([*base_of(module, inner.level), inner.module or ""]))
    return found


# --- who may know what -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("names", "knowers"), RESERVED.items(), ids=[names[0] for names in RESERVED])
def test_some_of_the_standard_library_is_reserved(names: tuple[str, ...], knowers: dict[str, str]) -> None:
    users = {module for module in MODULES if not set(names).isdisjoint(imported_from_outside(module))}
    assert users - set(knowers) == set()
    assert set(knowers) - users == set(), "they do not need it any more: take them off the list"


def test_only_the_clock_asks_for_the_current_time() -> None:
    asked = [
        f"{module}:{node.lineno} {ast.unparse(node)}"
        for module in MODULES
        for node in ast.walk(tree_of(module))
        if isinstance(node, ast.Attribute)
        and node.attr in CURRENT_TIME
        and ast.unparse(node.value) in ("datetime", "date")
    ]
    assert asked == []


def test_only_the_command_line_prints() -> None:
    calls = (
        (module, node.func) for module in MODULES for node in ast.walk(tree_of(module)) if isinstance(node, ast.Call)
    )
    assert {module for module, called in calls if isinstance(called, ast.Name) and called.id == "print"} <= {
        module for module in MODULES if module.startswith("commands.")
    }


# --- how they look -----------------------------------------------------------------------------------------------


def test_module_opens_with_its_docstring() -> None:
    assert [module for module in MODULES if not ast.get_docstring(tree_of(module))] == []


def test_annotations_are_text() -> None:
    seconds = {module: [ast.unparse(node) for node in tree_of(module).body[1:2]] for module in MODULES}
    assert [
        name for name, second in seconds.items() if second not in ([], ["from __future__ import annotations"])
    ] == []


def test_modules_are_short() -> None:
    lengths = {module: len(path.read_text(encoding="utf-8").splitlines()) for module, path in MODULES.items()}
    assert {module: lines for module, lines in lengths.items() if lines > MAX_MODULE_LINES} == {}


def test_functions_are_short() -> None:
    lengths = {
        f"{module}.{node.name} in line {node.lineno}": (node.end_lineno or 0) - node.lineno + 1
        for module in MODULES
        for node in ast.walk(tree_of(module))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    }
    assert {name: lines for name, lines in lengths.items() if lines > MAX_FUNCTION_LINES} == {}


# --- tests -------------------------------------------------------------------------------------------------------


def test_test_modules_mirror_modules() -> None:
    tests = [path.relative_to(TESTS) for path in TESTS.rglob("test_*.py")]
    assert [path.as_posix() for path in tests if not mirrors(path)] == []


def mirrors(test: Path) -> bool:
    """Whether there is a module or a package that the test is named after, or an excuse."""
    module = PACKAGE / test.with_name(test.name.removeprefix("test_"))
    package = PACKAGE / test.parent / test.stem.removeprefix("test_")
    excused = {test.as_posix(), test.parts[0]} & set(MIRRORS_NOTHING)
    return bool(excused) or module.exists() or (package / "__init__.py").exists()


@pytest.mark.parametrize("path", MIRRORS_NOTHING)
def test_excuses_are_for_tests_that_are_there(path: str) -> None:
    assert (TESTS / path).exists()


# --- the rules themselves ----------------------------------------------------------------------------------------


@pytest.fixture
def pretended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A package of three modules in the place of this one."""
    for name in ("exchange/__init__.py", "exchange/orders.py", "server.py", "stray.py"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("")
    monkeypatch.setitem(globals(), "PACKAGE", tmp_path)
    monkeypatch.setitem(globals(), "MODULES", {name_of(path): path for path in tmp_path.rglob("*.py")})
    tree_of.cache_clear()
    yield tmp_path
    tree_of.cache_clear()


@pytest.mark.parametrize(
    ("file", "text", "wrong"),
    [
        ("exchange/orders.py", "from ..server import OkxServer", ["exchange.orders imports server, "]),
        ("exchange/orders.py", "def f():\n    from .. import server", ["exchange.orders imports server, "]),
        ("exchange/orders.py", "from . import fees", []),
        ("exchange/orders.py", "from .. import __version__", ["exchange.orders imports __init__, "]),
        ("exchange/__init__.py", "from ..server import OkxServer", ["exchange imports server, "]),
        ("exchange/__init__.py", "from .orders import Order", []),
        ("server.py", "from .exchange.orders import Order", []),
        ("server.py", "from . import stray", ["server imports stray, "]),
        ("stray.py", "", ["stray is in no layer: "]),
    ],
)
def test_an_upward_import_is_found_and_both_are_named(pretended: Path, file: str, text: str, wrong: list[str]) -> None:
    (pretended / file).write_text(text)
    found = upward(name_of(pretended / file))
    assert len(found) == len(wrong)
    for sentence, pattern in zip(found, wrong, strict=True):
        assert sentence.startswith(pattern)
