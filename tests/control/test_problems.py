"""Problem details have the form of RFC 9457."""

from __future__ import annotations

from pytest_okx.control.problems import Problem


def test_a_problem_is_told_with_its_status_its_title_and_a_sentence() -> None:
    reply = Problem(405, "send GET", Allow="GET", WWW_Authenticate="Bearer").reply
    assert reply.status == 405
    assert reply.headers == (
        ("Content-Type", "application/problem+json"),
        ("Allow", "GET"),
        ("WWW-Authenticate", "Bearer"),
    )
    assert reply.json() == {
        "type": "about:blank",
        "title": "Method Not Allowed",
        "status": 405,
        "detail": "send GET",
    }
