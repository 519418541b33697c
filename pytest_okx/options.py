"""What a suite says about its servers: ini keys, flags, the marker `okx`, and which of them wins.

Tables and pure functions over what pytest has read. pytest imports this module in every run of every project that has
the package installed, so it imports nothing but pytest; it starts no server and knows no fixture.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import pytest

__all__ = [
    "MARKER_ARGUMENTS",
    "OPTIONS",
    "SERVER_ARGUMENTS",
    "TIMESTAMP_FORMATS",
    "Arguments",
    "markers",
    "merged",
    "problems",
    "read",
]

# These two stand here as text because importing the originals would cost every pytest run; a test compares them.
SERVER_ARGUMENTS = (
    "host",
    "port",
    "clock",
    "skew",
    "credentials",
    "balances",
    "timestamp_formats",
    "timestamp_window",
    "rate_limits",
    "book_checksums",
    "strict",
    "faults",
    "tls",
    "seed",
    "max_calls",
    "control",
)
TIMESTAMP_FORMATS = ("iso8601", "unix_ms", "unix_s")

# What a marker may say beside them, and what it may be.
_OF_TESTS: dict[str, tuple[tuple[object, ...], str]] = {
    "audit": (("off", "report", "fail"), "'off', 'report' or 'fail'"),
    "isolated": ((True, False), "True or False"),
    "guard": ((True, False), "True or False"),
}
MARKER_ARGUMENTS = (*SERVER_ARGUMENTS, *_OF_TESTS)
# Two ways to say the same: the closer one hides the farther one, which OkxServer would refuse to take together.
_RIVALS = {"clock": "skew", "skew": "clock"}
_TRUTHS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
_GUARDS = {"auto": "auto", "on": "on", "off": "off"}
_AUDITS = {"off": "off", "report": "report", "fail": "fail"}

Arguments = Mapping[str, Any]


def _truth(text: str) -> bool:
    return _TRUTHS[text.lower()]


def _guard(text: str) -> str:
    return _GUARDS[text.lower()]


def _audit(text: str) -> str:
    return _AUDITS[text.lower()]


def _formats(text: str) -> tuple[str, ...]:
    names = tuple(re.findall(r"[^\s,]+", text))
    if not names or not set(names) <= set(TIMESTAMP_FORMATS):
        raise ValueError(names)
    return names


def _seconds(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(value)
    return value


def _window(text: str) -> float | None:
    value = None if text.lower() == "none" else _seconds(text)
    if value is not None and value < 0:
        raise ValueError(value)
    return value


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise ValueError(value)
    return value


class Option(NamedTuple):
    """The ini key `okx_<name>` and its flag. `read` raises KeyError or ValueError for a text that is not `allowed`."""

    name: str
    read: Callable[[str], object]
    allowed: str
    help: str
    ini_type: Any = "string"

    @property
    def key(self) -> str:
        """The ini key, and where pytest keeps the value of the flag."""
        return f"okx_{self.name}"

    @property
    def flag(self) -> str:
        """The flag on pytest's command line."""
        return f"--{self.key.replace('_', '-')}"


_FORMATS = f"one or more of {', '.join(TIMESTAMP_FORMATS)}"
OPTIONS = (
    Option("strict", _truth, "true or false", "whether unmet expectations fail a test at its teardown", "bool"),
    Option("guard", _guard, "auto, on or off", "keeps the suite off the real OKX; auto: once a test uses okx"),
    Option("audit", _audit, "off, report or fail", "what becomes of bad manners that the log of a test shows"),
    Option("isolated", _truth, "true or false", "whether okx_network lets nothing but OKX's hosts be reached", "bool"),
    Option("timestamp_formats", _formats, _FORMATS, "how a client may write its timestamps", "args"),
    Option("timestamp_window", _window, "seconds from 0 up, or none", "how far a timestamp may be off"),
    Option("rate_limits", _truth, "true or false", "whether calls beyond OKX's rate limits are refused", "bool"),
    Option("tls", _truth, "true or false", "whether servers speak https and wss; needs the extra tls", "bool"),
    Option("skew", _seconds, "seconds, such as 2 or -0.5", "how far the exchange's clock is ahead"),
    Option("seed", int, "a whole number", "what prices and identifiers are made from"),
    Option("max_calls", _count, "a whole number from 1 up", "how many calls the log of a server holds"),
)


def read(config: pytest.Config) -> dict[str, Any]:
    """The options that were given, by name; a flag beats its ini key. Raises pytest.UsageError for a bad value."""
    values = {}
    for option in OPTIONS:
        source, raw = option.flag, config.getoption(option.key)
        if raw is None:
            source, raw = f"the ini key {option.key}", _ini(config, option)
        if raw is not None:
            values[option.name] = _value(option, source, raw)
    return values


def _ini(config: pytest.Config, option: Option) -> object:
    try:
        return config.getini(option.key)
    except (TypeError, ValueError, pytest.UsageError) as error:  # which one depends on pytest's version
        raise pytest.UsageError(f"the ini key {option.key} cannot be read ({error}): give {option.allowed}") from None


def _value(option: Option, source: str, raw: object) -> object:
    text = " ".join(raw) if isinstance(raw, list) else str(raw).strip()
    try:
        return option.read(text)
    except (KeyError, ValueError):
        raise pytest.UsageError(f"{source} is {text!r}: give {option.allowed}") from None


def markers(item: pytest.Item) -> list[Arguments]:
    """What the markers of a test say, the closest one first."""
    return [marker.kwargs for marker in item.iter_markers("okx")]


def problems(item: pytest.Item) -> Iterator[str]:
    """What is wrong with the markers of a test, one sentence each."""
    for marker in item.iter_markers("okx"):
        unknown = [name for name in marker.kwargs if name not in MARKER_ARGUMENTS]
        bad = [name for name in _OF_TESTS if name in marker.kwargs and not _makes_sense(name, marker.kwargs[name])]
        if marker.args:
            wrong = f"takes keyword arguments only, not {', '.join(map(repr, marker.args))}"
        elif unknown:
            wrong = f"has no argument {', '.join(map(repr, unknown))}"
        elif bad:
            wrong = f"takes {_OF_TESTS[bad[0]][1]} as {bad[0]}, not {marker.kwargs[bad[0]]!r}"
        else:
            continue
        yield f"{item.nodeid}: @pytest.mark.okx {wrong}; its arguments are {', '.join(MARKER_ARGUMENTS)}"


def _makes_sense(name: str, value: object) -> bool:
    # 1 is no True to a reader.
    return any(type(value) is type(each) and value == each for each in _OF_TESTS[name][0])


def merged(layers: Iterable[Arguments]) -> dict[str, Any]:
    """Keyword by keyword the value of the first of `layers` that has it."""
    chosen: dict[str, Any] = {}
    for layer in layers:
        chosen |= {key: value for key, value in layer.items() if key not in chosen and _RIVALS.get(key) not in chosen}
    return chosen
