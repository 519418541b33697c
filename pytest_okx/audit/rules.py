"""What a rule is, the table of all of them, and what they find. It knows no rule and looks at no call itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from textwrap import indent
from types import MappingProxyType
from typing import Final

from ..calls import Call
from .record import Record
from .talks import Message

__all__ = ["RULES", "Evidence", "Finding", "Rule", "Severity", "audit", "rule"]

_SHOWN_CALLS: Final = 3


class Severity(StrEnum):
    """How bad a finding is, the worst first."""

    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"


# What a rule found: a sentence with the values in it, and the calls or messages that show it.
Evidence = tuple[str, Sequence[Call | Message]]
Find = Callable[[Record], Iterable[Evidence]]


@dataclass(frozen=True, slots=True)
class Finding:
    """One bad manner of a client: what was found, the calls or messages that show it, why it matters, who says so."""

    rule: str
    severity: Severity
    sentence: str
    calls: tuple[Call, ...]
    why: str
    source: str
    messages: tuple[Message, ...] = ()

    def __str__(self) -> str:
        evidence = (*self.calls, *self.messages)
        shown = [indent(str(each), "  ") for each in evidence[:_SHOWN_CALLS]]
        hidden = len(evidence) - len(shown)
        more = [f"  (and {hidden} more)"] if hidden else []
        head = f"{self.severity} {self.rule}: {self.sentence}"
        return "\n".join([head, *shown, *more, f"  why: {self.why}", f"  source: {self.source}"])


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the table: what is bad manners (`what`, one line), why, who says so, and the function that finds it."""

    name: str
    severity: Severity
    what: str
    why: str
    source: str
    find: Find

    def findings(self, record: Record) -> Iterable[Finding]:
        """What breaks the rule."""
        for sentence, shown in self.find(record):
            calls = tuple(each for each in shown if isinstance(each, Call))
            messages = tuple(each for each in shown if not isinstance(each, Call))
            yield Finding(self.name, self.severity, sentence, calls, self.why, self.source, messages)


_rules: dict[str, Rule] = {}
RULES: Mapping[str, Rule] = MappingProxyType(_rules)
"""Every rule by its name, in the order in which they were defined."""


def rule(name: str, severity: Severity, *, why: str, source: str) -> Callable[[Find], Find]:
    """The decorated function finds what breaks the rule `name`; the first line of its docstring says what that is."""

    def add(find: Find) -> Find:
        if name in _rules:
            raise TypeError(f"{find.__qualname__}() and {_rules[name].find.__qualname__}() are both {name!r}: keep one")
        what = (find.__doc__ or "").partition("\n")[0].rstrip(".")
        _rules[name] = Rule(name, severity, what, why, source, find)
        return find

    return add


def audit(record: Record) -> tuple[Finding, ...]:
    """What every rule finds, the worst first."""
    found = [finding for each in RULES.values() for finding in each.findings(record)]
    return tuple(sorted(found, key=lambda finding: list(Severity).index(finding.severity)))
