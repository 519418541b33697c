"""Calls and messages in one list, each with a number that it keeps."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pytest_okx.calls import Call, CallLog
from pytest_okx.control import Journal
from pytest_okx.messages import Headers
from pytest_okx.session import Message, MessageLog


def call(target: str) -> Call:
    return Call("GET", target, Headers(), b"", 200, "0", "accepted", "", datetime(2026, 1, 1, tzinfo=UTC))


@pytest.fixture
def logs() -> tuple[CallLog, MessageLog, Journal]:
    calls, messages = CallLog(10), MessageLog(10, lambda: ("the-secret",))
    return calls, messages, Journal(3, calls, messages)


Logs = tuple[CallLog, MessageLog, Journal]


def test_calls_and_messages_are_in_the_order_in_which_they_came(logs: Logs) -> None:
    calls, messages, journal = logs
    calls.append(lambda: call("/a"))
    messages.append(Message(0, 0.0, "id", "public", "the-secret", sent=False))
    calls.append(lambda: call("/b"))
    first, second, third = (entry.content for entry in journal.after(0))
    assert isinstance(second, Message)
    assert second.text == "<removed>"
    assert [each.target for each in (first, third) if isinstance(each, Call)] == ["/a", "/b"]


def test_numbers_stay_when_old_ones_go(logs: Logs) -> None:
    calls, _, journal = logs
    for name in "abcde":
        calls.append(lambda name=name: call(name))  # type: ignore[misc]
    assert [entry.number for entry in journal.after(0)] == [3, 4, 5]
    assert [entry.number for entry in journal.after(4)] == [5]
    assert [entry.number for entry in journal.after(0, 1)] == [3]
    assert (journal.last, journal.dropped, journal.after(9)) == (5, 2, [])
    found = journal.entry(4)
    assert found is not None
    assert found.number == 4
    assert journal.entry(2) is journal.entry(6) is journal.entry(0) is None


def test_who_listens_is_told_of_each_until_they_do_not(logs: Logs) -> None:
    calls, _, journal = logs
    heard: list[int] = []
    end = journal.listen(lambda: heard.append(journal.last))
    calls.append(lambda: call("/a"))
    end()
    end()
    calls.append(lambda: call("/b"))
    assert heard == [1]
