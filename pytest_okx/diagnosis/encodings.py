"""Mistakes with the text of a signature, undone: from the text that arrived back to the digests that it may hold.

Going backwards makes this free: one text holds a few digests at most, whatever was signed and with what.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote_to_bytes

__all__ = ["ENCODINGS", "Encoding", "digests_of"]

_BASE64: Final = re.compile(rb"[A-Za-z0-9+/]+={0,2}")
_HEX: Final = re.compile(rb"(?:[0-9a-f]{2})+|(?:[0-9A-F]{2})+")
_LONGEST: Final = 1000
_DEPTH: Final = 2


@dataclass(frozen=True, slots=True)
class Encoding:
    """One mistake with the text: its name, a sentence with the way out, and what was there before it, if it was made.

    `undo` raises ValueError where it was not made.
    """

    name: str
    sentence: str
    undo: Callable[[bytes], bytes]


def _strict(text: bytes) -> bytes:
    raw = base64.b64decode(text, validate=True)
    if base64.b64encode(raw) != text:
        raise ValueError("no canonical base64")
    return raw


def _from_hex(text: bytes) -> bytes:
    """The canonical base64 of the digest whose hex digits were sent instead."""
    if not _HEX.fullmatch(text):
        raise ValueError("no hex")
    return base64.b64encode(binascii.unhexlify(text))


def _hex_inside(text: bytes) -> bytes:
    return _from_hex(_strict(text))


def _base64_inside(text: bytes) -> bytes:
    inner = _strict(text)
    if not _BASE64.fullmatch(inner) or _HEX.fullmatch(inner):
        raise ValueError("nothing inside")
    return inner


def _unpadded(text: bytes) -> bytes:
    if text.endswith(b"=") or not len(text) % 4:
        raise ValueError("padded")
    return text + b"=" * (-len(text) % 4)


def _url_safe(text: bytes) -> bytes:
    return text.replace(b"-", b"+").replace(b"_", b"/")


def _python_text(text: bytes) -> bytes:
    match = re.fullmatch(rb"b(['\"])(.*)\1", text)
    if not match:
        raise ValueError("no text of bytes")
    return match[2]


def _quoted(text: bytes) -> bytes:
    match = re.fullmatch(rb"(['\"])(.*)\1", text)
    if not match:
        raise ValueError("no quotation marks")
    return match[2]


def _spaces(text: bytes) -> bytes:
    return b"".join(text.split())


def _spaces_for_plus(text: bytes) -> bytes:
    return text.replace(b" ", b"+")


ENCODINGS: Final = (
    Encoding("hex", "the signature is hex: encode the raw digest in base64", _from_hex),
    Encoding("base64-of-hex", "the hex digits were encoded in base64: encode the raw digest", _hex_inside),
    Encoding("base64-twice", "the signature was encoded in base64 twice: encode it once", _base64_inside),
    Encoding("base64-url-safe", "the signature is in URL-safe base64: use the standard alphabet, with + and /",
             _url_safe),
    Encoding("base64-unpadded", "the padding of the base64 is missing: keep the = at the end", _unpadded),
    Encoding("signature-python-text", "Python's own text of bytes was sent, b'...': decode the bytes to text",
             _python_text),
    Encoding("signature-quoted", "the signature was sent in quotation marks: take them off", _quoted),
    Encoding("signature-percent-encoded", "the signature was percent-encoded: a header takes it as it is",
             unquote_to_bytes),
    Encoding("signature-white-space", "there is white space in the signature: take it out", _spaces),
    Encoding("signature-plus-lost", "a + of the signature became a space: something decoded it as a form",
             _spaces_for_plus),
)  # fmt: skip


def digests_of(signature: str) -> dict[bytes, tuple[Encoding, ...]]:
    """The digests that a signature's text may hold, each with the fewest mistakes that lead there."""
    text = signature.encode("utf-8", "replace")
    if len(text) > _LONGEST:
        return {}
    paths: dict[bytes, tuple[Encoding, ...]] = {text: ()}
    newest = dict(paths)
    for _ in range(_DEPTH):
        newest = {found: (*path, made) for known, path in newest.items() for found, made in _undone(known)}
        paths = newest | paths
    found: dict[bytes, tuple[Encoding, ...]] = {}
    for each, path in sorted(paths.items(), key=lambda item: len(item[1])):
        try:
            found.setdefault(_strict(each), path)
        except ValueError:
            continue
    return found


def _undone(text: bytes) -> Iterator[tuple[bytes, Encoding]]:
    for encoding in ENCODINGS:
        try:
            before = encoding.undo(text)
        except ValueError:
            continue
        if before != text:
            yield before, encoding
