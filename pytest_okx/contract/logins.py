"""Reading what a signer of logins gave: a signature, the argument of a login, or the whole frame, as a dict or JSON.

One meaning for each shape, and what can be wrong with it besides the signature. Knows nothing of who gave it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, Final

from ..diagnosis import timestamp_of_login
from .cases import Case, Output
from .outputs import Broken, text_of

__all__ = ["is_login", "login_leaks", "login_problems", "login_time_problem", "read_login"]

_FIELDS: Final = ("apiKey", "passphrase", "timestamp", "sign")
_MARKS: Final = frozenset({"op", "args", *_FIELDS})
_BARE: Final = {"sign": "sign", "signature": "sign", "timestamp": "timestamp", "ts": "timestamp"}
_PAIR: Final = 2
_LONGEST_SIGNATURE: Final = 200


def is_login(given: Any) -> bool:
    """Whether that is meant to be a login, right or wrong: it has a part of one, or is a text in which one may be."""
    content = _content(given)
    if isinstance(content, Mapping):
        return bool(_MARKS.intersection(content) or _bare(content))
    if isinstance(content, str):
        return 0 < len(content) <= _LONGEST_SIGNATURE and not content.isspace()
    if isinstance(content, (list, tuple)):
        return any(isinstance(each, Mapping) and is_login(each) for each in content) or _is_pair(content)
    return False


def read_login(given: Any, case: Case) -> Output:
    """The output in whatever shape it was given. Raises `Broken` for what is no login."""
    content = _content(given)
    if isinstance(content, str):
        return _output(content, case.timestamp, case)
    if isinstance(content, Mapping):
        return _of_mapping(content, case)
    if isinstance(content, (list, tuple)):
        if _is_pair(content):
            stamp, sign = sorted(map(text_of, content), key=lambda each: not _is_number(each))
            return _output(sign, stamp, case)
        return _of_args(content, case)
    raise Broken(f"it gave a {type(given).__name__}: a login is a signature, a dict or its JSON")


def _content(given: Any) -> Any:
    """What is in JSON or in an object of fields; anything else as it is, bytes as text."""
    if is_dataclass(given) and not isinstance(given, type):
        return {each.name: getattr(given, each.name) for each in fields(given)}
    text = text_of(given) if isinstance(given, (str, bytes)) else ""
    if text.lstrip()[:1] not in ("{", "["):
        return text if isinstance(given, bytes) else given
    try:
        return json.loads(text, parse_float=str)
    except ValueError:
        return text


def _of_mapping(content: Mapping[Any, Any], case: Case) -> Output:
    if "args" not in content and "op" not in content:
        return _of_arg(content, case)
    output = _of_args(content.get("args"), case)
    return Output(output.signature, output.timestamp, output.method, output.target, output.body,
                  (*(output.headers or ()), ("op", content.get("op"))))  # fmt: skip


def _of_args(args: object, case: Case) -> Output:
    if not isinstance(args, Sequence) or len(args) != 1 or not isinstance(args[0], Mapping):
        raise Broken("it gave args that are no list of one object: a login has [{apiKey, passphrase, timestamp, sign}]")
    return _of_arg(args[0], case)


def _of_arg(arg: Mapping[Any, Any], case: Case) -> Output:
    if not set(_FIELDS).intersection(arg) - {"sign", "timestamp"} and (bare := _bare(arg)):
        return _output(text_of(bare["sign"]), text_of(bare.get("timestamp", case.timestamp)), case)
    if "sign" not in arg:
        raise Broken(f"it gave the fields {', '.join(map(str, arg)) or '(none)'}, and no sign among them")
    pairs = tuple((str(name), value) for name, value in arg.items())
    return _output(text_of(arg["sign"]), text_of(arg.get("timestamp", case.timestamp)), case, pairs)


def _output(sign: str, stamp: str, case: Case, pairs: tuple[tuple[str, object], ...] | None = None) -> Output:
    return Output(sign, stamp, case.method, case.target, case.body, pairs)


def _bare(content: Mapping[Any, Any]) -> dict[str, Any]:
    """A signature and perhaps its timestamp, without a key; nothing where more is there, or less."""
    roles = {_BARE.get(str(name).lower(), ""): value for name, value in content.items()}
    return roles if "sign" in roles and "" not in roles else {}


def _is_pair(content: Sequence[Any]) -> bool:
    """Whether that is a timestamp and a signature, in whichever order."""
    if len(content) != _PAIR or not all(isinstance(each, (str, bytes, int, float)) for each in content):
        return False
    return sum(_is_number(text_of(each)) for each in content) == 1


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def login_problems(output: Output, case: Case) -> list[str]:
    """What is wrong with the fields, a sentence each: one is missing, another's, or no text."""
    if output.headers is None:
        return []
    values = dict(output.headers)
    found = [f"there is no field {name}" for name in _FIELDS if values.get(name) in (None, "")]
    found += [
        f"the field {name} is a {type(values[name]).__name__}: it must be a str"
        for name in ("apiKey", "passphrase", "sign")
        if values.get(name) not in (None, "") and not isinstance(values[name], str)
    ]
    if "op" in values and values["op"] != "login":
        found.append(f"the op is {values['op']!r}: a login has 'login'")
    for name, right in (("apiKey", case.credentials.api_key), ("passphrase", case.credentials.passphrase)):
        if name in values and values[name] != right and not found:
            found.append(f"the field {name} is not the one of the key that was given")
    return found


def login_leaks(output: Output, case: Case) -> list[str]:
    """Where a secret stands that has no business there, a sentence each."""
    found = []
    for name, value in output.headers or (("sign", output.signature),):
        if case.credentials.secret_key in str(value):
            found.append(f"the secret key stands in the field {name}")
        if case.credentials.passphrase in str(value) and name != "passphrase":
            found.append(f"the passphrase stands in the field {name}")
    return found


def login_time_problem(timestamp: str, now: int) -> str:
    """What is wrong with the kind of timestamp that a login has at `now` (Unix ms), "" for nothing."""
    if found := timestamp_of_login(timestamp, now=now):
        return f"{found.name}: {found.sentence} (it is {timestamp!r})"
    return "" if _is_number(timestamp) else f"the timestamp {timestamp!r} is no Unix time: a login takes seconds"
