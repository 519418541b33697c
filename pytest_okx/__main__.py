"""The command line: `pytest-okx` and `python -m pytest_okx`.

It reads arguments and prints; what it commands is the public API that a test uses.
"""

from __future__ import annotations

import argparse
import re
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from .clock import Clock
from .demo import narrate
from .faults import (
    CloseAfter,
    Delay,
    Disconnect,
    Fault,
    Garble,
    HttpError,
    LoseReply,
    Reject,
    Silence,
    Truncate,
    WrongLength,
)
from .server import OkxServer
from .signing import TIMESTAMP_FORMATS, Credentials

__all__ = ["main"]

_FAULT = re.compile(r"(?P<kind>[a-z-]+|\d+(?:_\d+)?)(?:=(?P<value>[^@*]+))?(?:@(?P<on>[^@]+?))?(?:\*(?P<times>\d*))?")


# The faults that can be written on a command line, with what they are when no value is given; a code is a Reject.
_VALUED: Final[dict[str, tuple[str, Callable[[str], Fault]]]] = {
    "http": ("503", lambda value: HttpError(int(value))),
    "delay": ("1", lambda value: Delay(float(value))),
    "truncate": ("0", lambda value: Truncate(int(value))),
    "wrong-length": ("1", lambda value: WrongLength(int(value))),
}
_PLAIN: Final[dict[str, Callable[[], Fault]]] = {
    "lose-reply": LoseReply,
    "disconnect": Disconnect,
    "silence": Silence,
    "garble": Garble,
    "close-after": CloseAfter,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that `arguments` (default: those of the process) name; the exit status."""
    options = _parser().parse_args(arguments)
    status: int = options.run(options)
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pytest-okx", description="A fake OKX exchange for testing bots, SDKs and signers."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    demo = commands.add_parser("demo", help="show in a terminal what the fake does; non-zero if anything differs")
    demo.set_defaults(run=lambda options: narrate())
    _add_check_signer(commands.add_parser("check-signer", help="whether a signing function is right, and why not"))
    _add_serve(commands.add_parser("serve", help="run a server until interrupted; the first line on stdout is its URL"))
    return parser


def _add_check_signer(check: argparse.ArgumentParser) -> None:
    check.set_defaults(run=_check_signer)
    what = "a function, class, CLASS.METHOD or object; a module alone stands for its function `sign`"
    check.add_argument("signer", metavar="PKG.MODULE:NAME", help=what)
    check.add_argument(
        "--examples", type=_examples, metavar="N", help="how many requests to make up (default: 200, or the profile's)"
    )
    profile = "a settings profile of Hypothesis to run with: a database, a number of examples; the module registers it"
    check.add_argument("--hypothesis-profile", metavar="[PKG.MODULE:]NAME", help=profile)


def _examples(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of examples: write a whole number from 1 on")
    return int(text)


def _add_serve(serve: argparse.ArgumentParser) -> None:
    serve.set_defaults(run=_serve)
    serve.add_argument("--host", default="127.0.0.1", help="where to listen (default: %(default)s)")
    serve.add_argument("--port", type=int, default=0, help="0, the default, takes a free one")
    for part in ("api-key", "secret-key", "passphrase"):
        serve.add_argument(f"--{part}", help="all three together; without them a key is made and printed to stderr")
    serve.add_argument(
        "--balance", action="append", type=_balance, metavar="CCY=AMOUNT", help="repeats; replaces the default ones"
    )
    serve.add_argument(
        "--timestamp-format", action="append", choices=TIMESTAMP_FORMATS, help="repeats; replaces iso8601"
    )
    serve.add_argument("--rate-limits", action="store_true", help="refuse calls beyond OKX's rate limits")
    serve.add_argument("--tls", action="store_true", help="speak https and wss; stderr names the authority to trust")
    serve.add_argument("--skew", type=float, default=0, metavar="SECONDS", help="how far the exchange's clock is ahead")
    serve.add_argument(
        "--freeze", type=_instant, metavar="ISO8601", help="stop the exchange's clock there, e.g. 2026-01-01T00:00:00Z"
    )
    fault = f"repeats; a code such as 50011, or {', '.join(_PLAIN)}, or with a value {', '.join(_VALUED)}"
    written = "WHAT[=VALUE][@ROUTE][*TIMES]"
    serve.add_argument("--fault", action="append", type=_fault, default=[], metavar=written, help=fault)


def _balance(text: str) -> tuple[str, Decimal]:
    ccy, _, amount = text.partition("=")
    try:
        value = Decimal(amount)
    except InvalidOperation:
        value = Decimal("NaN")
    if not ccy or not value.is_finite() or value < 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no balance: write CCY=AMOUNT, such as USDT=1000")
    return ccy, value


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no time: write ISO 8601 with a zone, such as 2026-01-01T00:00:00Z"
        ) from None
    if at.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text!r} has no zone: end it with Z for UTC")
    return at


def _fault(text: str) -> tuple[Fault, dict[str, Any]]:
    parts = _FAULT.fullmatch(text)
    try:
        if parts is None:
            raise ValueError("it is not WHAT[=VALUE][@ROUTE][*TIMES]")
        times = 1 if parts["times"] is None else int(parts["times"]) if parts["times"] else None
        return _kind(parts["kind"], parts["value"]), {"on": parts["on"], "times": times, "optional": True}
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no fault: {error}") from None


def _kind(kind: str, value: str | None) -> Fault:
    if kind in _VALUED:
        default, make = _VALUED[kind]
        return make(default if value is None else value)
    if value is not None:
        raise ValueError(f"{kind} takes no value")
    return _PLAIN[kind]() if kind in _PLAIN else Reject(kind)


def _credentials(options: argparse.Namespace) -> Credentials | None:
    parts = (options.api_key, options.secret_key, options.passphrase)
    if not any(parts):
        return None
    if not all(parts):
        raise SystemExit(
            "pytest-okx serve: --api-key, --secret-key and --passphrase belong together: give all three or none"
        )
    return Credentials(*parts)


def _check_signer(options: argparse.Namespace) -> int:
    from .contract import Unusable, find, profile_of, verdicts  # what it takes with it, serve and demo do not need

    try:
        signer = find(options.signer)
        profile = profile_of(options.hypothesis_profile) if options.hypothesis_profile else None
    except (Unusable, ValueError) as error:
        print(f"pytest-okx check-signer: {error}", file=sys.stderr)
        return 1
    well = True
    for passed, line in verdicts(signer, examples=options.examples, profile=profile):
        well = well and passed
        print(line, flush=True)
    print(f"{options.signer} {'fulfils' if well else 'breaks'} the contract")
    return 0 if well else 1


def _serve(options: argparse.Namespace) -> int:
    clock = Clock(skew=options.skew)
    if options.freeze:
        clock.freeze(options.freeze)
    credentials = _credentials(options)
    server = OkxServer(
        host=options.host,
        port=options.port,
        clock=clock,
        credentials=credentials,
        balances=dict(options.balance) if options.balance else None,
        timestamp_formats=options.timestamp_format or ("iso8601",),
        rate_limits=options.rate_limits,
        tls=options.tls,
        strict=False,
    )
    for fault, where in options.fault:
        server.faults.add(fault, **where)
    try:
        with _interruption() as interruption, server:
            print(server.url, flush=True)
            _introduce(server, made=credentials is None)
            interruption.wait()
    except OSError as error:
        print(f"pytest-okx serve: {error}", file=sys.stderr)
        return 1
    return 0


@contextmanager
def _interruption() -> Iterator[threading.Event]:
    """An event that SIGINT and SIGTERM set, instead of what they did before."""
    ended = threading.Event()
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, lambda *_: ended.set()) for number in numbers}
    try:
        yield ended
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _introduce(server: OkxServer, *, made: bool) -> None:
    lines = ["A fake OKX exchange, until interrupted."]
    if made:  # supplied secrets are never printed
        key = server.credentials
        lines.append(f"key {key.api_key}  secret {key.secret_key}  passphrase {key.passphrase}")
    if server.ca is not None:
        lines.append(f"authority {server.ca.path}")
    print(*lines, sep="\n", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
