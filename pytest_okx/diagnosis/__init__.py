"""Why a signature was refused: the mistake, or the two, that explain it, named, and shown without any secret.

Mistakes are rows of tables (`logins`, `targets`, `bodies`, `times`, `wholes`, `keyings`, `encodings`, `texts`);
`search` tries them. Nothing here knows a gateway or asks the time. A mistake that is named is proved: the signature is
that of the message shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from ..signing import Credentials
from .encodings import ENCODINGS
from .keyings import KEYINGS
from .logins import LOGIN_TIMES, LoginTime, timestamp_of_login
from .recipes import HOSTS, Known, Message
from .report import Diagnosis, first_difference, shown
from .search import MESSAGES, explain
from .texts import TEXTS, text_of

__all__ = ["MISTAKES", "Diagnosis", "LoginTime", "diagnose", "timestamp_of_login"]

MISTAKES: Final[Mapping[str, str]] = MappingProxyType(
    {row.name: row.sentence for table in (MESSAGES, KEYINGS, ENCODINGS, TEXTS, LOGIN_TIMES) for row in table}
)
"""Every mistake that can be named, with its sentence."""


def diagnose(
    signature: str,
    *,
    timestamp: str,
    method: str,
    target: str,
    body: bytes = b"",
    credentials: Credentials,
    others: Iterable[Credentials] = (),
    host: str = "",
    earlier: Iterable[str] = (),
) -> Diagnosis:
    """Say what is wrong with the `signature` of a request that arrived with the parts given, `target` as it was sent.

    `credentials` are those of the key that the request names, `others` any that may have been mixed up with them;
    `host` is the Host header, `earlier` timestamps that were sent before. A right signature is said to be right.
    """
    known = Known(credentials, tuple(each for each in others if each != credentials), _hosts(host), tuple(earlier))
    message = Message(_bytes(timestamp), _bytes(method.upper()), _bytes(target), body)
    keys = (credentials, *known.others)
    right = message.signed
    expected = shown(right, keys)
    found = explain(signature, message, known)
    if found is None:
        row = text_of(signature, right, known)
        if row is None:
            return Diagnosis((), _UNEXPLAINED, "", expected, None)
        return Diagnosis((row.name,), row.sentence, "", expected, None)
    if not found.mistakes:
        return Diagnosis((), "the signature is right", expected, expected, None, right=True)
    rows = dict.fromkeys((each.name, each.sentence) for each in found.mistakes)
    signed = shown(found.message, keys)
    evidence = "; ".join(sentence for _, sentence in rows)
    return Diagnosis(tuple(name for name, _ in rows), evidence, signed, expected, first_difference(signed, expected))


_UNEXPLAINED: Final = (
    "no known mistake explains the signature, nor do two: compare what is signed with the message expected, and the "
    "secret key with the one that was issued"
)


def _hosts(host: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((host, *HOSTS))) if host else HOSTS


def _bytes(text: str) -> bytes:
    """The bytes of what arrived: latin-1 text, as far as it is that."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")
