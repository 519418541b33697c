"""The log of messages: both ways, in order, cut short, without secrets."""

from __future__ import annotations

from pytest_okx.session.log import Message, MessageLog

AT = 1_795_176_000_123


def message(text: str, *, sent: bool = False, why: object = "") -> Message:
    return Message(AT, 1.0, "a4d3ae55", "private", text, sent, why)  # type: ignore[arg-type]


def lines(*messages: Message, most: int = 10) -> list[str]:
    log = MessageLog(most, lambda: ("the-secret", "abc"))
    for each in messages:
        log.append(each)
    assert len(log) == min(len(messages), most)
    return [line for _, line in log.lines()]


def test_a_line_says_when_with_whom_and_which_way() -> None:
    assert lines(message("ping"), message("pong", sent=True)) == [
        "12:00:00.123 WS a4d3ae55 /private <- ping",
        "12:00:00.123 WS a4d3ae55 /private -> pong",
    ]


def test_secrets_and_signatures_are_removed() -> None:
    [line] = lines(message('{"sign": "s\\"3/+=", "passphrase":"p", "apiKey":"abc the-secret"}'))
    assert line.endswith('{"sign": "<removed>", "passphrase":"<removed>", "apiKey":"abc <removed>"}')


def test_a_reason_is_made_when_it_is_read() -> None:
    assert lines(message("x", why=lambda: "of the-secret"))[0].endswith("<- x\n    why: of <removed>")
    assert lines(message("x", why="so"))[0].endswith("\n    why: so")


def test_long_messages_are_cut_and_old_ones_go() -> None:
    assert lines(message("x" * 301))[0].endswith(f"{'x' * 300} ...")
    assert [line[-1] for line in lines(*map(message, "abcd"), most=2)] == ["c", "d"]
