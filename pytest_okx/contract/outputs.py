"""Reading what a signer gave: text or bytes, a dict of headers, or a request that was built.

One meaning for each shape; anything else is a `Broken` with a sentence. Knows nothing of who gave it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any, Final

from ..signing import TIMESTAMP_FORMATS, Verdict, read_timestamp
from .cases import Case, Output

__all__ = ["Broken", "header_problems", "leaks", "of_request", "read", "text_of"]

_HOST: Final = re.compile(r"^[a-z]+://[^/]*", re.IGNORECASE)
_SIGN: Final = "ok-access-sign"
_TIMESTAMP: Final = "ok-access-timestamp"
_KEY: Final = "ok-access-key"
_PASSPHRASE: Final = "ok-access-passphrase"
_ROLES: Final = {"sign": "sign", "signature": "sign", "timestamp": "timestamp", "ts": "timestamp"}
_PAIR: Final = 2
_URL: Final = re.compile(r"/|[a-z]+://", re.IGNORECASE)
# What a request has of itself, by the names that libraries have for it.
_URLS: Final = ("path_url", "full_url", "url")
_CONTENTS: Final = ("body", "content", "data")
_NO_VALUES: Final = frozenset({"", "nan", "none", "null", "undefined"})


class Broken(Exception):
    """A signer gave nothing that can be sent: a sentence."""


def read(given: Any, case: Case) -> Output:
    """The output in whatever shape it was given. Raises `Broken` for what is neither signature nor headers."""
    if isinstance(given, (str, bytes)):
        return Output(text_of(given), case.timestamp, case.method, case.target, case.body)
    if is_dataclass(given) and not isinstance(given, type):
        given = {each.name: getattr(given, each.name) for each in fields(given)}
    if isinstance(given, (list, tuple)):
        return _of_several(given, case)
    if isinstance(given, Mapping):
        return _of_mapping(given, case)
    if isinstance(getattr(given, "headers", None), Mapping):
        return of_request(given, case)
    raise Broken(f"it gave {_short(given)}: a signature is text or bytes, headers are a dict")


def _of_mapping(given: Mapping[Any, Any], case: Case) -> Output:
    if isinstance(headers := given.get("headers"), Mapping):
        return _built(headers, str(given.get("url", case.target)), given.get("body"), case)
    by_role = {_ROLES.get(str(name).lower(), ""): value for name, value in given.items()}
    if "sign" in by_role and "timestamp" in by_role:
        return replace(read(by_role["sign"], case), timestamp=text_of(by_role["timestamp"]))
    return of_headers(given, case.target, case.body, case)


def _of_several(given: Sequence[Any], case: Case) -> Output:
    """Headers as pairs; or headers or a signature with what they belong to: a timestamp, a URL, a body."""
    if given and all(isinstance(each, tuple) and len(each) == _PAIR for each in given):
        return of_headers(dict(given), case.target, case.body, case)
    headers = [each for each in given if isinstance(each, Mapping)]
    plain = [each for each in given if isinstance(each, (str, bytes))]
    stamps, others = [each for each in plain if _is_stamp(each)], [each for each in plain if not _is_stamp(each)]
    if headers:
        urls = [text_of(each) for each in others if _URL.match(text_of(each))]
        contents = [each for each in others if not _URL.match(text_of(each))]
        return _built(headers[0], (urls or [case.target])[0], (contents or [case.body])[0], case)
    if len(stamps) == len(others) == 1:
        return replace(read(others[0], case), timestamp=text_of(stamps[0]))
    raise Broken(f"it gave {_short(given)} of {len(given)}: a signature is text or bytes, headers are a dict")


def _is_stamp(given: str | bytes) -> bool:
    return read_timestamp(text_of(given), TIMESTAMP_FORMATS).verdict is Verdict.READ


def of_request(request: Any, case: Case) -> Output:
    """The output of a request that was built by requests, httpx, urllib or the like."""
    headers = {name: text_of(value) if isinstance(value, bytes) else value for name, value in request.headers.items()}
    url = next((found for name in _URLS if (found := getattr(request, name, None))), case.target)
    raw: bytes | None = getattr(url, "raw_path", None)
    contents = [getattr(request, name) for name in _CONTENTS if hasattr(request, name)]
    return _built(headers, raw.decode("latin-1") if raw else str(url), (contents or [case.body])[0], case)


def of_headers(headers: Mapping[Any, Any], target: str, body: bytes, case: Case) -> Output:
    """The output of a signer that gave headers for a target and a body."""
    pairs = tuple((str(name), value) for name, value in headers.items())
    values = {name.lower(): value for name, value in pairs}
    if _SIGN not in values:
        raise Broken(f"it gave the headers {', '.join(sorted(values)) or '(none)'}, and no OK-ACCESS-SIGN among them")
    timestamp = str(values.get(_TIMESTAMP, case.timestamp))
    return Output(text_of(values[_SIGN]), timestamp, case.method, target, body, pairs)


def _built(headers: Mapping[Any, Any], url: str, body: Any, case: Case) -> Output:
    # By hand: urlsplit loses a lone question mark.
    target = _HOST.sub("", url)
    content = body if isinstance(body, bytes) else str(body or "").encode()
    # What is no ASCII yet is sent as UTF-8, unless it stands for bytes already.
    raw = target if target == case.target else target.encode().decode("latin-1")
    return of_headers(headers, raw, content, case)


def text_of(given: object) -> str:
    """Text of whatever was given, bytes as latin-1."""
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
    headers = output.headers or (("sign", output.signature),)
    places += [(f"the header {name}", text_of(value)) for name, value in headers]
    found = []
    for place, text in places:
        if case.credentials.secret_key in text:
            found.append(f"the secret key stands in {place}")
        if case.credentials.passphrase in text and place.lower() != f"the header {_PASSPHRASE}":
            found.append(f"the passphrase stands in {place}")
    return found
