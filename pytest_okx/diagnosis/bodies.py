"""Mistakes with the body: left out, made up, or serialised a second time. A table, and what each makes of a body.

Bodies are bytes as they arrived. What is no JSON is left alone by what needs JSON.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlencode

from .orders import other_orders
from .recipes import Known, Message, Mistake, on_body

__all__ = ["BODIES", "parsed"]

# Longer ones are not searched: reading them again and again would take longer than all the rest.
_LONGEST: Final = 16_384
_MOST_MEMBERS: Final = 24
_TOKEN: Final = re.compile(rb'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_ESCAPES: Final = re.compile(r"(?:\\u[0-9a-fA-F]{4})+")
_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]+")
_NUMBER_AS_TEXT: Final = re.compile(rb'([:\[,]\s*)"(-?\d+(?:\.\d+)?)"(?=\s*[,}\]])')
_NUMBER: Final = re.compile(rb"([:\[,]\s*)(-?\d+(?:\.\d+)?)(?=\s*[,}\]])")
_SEPARATORS: Final = ((",", ":"), (", ", ": "), (",", ": "), (", ", ":"))


@lru_cache(maxsize=256)
def parsed(body: bytes) -> Any:
    """The object or list that a body holds; None where it holds neither or is too long to be looked at."""
    if len(body) > _LONGEST:
        return None
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, (dict, list)) else None


@lru_cache(maxsize=256)
def _style(body: bytes) -> tuple[tuple[str, str], bool]:
    """Separators and ASCII escapes with which `body` was serialised, as far as it can be told."""
    styles = [(separators, ascii_only) for separators in _SEPARATORS for ascii_only in (False, True)]
    return next((style for style in styles if _dumped(parsed(body), style) == body), styles[0])


def _dumped(value: Any, style: tuple[tuple[str, str], bool]) -> bytes:
    text = json.dumps(value, separators=style[0], ensure_ascii=style[1])
    return text.encode("utf-8", "surrogatepass")


def _again(value: Any, body: bytes) -> bytes:
    return _dumped(value, _style(body))


def _left_out(body: bytes, known: Known) -> Iterator[bytes]:
    yield b""


def _braces(body: bytes, known: Known) -> Iterator[bytes]:
    if not body:
        yield from (b"{}", b"[]", b'""')


def _none(body: bytes, known: Known) -> Iterator[bytes]:
    if body in (b"", b"{}"):
        yield from (b"None", b"null", b"undefined", b"nil", b"b''")


def _separators(body: bytes, known: Known) -> Iterator[bytes]:
    value = parsed(body)
    if value is None:
        return
    tokens = _TOKEN.findall(body)
    for comma, colon in _SEPARATORS:
        texts = {b",": comma.encode(), b":": colon.encode()}
        yield b"".join([texts.get(token, token) for token in tokens])
    for indent in (2, 4, "\t"):
        yield json.dumps(value, indent=indent, ensure_ascii=_style(body)[1]).encode("utf-8", "surrogatepass")


def _sorted(value: Any, backwards: bool) -> Any:
    if isinstance(value, dict):
        names = list(value)[::-1] if backwards else sorted(value)
        return {name: _sorted(value[name], backwards) for name in names}
    return [_sorted(each, backwards) for each in value] if isinstance(value, list) else value


def _key_order(body: bytes, known: Known) -> Iterator[bytes]:
    value = parsed(body)
    if value is not None:
        yield _again(_sorted(value, False), body)
        yield _again(_sorted(value, True), body)


def _any_key_order(body: bytes, known: Known) -> Iterator[bytes]:
    value = parsed(body)
    for entry in value if isinstance(value, list) and len(value) == 1 else [value]:
        for order in other_orders(list(entry) if isinstance(entry, dict) else []):
            again = {name: entry[name] for name in order}
            yield _again([again] if entry is not value else again, body)


def _ascii_escapes(body: bytes, known: Known) -> Iterator[bytes]:
    if len(body) > _LONGEST:
        return
    text = body.decode("utf-8", "surrogateescape")
    escaped = _NOT_ASCII.sub(lambda match: json.dumps(match[0])[1:-1], text)
    yield escaped.encode("utf-8", "surrogateescape")
    yield _ESCAPES.sub(lambda match: match[0].upper().replace("\\U", "\\u"), escaped).encode("utf-8", "surrogateescape")
    yield _ESCAPES.sub(_unescaped, text).encode("utf-8", "surrogatepass" if "\\u" in text else "surrogateescape")


def _unescaped(match: re.Match[str]) -> str:
    letters: str = json.loads(f'"{match[0]}"')
    return "".join(json.dumps(letter)[1:-1] if letter.isascii() else letter for letter in letters)


def _slash_escapes(body: bytes, known: Known) -> Iterator[bytes]:
    yield body.replace(b"\\/", b"/")
    yield body.replace(b"\\/", b"/").replace(b"/", b"\\/")


def _numbers(body: bytes, known: Known) -> Iterator[bytes]:
    if parsed(body) is not None:
        yield _NUMBER_AS_TEXT.sub(rb"\1\2", body)
        yield _NUMBER.sub(rb'\1"\2"', body)


def _newline(body: bytes, known: Known) -> Iterator[bytes]:
    yield body + b"\n"
    yield body + b"\r\n"
    yield body.rstrip(b"\r\n")


def _python_text(body: bytes, known: Known) -> Iterator[bytes]:
    value = parsed(body)
    if value is not None:
        yield str(value).encode("utf-8", "surrogatepass")
    if 0 < len(body) <= _LONGEST:
        yield repr(body).encode()
        yield repr(body.decode("utf-8", "replace")).encode()


def _twice(body: bytes, known: Known) -> Iterator[bytes]:
    if 0 < len(body) <= _LONGEST:
        yield json.dumps(body.decode("utf-8", "replace")).encode()


def _form(body: bytes, known: Known) -> Iterator[bytes]:
    value = parsed(body)
    if isinstance(value, dict):
        text = urlencode(value, errors="replace")
        yield text.encode()
        yield "&".join(f"{name}={each}" for name, each in value.items()).encode("utf-8", "replace")


def _list(body: bytes, known: Known) -> Iterator[bytes]:
    value = parsed(body)
    if isinstance(value, dict):
        yield b"[" + body + b"]"
    elif isinstance(value, list) and len(value) == 1:
        yield body.strip()[1:-1].strip()


def _members_left_out(body: bytes, known: Known) -> Iterator[bytes]:
    value = parsed(body)
    if isinstance(value, dict):
        yield _again({name: each for name, each in value.items() if each is not None}, body)
        yield _again({name: each for name, each in value.items() if each not in (None, "")}, body)


def _one_member_left_out(body: bytes, known: Known) -> Iterator[bytes]:
    value = parsed(body)
    if isinstance(value, dict):
        for left_out in list(value)[:_MOST_MEMBERS]:
            yield _again({name: each for name, each in value.items() if name != left_out}, body)


def _charset(body: bytes, known: Known) -> Iterator[bytes]:
    if body.isascii() or len(body) > _LONGEST:
        return
    text = body.decode("utf-8", "replace")
    yield text.encode("latin-1", "replace")
    yield text.encode("ascii", "ignore")
    yield body.decode("latin-1").encode()


def _hashed(body: bytes, known: Known) -> Iterator[bytes]:
    for name in ("sha256", "sha512", "md5"):
        yield hashlib.new(name, body, usedforsecurity=False).hexdigest().encode()


BODIES: Final[tuple[Mistake[Message], ...]] = (
    on_body("body-left-out", "the body was left out: what is signed ends with the bytes that are sent", _left_out),
    on_body("braces-for-empty-body", "an empty body was signed as {} or the like: sign nothing where nothing is sent",
            _braces),
    on_body("none-for-empty-body", "an empty body was signed as None, null or the like: sign nothing where nothing is "
            "sent", _none),
    on_body("trailing-newline", "a line break at the end was signed and not sent, or sent and not signed: sign the "
            "bytes that are sent (echo adds one, printf does not)", _newline),
    on_body("body-separators", "the body was serialised a second time, with other white space: serialise it once, sign "
            "those bytes and send them", _separators),
    on_body("body-key-order", "the body was serialised a second time, its members in another order: serialise it once, "
            "sign those bytes and send them", _key_order, _any_key_order),
    on_body("body-ascii-escapes", "the body was serialised a second time, letters beyond ASCII escaped otherwise: "
            "serialise it once, sign those bytes and send them", _ascii_escapes),
    on_body("body-slash-escapes", "slashes were escaped in the signed body or the sent one alone: serialise it once, "
            "sign those bytes and send them", _slash_escapes),
    on_body("body-numbers", "numbers were signed as text and sent as numbers, or the reverse: serialise the body once, "
            "sign those bytes and send them", _numbers),
    on_body("body-python-text", "Python's own text of a value was signed, such as {'a': 1} or b'...': sign the JSON "
            "that is sent", _python_text),
    on_body("body-encoded-twice", "the body was encoded as JSON once more for signing: sign the bytes that are sent",
            _twice),
    on_body("body-as-form", "the body was signed as a form and sent as JSON: sign the bytes that are sent", _form),
    on_body("body-list", "a list was signed where its one member was sent, or the reverse: sign the bytes that are "
            "sent", _list),
    on_body("body-members-left-out", "members that were sent were not signed: serialise the body once, sign those "
            "bytes and send them", _members_left_out, _one_member_left_out),
    on_body("body-charset", "the body was signed in another encoding than sent: encode it once, in UTF-8", _charset),
    on_body("body-hashed", "a hash of the body was signed: sign the body itself", _hashed),
)  # fmt: skip
