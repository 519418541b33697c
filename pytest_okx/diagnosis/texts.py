"""Mistakes that a signature's text shows by itself, where no digest can be read out of it: damaged, or another value.

They are asked last, because the others say more.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from .recipes import Known

__all__ = ["TEXTS", "Text", "text_of"]

_SHORTEST_PART: Final = 8
_FEW: Final = 2


@dataclass(frozen=True, slots=True)
class Text:
    """One mistake: its name, a sentence with the way out, and whether it was made.

    `made` is given what arrived, what is right, and what is known.
    """

    name: str
    sentence: str
    made: Callable[[str, str, Known], bool]


def _credential(text: str, right: str, known: Known) -> bool:
    own = known.own
    return text in (own.secret_key, own.passphrase, own.api_key)


def _nothing(text: str, right: str, known: Known) -> bool:
    return text.lower() in ("", "none", "null", "nan", "undefined", "true", "false", "nil")


def _case(text: str, right: str, known: Known) -> bool:
    return text.lower() == right.lower()


def _part(text: str, right: str, known: Known) -> bool:
    return len(text) >= _SHORTEST_PART and text != right and (text in right or right in text)


def _altered(text: str, right: str, known: Known) -> bool:
    return len(text) == len(right) and sum(map(str.__ne__, text, right)) <= _FEW


TEXTS: Final = (
    Text("signature-is-credential", "a part of the key was sent in the place of the signature: sign the message and "
         "send that", _credential),
    Text("signature-missing", "None, null or the like was sent in the place of the signature: look for where it "
         "gets lost", _nothing),
    Text("signature-case", "the signature was sent in another case: base64 is case-sensitive", _case),
    Text("signature-cut", "the signature was cut, or something was added to it: send it whole and alone", _part),
    Text("signature-altered", "the signature is the right one with a character or two changed: send it as it was made",
         _altered),
)  # fmt: skip


def text_of(signature: str, message: bytes, known: Known) -> Text | None:
    """The mistake that the text of a signature shows by itself; None for none."""
    right = base64.b64encode(hmac.digest(known.own.secret_key.encode(), message, "sha256")).decode()
    return next((row for row in TEXTS if row.made(signature, right, known)), None)
