"""The search for what explains a signature: single mistakes, then those with many variants, then pairs.

A signature is undone first, so that what is sought is a digest; a message is made once and tried with each key. The
work is bounded by counting, because nothing here may ask the time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, combinations
from typing import Any, Final, NamedTuple

from .bodies import BODIES
from .encodings import Encoding, digests_of
from .keyings import KEYINGS
from .logins import LOGINS
from .recipes import DIGESTS, PARTS, Keying, Known, Message, Mistake
from .targets import TARGETS
from .times import TIMES
from .wholes import WHOLES

__all__ = ["MESSAGES", "Explanation", "explain"]

MESSAGES: Final[tuple[Mistake[Message], ...]] = (*LOGINS, *TARGETS, *BODIES, *TIMES, *WHOLES)
"""What may be wrong with the message; of two that make the same message, the first is named."""
# What a search may cost, in bytes hashed; a digest costs as much as so many bytes, however short the message is.
_MOST_BYTES: Final = 10_000_000
_BYTES_PER_DIGEST: Final = 300


class Explanation(NamedTuple):
    """What was done: the mistakes, in the order of OKX's recipe, and the bytes that were signed."""

    mistakes: tuple[Mistake[Message] | Mistake[Keying] | Encoding, ...]
    message: bytes


class _Single(NamedTuple):
    """A message with one mistake: what was made of the right one, and the fields in which it differs.

    `part` is the one part that differs and `value` what it is, where no more does; `around` what is signed before and
    after each part.
    """

    mistake: Mistake[Message]
    made: Message
    signed: bytes
    changed: frozenset[str]
    part: str
    value: bytes
    around: dict[str, tuple[bytes, bytes]]


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
    """One search: what is sought, what is known, and how much may be tried still."""

    def __init__(
        self, sought: Mapping[bytes, tuple[Encoding, ...]], lengths: set[int], message: Message, known: Known
    ) -> None:
        self._sought = sought
        self._lengths = lengths
        self._message = message
        self._known = known
        self._right = message.signed
        self._keying = Keying(known.own.secret_key.encode())
        self._left = _MOST_BYTES

    def run(self) -> Iterator[Explanation]:
        """Every explanation, the simplest first."""
        plain = _Keyed((), self._keying)
        unchanged: list[_Named] = [((), self._right)]
        yield from self._try(unchanged, [plain])
        keyed = [plain, *self._keyed(plain)]
        usable = [each for each in keyed if self._fits(each)]
        straight = [each for each in usable if each.keying.key == plain.keying.key][:1]
        yield from self._try(unchanged, usable)
        singles = list(self._singles())
        named: list[_Named] = [((single.mistake,), single.signed) for single in singles]
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
        sought, ways = self._sought, [(by, DIGESTS[keying.digest][1](keying.key)) for by, keying in keyed]
        for mistakes, signed in messages:
            self._left -= len(ways) * (len(signed) + _BYTES_PER_DIGEST)
            if self._left < 0:
                raise _Tired
            for by, made in ways:
                digest = made(signed)
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
        twice: dict[Keying, _Keyed] = {}
        for each in keyed:
            for both in self._keyed(each) if each.mistakes else ():
                twice.setdefault(both.keying, both)
        return [each for each in twice.values() if self._fits(each)]

    def _wide_keys(self) -> Iterator[_Keyed]:
        for mistake in KEYINGS:
            for key in mistake.wide(self._keying, self._known) if mistake.wide else ():
                yield _Keyed((mistake,), Keying(key))

    def _wide_messages(self) -> Iterator[_Named]:
        for mistake in MESSAGES:
            for signed in mistake.wide(self._message, self._known) if mistake.wide else ():
                yield (mistake,), signed

    def _singles(self) -> Iterator[_Single]:
        """What each mistake makes of the message, each message once."""
        seen = {self._right}
        for mistake in MESSAGES:
            for made in mistake.apply(self._message, self._known):
                signed = made.signed
                if signed not in seen:
                    seen.add(signed)
                    yield _single(mistake, self._message, made, signed)

    def _pairs(self, singles: Sequence[_Single]) -> Iterator[_Named]:
        """Messages with two mistakes: changes that have nothing in common together, else one made after the other."""
        seen = {self._right, *(single.signed for single in singles)}
        for mistakes, signed in chain(self._together(singles), self._one_after_the_other(singles)):
            if signed not in seen:
                seen.add(signed)
                yield mistakes, signed

    def _together(self, singles: Sequence[_Single]) -> Iterator[_Named]:
        for one, other in combinations(singles, 2):
            if not one.changed.isdisjoint(other.changed):
                continue
            if other.part:
                before, after = one.around[other.part]
                signed = before + other.value + after
            elif one.part:
                before, after = other.around[one.part]
                signed = before + one.value + after
            else:
                signed = _both(self._message, one.made, other.made).signed
            yield (one.mistake, other.mistake), signed

    def _one_after_the_other(self, singles: Sequence[_Single]) -> Iterator[_Named]:
        for one in singles:
            for second in MESSAGES:
                if second is not one.mistake and second.touches & one.changed:
                    both = (one.mistake, second)
                    yield from ((both, signed) for signed in _made_after(one, second, self._known))


def _single(mistake: Mistake[Message], right: Message, made: Message, signed: bytes) -> _Single:
    pairs = zip(Message._fields, right, made, strict=True)
    changed = frozenset(name for name, before, after in pairs if before != after)
    (part,) = changed if len(changed) == 1 and changed.issubset(PARTS) else ("",)
    value = getattr(made, part) if part else b""
    return _Single(mistake, made, signed, changed, part, value, {each: made.around(each) for each in PARTS})


def _both(right: Message, one: Message, other: Message) -> Message:
    """What differs from the right message in either."""
    fields = zip(Message._fields, right, one, strict=True)
    changed: dict[str, Any] = {name: after for name, before, after in fields if before != after}
    return other._replace(**changed)


def _made_after(one: _Single, second: Mistake[Message], known: Known) -> Iterator[bytes]:
    """The messages that a second mistake makes of one that has a mistake already."""
    if second.change is None:
        yield from (made.signed for made in second.apply(one.made, known))
        return
    (part,) = second.touches
    before, after = one.around[part]
    for value in second.change(getattr(one.made, part), known):
        yield before + value + after
