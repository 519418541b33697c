"""The search for what explains a signature: single mistakes, then those with many variants, then pairs.

A signature is undone first, so that what is sought is a digest; a message is made once and tried with each key. The
work is bounded by counting, because nothing here may ask the time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any, Final, NamedTuple

from .bodies import BODIES
from .encodings import Encoding, digests_of
from .keyings import KEYINGS
from .recipes import DIGESTS, Keying, Known, Message, Mistake
from .targets import TARGETS
from .times import TIMES
from .wholes import WHOLES

__all__ = ["MESSAGES", "Explanation", "explain"]

MESSAGES: Final[tuple[Mistake[Message], ...]] = (*TARGETS, *BODIES, *TIMES, *WHOLES)
"""What may be wrong with the message; of two that make the same message, the first is named."""
_MOST_DIGESTS: Final = 24_000
_MOST_BYTES: Final = 8_000_000


class Explanation(NamedTuple):
    """What was done: the mistakes, in the order of OKX's recipe, and the bytes that were signed."""

    mistakes: tuple[Mistake[Message] | Mistake[Keying] | Encoding, ...]
    message: bytes


class _Single(NamedTuple):
    """A message with one mistake: what was made of the right one, and what is different about it."""

    mistake: Mistake[Message]
    made: Message
    changed: dict[str, Any]
    signed: bytes


class _Keyed(NamedTuple):
    mistakes: tuple[Mistake[Keying], ...]
    keying: Keying


_Named = tuple[tuple[Mistake[Message], ...], bytes]


class _Tired(Exception):
    """Enough was tried."""


def explain(signature: str, message: Message, known: Known) -> Explanation | None:
    """What explains `signature`, the simplest first; None where nothing does. No mistakes mean that it is right."""
    sought = digests_of(signature)
    lengths = {len(digest) for digest in sought}
    if lengths.isdisjoint(length for length, _ in DIGESTS.values()):
        return None
    search = _Search(sought, lengths, message, known)
    try:
        return next(search.run(), None)
    except _Tired:
        return None


class _Search:
    """One search: what is sought, what is known, and how much was tried already."""

    def __init__(
        self, sought: Mapping[bytes, tuple[Encoding, ...]], lengths: set[int], message: Message, known: Known
    ) -> None:
        self._sought = sought
        self._lengths = lengths
        self._message = message
        self._known = known
        self._right = message.signed
        self._keying = Keying(known.own.secret_key.encode())
        self._tried = self._bytes = 0

    def run(self) -> Iterator[Explanation]:
        """Every explanation, the simplest first."""
        plain = _Keyed((), self._keying)
        keyed = [plain, *self._keyed(plain)]
        usable = [each for each in keyed if self._fits(each)]
        straight = [each for each in usable if each.keying.key == plain.keying.key][:1]
        singles = list(self._singles(self._message, MESSAGES))
        unchanged: list[_Named] = [((), self._right)]
        named: list[_Named] = [((single.mistake,), single.signed) for single in singles]
        yield from self._try(unchanged, usable)
        yield from self._try(named, straight)
        yield from self._try(self._wide_messages(), straight)
        yield from self._try(unchanged, list(self._wide_keys()))
        yield from self._try(named, usable)
        yield from self._try(unchanged, self._keyed_twice(keyed))
        yield from self._try(self._pairs(singles), straight)

    def _fits(self, keyed: _Keyed) -> bool:
        return DIGESTS[keyed.keying.digest][0] in self._lengths

    def _try(self, messages: Iterable[_Named], keyed: Sequence[_Keyed]) -> Iterator[Explanation]:
        """The explanations by each of these messages, signed in each of these ways."""
        sought = self._sought
        ways = [(by, keying.key, DIGESTS[keying.digest][1]) for by, keying in keyed]
        for mistakes, signed in messages:
            self._tried += len(ways)
            self._bytes += len(ways) * len(signed)
            if self._tried > _MOST_DIGESTS or self._bytes > _MOST_BYTES:
                raise _Tired
            for by, key, made in ways:
                digest = made(key, signed)
                if digest in sought:
                    yield Explanation((*mistakes, *by, *sought[digest]), signed)

    def _keyed(self, base: _Keyed) -> Iterator[_Keyed]:
        """What signs, with one mistake more."""
        for mistake in KEYINGS:
            if mistake not in base.mistakes:
                for keying in dict.fromkeys(mistake.apply(base.keying, self._known)):
                    if keying != base.keying:
                        yield _Keyed((*base.mistakes, mistake), keying)

    def _keyed_twice(self, keyed: Iterable[_Keyed]) -> list[_Keyed]:
        twice = (both for each in keyed if each.mistakes for both in self._keyed(each))
        return [each for each in twice if self._fits(each)]

    def _wide_keys(self) -> Iterator[_Keyed]:
        for mistake in KEYINGS:
            for key in mistake.wide(self._keying, self._known) if mistake.wide else ():
                yield _Keyed((mistake,), Keying(key))

    def _wide_messages(self) -> Iterator[_Named]:
        for mistake in MESSAGES:
            for signed in mistake.wide(self._message, self._known) if mistake.wide else ():
                yield (mistake,), signed

    def _singles(self, base: Message, mistakes: Iterable[Mistake[Message]]) -> Iterator[_Single]:
        """What each of these mistakes makes of a message, each message once."""
        seen = {base.signed}
        for mistake in mistakes:
            for made in mistake.apply(base, self._known):
                signed = made.signed
                if signed not in seen:
                    seen.add(signed)
                    yield _Single(mistake, made, _changes(base, made), signed)

    def _pairs(self, singles: Sequence[_Single]) -> Iterator[_Named]:
        """Messages with two mistakes: changes that have nothing in common together, else one made after the other."""
        right = self._message._asdict()
        seen = {self._right, *(single.signed for single in singles)}
        for one, other in combinations(singles, 2):
            if one.changed.keys().isdisjoint(other.changed):
                both = {**right, **one.changed, **other.changed}
                signed = both["joint"].join([both[part] for part in both["order"]])
                if signed not in seen:
                    seen.add(signed)
                    yield (one.mistake, other.mistake), signed
        for one in singles:
            others = [each for each in MESSAGES if each is not one.mistake and each.touches & one.changed.keys()]
            for after in others:
                for made in after.apply(one.made, self._known):
                    if made.signed not in seen:
                        seen.add(made.signed)
                        yield (one.mistake, after), made.signed


def _changes(base: Message, made: Message) -> dict[str, Any]:
    """The fields of `made` that are not those of `base`."""
    pairs = zip(Message._fields, base, made, strict=True)
    return {name: after for name, before, after in pairs if before != after}
