"""Reading what a signer gave: text or bytes, a dict of headers, or a request that was built.

One meaning for each shape; anything else is a `Broken` with a sentence. Knows nothing of who gave it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from .cases import Case, Output

__all__ = ["Broken", "header_problems", "leaks", "read"]

_HOST: Final = re.compile(r"^[a-z]+://[^/]*", re.IGNORECASE)
_SIGN: Final = "ok-access-sign"
_TIMESTAMP: Final = "ok-access-timestamp"
_KEY: Final = "ok-access-key"
_PASSPHRASE: Final = "ok-access-passphrase"
_NO_VALUES: Final = frozenset({"", "nan", "none", "null", "undefined"})


class Broken(Exception):
    """A signer gave nothing that can be sent: a sentence."""


def read(given: Any, case: Case) -> Output:
    """The output in whatever shape it was given. Raises `Broken` for what is neither signature nor headers."""
    if isinstance(given, (str, bytes)):
        return Output(_text(given), case.timestamp, case.method, case.target, case.body)
    if isinstance(given, Mapping) and isinstance(given.get("headers"), Mapping):
        return _built(given["headers"], str(given.get("url", case.target)), given.get("body"), case)
    if isinstance(given, Mapping):
        return of_headers(given, case.target, case.body, case)
    if isinstance(headers := getattr(given, "headers", None), Mapping):
        return of_headers(headers, case.target, case.body, case)
    raise Broken(f"it gave {_short(given)}: a signature is text or bytes, headers are a dict")


def of_headers(headers: Mapping[Any, Any], target: str, body: bytes, case: Case) -> Output:
    """The output of a signer that gave headers for a target and a body."""
    fields = tuple((str(name), value) for name, value in headers.items())
    values = {name.lower(): value for name, value in fields}
    if _SIGN not in values:
        raise Broken(f"it gave the headers {', '.join(sorted(values)) or '(none)'}, and no OK-ACCESS-SIGN among them")
    timestamp = str(values.get(_TIMESTAMP, case.timestamp))
    return Output(_text(values[_SIGN]), timestamp, case.method, target, body, fields)


def _built(headers: Mapping[Any, Any], url: str, body: Any, case: Case) -> Output:
    # By hand: urlsplit loses a lone question mark.
    target = _HOST.sub("", url)
    content = body if isinstance(body, bytes) else str(body or "").encode()
    return of_headers(headers, target.encode().decode("latin-1"), content, case)


def _text(given: object) -> str:
    return given.decode("latin-1") if isinstance(given, bytes) else str(given)


def _short(given: object) -> str:
    return "None" if given is None else f"a {type(given).__name__}"


def header_problems(output: Output, case: Case) -> list[str]:
    """What is wrong with the headers, a sentence each: values that no client can send, or that are another's."""
    if output.headers is None:
        return []
    values = {name.lower(): value for name, value in output.headers}
    found = [
        f"there is no header {name.upper()}" for name in (_KEY, _SIGN, _TIMESTAMP, _PASSPHRASE) if name not in values
    ]
    found += [problem for name, value in output.headers if (problem := _problem(name, value))]
    for name, right in ((_KEY, case.credentials.api_key), (_PASSPHRASE, case.credentials.passphrase)):
        if name in values and values[name] != right and not found:
            found.append(f"the header {name.upper()} is not the one of the key that was given")
    return found


def _problem(name: str, value: object) -> str:
    if not isinstance(value, str):
        return f"the header {name} is {_short(value)}: it must be a str"
    if value.strip().lower() in _NO_VALUES:
        return f"the header {name} is {value!r}, which says nothing"
    if value != value.strip() or not value.isprintable():
        return f"the header {name} has a blank or a line end in it that does not belong there"
    return ""


def leaks(output: Output, case: Case) -> list[str]:
    """Where a secret stands that has no business there, a sentence each."""
    places = [("the target", output.target), ("the body", output.body.decode("utf-8", "replace"))]
    places += [(f"the header {name}", _text(value)) for name, value in output.headers or (("sign", output.signature),)]
    found = []
    for place, text in places:
        if case.credentials.secret_key in text:
            found.append(f"the secret key stands in {place}")
        if case.credentials.passphrase in text and place.lower() != f"the header {_PASSPHRASE}":
            found.append(f"the passphrase stands in {place}")
    return found
