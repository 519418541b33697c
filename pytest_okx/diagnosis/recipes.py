"""The recipe of a signature as values: what was signed, with which key and digest, and what is known around it.

A mistake turns one recipe into others. Which mistakes there are is written in the tables beside this module; this one
knows none of them.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Generic, NamedTuple, TypeVar

from ..signing import Credentials

__all__ = [
    "DIGESTS",
    "HOSTS",
    "PARTS",
    "Keying",
    "Known",
    "Message",
    "Mistake",
    "on_body",
    "on_method",
    "on_target",
    "on_timestamp",
]

PARTS: Final = ("timestamp", "method", "target", "body")
HOSTS: Final = ("www.okx.com", "openapi.okx.com", "aws.okx.com", "eea.okx.com", "us.okx.com", "127.0.0.1", "localhost")


class Message(NamedTuple):
    """What is signed: four parts as bytes, in `order`, with `joint` between them."""

    timestamp: bytes
    method: bytes
    target: bytes
    body: bytes
    order: tuple[str, ...] = PARTS
    joint: bytes = b""

    @property
    def signed(self) -> bytes:
        """The bytes that are signed: the pre-hash."""
        return self.joint.join([getattr(self, part) for part in self.order])

    def around(self, part: str) -> tuple[bytes, bytes]:
        """What is signed before that part, and what after it: many values of it can be put between."""
        place = self.order.index(part)
        before = [getattr(self, each) + self.joint for each in self.order[:place]]
        after = [self.joint + getattr(self, each) for each in self.order[place + 1 :]]
        return b"".join(before), b"".join(after)


@dataclass(frozen=True, slots=True)
class Keying:
    """What signs it: the bytes of a secret, and a digest of `DIGESTS`."""

    key: bytes = field(repr=False)
    digest: str = "hmac-sha256"


@dataclass(frozen=True, slots=True)
class Known:
    """What else is known: whose key was named, other keys, hosts that clients may name, timestamps seen before."""

    own: Credentials
    others: tuple[Credentials, ...] = ()
    hosts: tuple[str, ...] = HOSTS
    earlier: tuple[str, ...] = ()


Made = TypeVar("Made", Message, Keying)
Change = Callable[[bytes, Known], Iterable[bytes]]
Hashed = Callable[[bytes], bytes]
Keyed = Callable[[bytes], Hashed]


@dataclass(frozen=True, slots=True)
class Mistake(Generic[Made]):
    """One mistake: its name, a sentence with the way out, and what becomes of a recipe by it.

    `touches` names the fields that it may change. `wide` makes the many variants that are worth a look by themselves
    but not in pairs, as bytes already: messages as they are signed, or keys. `change` is there where one part alone is
    touched: what becomes of that part.
    """

    name: str
    sentence: str
    touches: frozenset[str]
    apply: Callable[[Made, Known], Iterable[Made]]
    wide: Callable[[Made, Known], Iterable[bytes]] | None = None
    change: Change | None = None


def _hmac(name: str) -> Keyed:
    """HMAC by RFC 2104; the two blocks with the key are hashed once, whatever is signed with it then."""

    def keyed(key: bytes) -> Hashed:
        size = hashlib.new(name, usedforsecurity=False).block_size
        short = hashlib.new(name, key, usedforsecurity=False).digest() if len(key) > size else key
        block = short.ljust(size, b"\0")
        inner, outer = (hashlib.new(name, block.translate(pad), usedforsecurity=False) for pad in (_INNER, _OUTER))

        def made(message: bytes) -> bytes:
            first, second = inner.copy(), outer.copy()
            first.update(message)
            second.update(first.digest())
            return second.digest()

        return made

    return keyed


def _twice(key: bytes) -> Hashed:
    once = _hmac("sha256")(key)
    return lambda message: once(once(message))


_INNER: Final = bytes(byte ^ 0x36 for byte in range(256))
_OUTER: Final = bytes(byte ^ 0x5C for byte in range(256))
# Each with its length, because one of another length than the signature's need not be made.
DIGESTS: Final[dict[str, tuple[int, Keyed]]] = {
    "hmac-sha256": (32, _hmac("sha256")),
    "hmac-sha1": (20, _hmac("sha1")),
    "hmac-sha512": (64, _hmac("sha512")),
    "hmac-sha384": (48, _hmac("sha384")),
    "hmac-sha224": (28, _hmac("sha224")),
    "hmac-md5": (16, _hmac("md5")),
    "hmac-sha3-256": (32, _hmac("sha3_256")),
    "sha256": (32, lambda key: lambda message: hashlib.sha256(message).digest()),
    "sha256, secret first": (32, lambda key: lambda message: hashlib.sha256(key + message).digest()),
    "sha256, secret last": (32, lambda key: lambda message: hashlib.sha256(message + key).digest()),
    "hmac-sha256, message as key": (32, lambda key: lambda message: hmac.digest(message, key, "sha256")),
    "hmac-sha256 twice": (32, _twice),
}


def _on(part: str, name: str, sentence: str, change: Change, wide: Change | None) -> Mistake[Message]:
    def apply(message: Message, known: Known) -> Iterator[Message]:
        for value in change(getattr(message, part), known):
            changed: dict[str, Any] = {part: value}
            yield message._replace(**changed)

    def apply_wide(message: Message, known: Known) -> Iterator[bytes]:
        before, after = message.around(part)
        return (before + value + after for value in wide(getattr(message, part), known)) if wide else iter(())

    return Mistake(name, sentence, frozenset({part}), apply, apply_wide if wide else None, change)


def on_timestamp(name: str, sentence: str, change: Change, wide: Change | None = None) -> Mistake[Message]:
    """A mistake that another timestamp is signed than the one sent."""
    return _on("timestamp", name, sentence, change, wide)


def on_method(name: str, sentence: str, change: Change) -> Mistake[Message]:
    """A mistake that another method is signed than the one sent."""
    return _on("method", name, sentence, change, None)


def on_target(name: str, sentence: str, change: Change, wide: Change | None = None) -> Mistake[Message]:
    """A mistake that another path or query is signed than the one sent."""
    return _on("target", name, sentence, change, wide)


def on_body(name: str, sentence: str, change: Change, wide: Change | None = None) -> Mistake[Message]:
    """A mistake that another body is signed than the one sent."""
    return _on("body", name, sentence, change, wide)
