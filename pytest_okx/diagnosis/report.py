"""What a diagnosis says: a value, and its text without any secret.

Knows no mistakes and searches nothing.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import quote, quote_plus

from ..signing import Credentials

__all__ = ["Diagnosis", "first_difference", "shown"]

_HIDDEN: Final = "<removed>"
_SHORTEST_SECRET: Final = 4
_MORE: Final = "... "
_BEFORE, _AFTER = 120, 60
_CONTROLS: Final = {code: repr(chr(code))[1:-1] for code in (*range(0x20), 0x7F, *range(0x80, 0xA0), 0x2028, 0x2029)}


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Why a signature was refused.

    `right` says that nothing is wrong with it. Else `mistakes` names what explains it, in the order of OKX's recipe,
    and is empty where nothing does; `evidence` is a sentence for each. `signed` and `expected` are the messages
    (pre-hashes), secrets taken out and control characters escaped: `signed` is "" where it is not known.
    `first_difference` is the first character in which they differ, None where they do not or one is not known.
    """

    mistakes: tuple[str, ...]
    evidence: str
    signed: str
    expected: str
    first_difference: int | None
    right: bool = False

    @property
    def explained(self) -> bool:
        """Whether mistakes were found."""
        return bool(self.mistakes)

    def __str__(self) -> str:
        lines = [f"{' + '.join(self.mistakes)}: {self.evidence}" if self.mistakes else self.evidence]
        at = self.first_difference
        if self.signed:
            start = 0 if at is None else max(0, at - _BEFORE)
            lines += [f"signed:   {_window(self.signed, start)}", f"expected: {_window(self.expected, start)}"]
        if at is not None:
            indent = len("expected: ") + at - start + len(_MORE if start else "")
            lines.append(f"{'^':>{indent + 1}} character {at + 1} is the first to differ")
        return "\n".join(lines)


def _window(text: str, start: int) -> str:
    end = start + _BEFORE + _AFTER
    return (_MORE if start else "") + text[start:end] + (" ..." if len(text) > end else "")


def first_difference(one: str, other: str) -> int | None:
    """The index of the first character in which two texts differ; None where they are equal."""
    for index, (here, there) in enumerate(zip(one, other, strict=False)):
        if here != there:
            return index
    return None if len(one) == len(other) else min(len(one), len(other))


def shown(message: bytes, keys: Iterable[Credentials]) -> str:
    """A message as text of one line, every secret of `keys` taken out, in each form that it may have there."""
    text = message.decode("utf-8", "backslashreplace")
    forms = {form for key in keys for secret in (key.secret_key, key.passphrase) for form in _forms(secret)}
    for form in sorted(forms, key=len, reverse=True):
        text = text.replace(form, _HIDDEN)
    return text.translate(_CONTROLS)


@lru_cache(maxsize=1024)
def _forms(secret: str) -> tuple[str, ...]:
    if len(secret) < _SHORTEST_SECRET:
        return ()
    raw = secret.encode("utf-8", "replace")
    codings = (quote(secret, "", errors="replace"), quote_plus(secret, errors="replace"), json.dumps(secret)[1:-1])
    return (secret, secret.lower(), secret.upper(), *codings, b64encode(raw).decode(), raw.hex())
