"""Mistakes with what signs: another secret, a secret read wrongly, another digest. A table, and what each makes of it.

Nothing here is ever printed: a sentence names what was done, not with which secret.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Iterator
from typing import Final
from urllib.parse import quote, unquote_to_bytes

from .recipes import Keying, Known, Mistake

__all__ = ["KEYINGS"]

_BLANKS: Final = (b"\n", b" ", b"\r\n", b"\t", b"\0", b"\r")
# An exchange may know thousands of keys; the nearest are those that were issued last.
_MOST_OTHERS: Final = 500
_OTHERS_IN_PAIRS: Final = 4

_Change = Callable[[bytes, Known], Iterable[bytes]]


def _white_space(key: bytes, known: Known) -> Iterator[bytes]:
    yield key.strip()
    yield key + b"\n"
    yield key + b" "
    yield b" " + key


def _any_white_space(key: bytes, known: Known) -> Iterator[bytes]:
    for blank in _BLANKS:
        yield key + blank
        yield blank + key
    yield b" " + key + b" "


def _quoted(key: bytes, known: Known) -> Iterator[bytes]:
    for mark in (b'"', b"'"):
        yield mark + key + mark


def _any_mark(key: bytes, known: Known) -> Iterator[bytes]:
    yield repr(key).encode()
    yield b"<" + key + b">"


def _case(key: bytes, known: Known) -> Iterator[bytes]:
    yield key.lower()
    yield key.upper()


def _from_base64(key: bytes, known: Known) -> Iterator[bytes]:
    for decode in (base64.b64decode, base64.urlsafe_b64decode):
        try:
            yield decode(key + b"=" * (-len(key) % 4))
        except ValueError:
            return


def _from_hex(key: bytes, known: Known) -> Iterator[bytes]:
    try:
        yield binascii.unhexlify(key)
    except ValueError:
        return


def _encoded(key: bytes, known: Known) -> Iterator[bytes]:
    yield base64.b64encode(key)
    yield key.hex().encode()


def _encoded_otherwise(key: bytes, known: Known) -> Iterator[bytes]:
    yield quote(key).encode()
    yield unquote_to_bytes(key)
    yield key.decode("utf-8", "replace").encode("utf-16-le")


def _passphrase(key: bytes, known: Known) -> Iterator[bytes]:
    yield known.own.passphrase.encode()


def _api_key(key: bytes, known: Known) -> Iterator[bytes]:
    yield known.own.api_key.encode()


def _together(key: bytes, known: Known) -> Iterator[bytes]:
    yield key + known.own.passphrase.encode()


def _together_anyhow(key: bytes, known: Known) -> Iterator[bytes]:
    for other in (known.own.passphrase.encode(), known.own.api_key.encode()):
        yield key + other
        yield other + key
        yield key + b"&" + other


def _missing(key: bytes, known: Known) -> Iterator[bytes]:
    yield from (b"", b"None")


def _missing_otherwise(key: bytes, known: Known) -> Iterator[bytes]:
    yield from (b"null", b"undefined", b"nan", b"nil")


def _cut(key: bytes, known: Known) -> Iterator[bytes]:
    yield key[1:]
    yield key[:-1]


def _other(key: bytes, known: Known) -> Iterator[bytes]:
    return (other.secret_key.encode() for other in known.others[-_OTHERS_IN_PAIRS:])


def _any_other(key: bytes, known: Known) -> Iterator[bytes]:
    return (other.secret_key.encode() for other in known.others[-_MOST_OTHERS:])


def _on_key(name: str, sentence: str, change: _Change, wide: _Change | None = None) -> Mistake[Keying]:
    def apply(keying: Keying, known: Known) -> Iterator[Keying]:
        return (Keying(key, keying.digest) for key in change(keying.key, known))

    def apply_wide(keying: Keying, known: Known) -> Iterable[bytes]:
        return wide(keying.key, known) if wide else ()

    return Mistake(name, sentence, frozenset({"key"}), apply, apply_wide if wide else None)


def _digest(name: str, sentence: str, *digests: str) -> Mistake[Keying]:
    def apply(keying: Keying, known: Known) -> Iterator[Keying]:
        return (Keying(keying.key, digest) for digest in digests)

    return Mistake(name, sentence, frozenset({"digest"}), apply)


KEYINGS: Final[tuple[Mistake[Keying], ...]] = (
    _on_key("another-secret", "the secret of another key was used: take the one that belongs to the API key", _other,
            _any_other),
    _on_key("secret-is-passphrase", "the passphrase was used as the secret: take the secret key", _passphrase),
    _on_key("secret-is-key", "the API key was used as the secret: take the secret key", _api_key),
    _on_key("secret-white-space", "the secret was used with white space around it, or without its own: strip what was "
            "read from a file or the environment", _white_space, _any_white_space),
    _on_key("secret-quoted", "the secret was used with quotation marks around it: take them off", _quoted,
            _any_mark),
    _on_key("secret-case", "the secret was used in another case: take it as it was issued", _case),
    _on_key("secret-from-base64", "the secret was decoded from base64: its text itself, as UTF-8, is the key",
            _from_base64),
    _on_key("secret-from-hex", "the secret was decoded from hex: its text itself, as UTF-8, is the key", _from_hex),
    _on_key("secret-encoded", "the secret was encoded before use: its text itself, as UTF-8, is the key", _encoded,
            _encoded_otherwise),
    _on_key("secret-joined", "the secret was joined with the key or the passphrase: it alone is the key", _together,
            _together_anyhow),
    _on_key("secret-missing", "nothing was used as the secret, or None or the like: look for where it gets lost",
            _missing, _missing_otherwise),
    _on_key("secret-cut", "the secret was used without its first or last character: take it whole", _cut),
    _digest("sha1", "HMAC-SHA1 was used: OKX wants HMAC-SHA256", "hmac-sha1"),
    _digest("sha512", "HMAC-SHA512 was used: OKX wants HMAC-SHA256", "hmac-sha512"),
    _digest("another-hash", "HMAC with another hash was used: OKX wants HMAC-SHA256", "hmac-sha384", "hmac-sha224",
            "hmac-md5", "hmac-sha3-256"),
    _digest("no-hmac", "a plain SHA-256 was made, no HMAC: OKX wants HMAC-SHA256", "sha256", "sha256, secret first",
            "sha256, secret last"),
    _digest("hmac-arguments-swapped", "the message was the key of the HMAC, and the secret its message: swap them",
            "hmac-sha256, message as key"),
    _digest("hmac-twice", "the HMAC was made of an HMAC: make it once", "hmac-sha256 twice"),
)  # fmt: skip
