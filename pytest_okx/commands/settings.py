"""What a server is made with, as one table: each row is an option of a command and a key of its configuration file.

A value is text wherever it comes from, and read in one way: TOML's numbers, booleans, times and tables become the text
that an option would be.
"""

from __future__ import annotations

import argparse
import math
import re
import sys
import tomllib
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from ..clock import Clock
from ..server import OkxServer
from ..signing import TIMESTAMP_FORMATS, Credentials
from . import written

__all__ = [
    "EXCHANGE",
    "SECRETS",
    "Given",
    "Setting",
    "add",
    "filled",
    "given_by",
    "given_of",
    "port",
    "server_of",
    "truth",
]

Given = Mapping[str, list[str]]
"""By the name of the setting what was written for it."""


class Setting(NamedTuple):
    """`--name` and `name = ...`; `read` raises ArgumentTypeError for a text that makes no sense. A `flag` has none."""

    name: str
    help: str
    read: Callable[[str], Any] = str
    metavar: str = "TEXT"
    repeats: bool = False
    flag: bool = False


_WHOLE: Final = re.compile("-?[0-9]{1,18}")


def _whole(text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number")
    return int(text)


def port(text: str) -> int:
    """A port as text."""
    value = _whole(text)
    if not 0 <= value <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: write a number from 0 to 65535")
    return value


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds: write one such as 2 or -0.5")
    return value


def _window(text: str) -> float | None:
    return None if text == "none" else _seconds(text)


def _format(text: str) -> str:
    if text not in TIMESTAMP_FORMATS:
        raise argparse.ArgumentTypeError(f"{text!r} is no format: write one of {', '.join(TIMESTAMP_FORMATS)}")
    return text


def filled(text: str) -> str:
    """A text that is not empty, as that of a variable of the shell is which nobody has set."""
    if not text:
        raise argparse.ArgumentTypeError("it is empty: write something, or leave it out")
    return text


def truth(text: str) -> bool:
    """A flag as text."""
    if text not in ("true", "false"):
        raise argparse.ArgumentTypeError(f"{text!r} is neither true nor false")
    return text == "true"


_KEY: Final = "belongs to the other two parts of a key; without them one is made and printed to stderr"
SECRETS: Final = frozenset({"secret-key", "passphrase"})
EXCHANGE: Final = (
    Setting("api-key", _KEY, filled),
    Setting("secret-key", _KEY, filled),
    Setting("passphrase", _KEY, filled),
    Setting("balance", "replaces the default ones", written.balance, "CCY=AMOUNT", repeats=True),
    Setting("timestamp-format", f"instead of iso8601: {', '.join(TIMESTAMP_FORMATS)}", _format, repeats=True),
    Setting("timestamp-window", "how far a timestamp may be off, or none (default: 30)", _window, "SECONDS"),
    Setting("rate-limits", "refuse calls beyond OKX's rate limits", truth, flag=True),
    Setting("book-checksums", "make the old CRC-32 of order books", truth, flag=True),
    Setting("skew", "how far the exchange's clock is ahead", _seconds, "SECONDS"),
    Setting("drift", "how much too fast it runs, in parts per million", _seconds, "PPM"),
    Setting("freeze", "stop it there, e.g. 2026-01-01T00:00:00Z", written.instant, "ISO8601"),
    Setting("seed", "what prices and identifiers are made from", _whole, "NUMBER"),
    Setting("max-calls", "how many calls the log holds (default: 10000)", written.count, "NUMBER"),
    Setting("fault", written.FAULT[1], written.fault, written.FAULT[0], repeats=True),
)
"""What exchange it is, wherever it listens."""


def add(parser: argparse.ArgumentParser, settings: Iterable[Setting]) -> None:
    """Add an option for each setting."""
    for each in settings:
        if each.flag:
            parser.add_argument(f"--{each.name}", action="append_const", const="true", help=each.help)
        else:
            what = f"repeats; {each.help}" if each.repeats else each.help
            parser.add_argument(f"--{each.name}", action="append", metavar=each.metavar, help=what)


def given_by(options: argparse.Namespace, settings: Iterable[Setting], file: str | None) -> dict[str, list[str]]:
    """What was written for the settings, by option or else in the TOML `file`.

    Raises SystemExit, a sentence that names the place and the value, for what makes no sense.
    """
    settings = tuple(settings)
    found = given_of(_content(Path(file)), settings, file) if file else {}
    for setting in settings:
        texts = getattr(options, setting.name.replace("-", "_"))
        if texts:
            found[setting.name] = texts if setting.repeats else texts[-1:]
            _check(setting, f"--{setting.name}", found[setting.name])
    return found


def _content(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _wrong(f"{path} cannot be read: {error}") from None


def given_of(content: Mapping[str, Any], settings: Iterable[Setting], place: str) -> dict[str, list[str]]:
    """What the values of `place` are for the settings, by their names. Raises SystemExit as `given_by` does."""
    known = {each.name: each for each in settings}
    for name in content:
        if name not in known:
            raise _wrong(f"{place} has the key {name!r}: its keys are {', '.join(known)}")
    found = {name: _texts(value) for name, value in content.items()}
    for name, texts in found.items():
        if len(texts) > 1 and not known[name].repeats:
            raise _wrong(f"{place}: {name} is given {len(texts)} times: give it once")
        _check(known[name], f"{place}: {name}", texts)
    return found


def _texts(value: object) -> list[str]:
    """A value of TOML as the texts that an option would be: a table is a list of NAME=VALUE."""
    if isinstance(value, dict):
        return [f"{name}={_text(each)}" for name, each in value.items()]
    return [_text(each) for each in value] if isinstance(value, list) else [_text(value)]


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _check(setting: Setting, where: str, texts: Iterable[str]) -> None:
    for text in texts:
        try:
            setting.read(text)
        except argparse.ArgumentTypeError as error:
            raise _wrong(f"{where}: {error}") from None


def _wrong(sentence: str) -> SystemExit:
    """What ends the command as a wrong option does."""
    print(f"pytest-okx: {sentence}", file=sys.stderr)
    return SystemExit(2)


def server_of(given: Given, *, optional: bool = True, **arguments: Any) -> OkxServer:
    """The server that the settings describe, not started; `arguments` say what they do not. Raises SystemExit.

    Where its faults are not `optional`, those that never happen are unmet expectations.
    """
    values = {each.name: [each.read(text) for text in given.get(each.name, ())] for each in EXCHANGE}
    last = {name: read[-1] for name, read in values.items() if read}
    try:
        server = _made(values, last, arguments)
        for fault, where in values["fault"]:
            server.faults.add(fault, **where, optional=optional)
    except ValueError as error:
        raise _wrong(str(error)) from None
    return server


def _made(values: Mapping[str, list[Any]], last: Mapping[str, Any], arguments: dict[str, Any]) -> OkxServer:
    clock = arguments.pop("clock", None) or _clock(last)
    named = {
        "timestamp_window": "timestamp-window",
        "rate_limits": "rate-limits",
        "book_checksums": "book-checksums",
        "seed": "seed",
        "max_calls": "max-calls",
    }
    return OkxServer(
        clock=clock,
        credentials=arguments.pop("credentials", None) or _credentials(last),
        balances=dict(values["balance"]) or None,
        timestamp_formats=values["timestamp-format"] or ("iso8601",),
        strict=False,
        **{argument: last[name] for argument, name in named.items() if name in last},
        **arguments,
    )


def _clock(last: Mapping[str, Any]) -> Clock:
    clock = Clock(skew=last.get("skew", 0), drift_ppm=last.get("drift", 0))
    if "freeze" in last:
        clock.freeze(last["freeze"])
    return clock


def _credentials(last: Mapping[str, Any]) -> Credentials | None:
    parts = [last.get(name, "") for name in ("api-key", "secret-key", "passphrase")]
    if not any(parts):
        return None
    if not all(parts):
        raise _wrong("api-key, secret-key and passphrase belong together: give all three or none")
    return Credentials(*parts)
