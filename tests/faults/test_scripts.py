"""What happens on each occasion: the same, one thing after another, or what a seed chose."""

from __future__ import annotations

from collections import Counter

import pytest

from pytest_okx.faults import Close, Disconnect, Fault, HttpError, LoseReply, Reject
from pytest_okx.faults.scripts import Choice, Script, Steps, outcomes_of

BUSY, LOST = Reject("50011"), LoseReply()


def test_a_single_fault_is_the_same_every_time() -> None:
    script = Script((BUSY,))
    assert [script.outcome(number) for number in range(3)] == [BUSY] * 3
    assert script.text(2) == "Reject('50011')"
    assert [script.unmet(1, hits) for hits in (0, 1)] == [True, False]


def test_steps_come_one_after_another_and_each_is_missed() -> None:
    script = Steps((BUSY, None, LOST, None))
    assert [script.outcome(number) for number in range(4)] == [BUSY, None, LOST, None]
    assert [script.unmet(occasions, 0) for occasions in range(5)] == [True, True, True, False, False]
    assert script.text(1) == "step 2 of sequence([Reject('50011'), None, LoseReply(), None])"
    assert script.text(4) == "sequence([Reject('50011'), None, LoseReply(), None])"


@pytest.mark.parametrize(
    ("outcomes", "moments"),
    [
        ((BUSY, None, LOST, HttpError()), ["check", "after", "after", "before"]),
        ((Disconnect(at="connect"), None, Close()), ["connect", "connect", "connect"]),
        ((Disconnect(at="connect"), None, LOST), ["connect", "after", "after"]),
    ],
)
def test_a_call_that_goes_well_is_counted_at_its_end(outcomes: tuple[Fault | None, ...], moments: list[str]) -> None:
    assert [Steps(outcomes).moment(number) for number in range(len(outcomes))] == moments


def test_a_choice_depends_on_its_seed_and_on_nothing_else() -> None:
    outcomes = (BUSY, None, LOST)
    seven, again, eight = Choice(outcomes, 7), Choice(outcomes, 7), Choice(outcomes, 8)
    chosen = [seven.outcome(number) for number in range(30)]
    assert chosen == [again.outcome(number) for number in range(30)]
    assert chosen != [eight.outcome(number) for number in range(30)]
    assert seven.outcome(3) == chosen[3]
    # Written down, because a test that passes today must pass with the next version too.
    assert chosen[:6] == [BUSY, LOST, None, None, BUSY, None]
    assert seven.text(3) == "choice([Reject('50011'), None, LoseReply()], seed=7)"


def test_what_is_listed_twice_comes_twice_as_often() -> None:
    script = Choice((None, None, BUSY), 1)
    counted = Counter(script.outcome(number) for number in range(3000))
    assert 1.7 < counted[None] / counted[BUSY] < 2.3


@pytest.mark.parametrize(
    ("given", "error", "text"),
    [
        (BUSY, TypeError, "sequence takes a list such as [Reject('50011'), None], not Reject('50011')"),
        ("50011", TypeError, "sequence takes a list such as [Reject('50011'), None], not '50011'"),
        (7, TypeError, "not 7"),
        ([BUSY, "50011"], TypeError, "'50011' is no fault: give a value such as Reject('50011') or LoseReply()"),
        ([BUSY, LoseReply], TypeError, "LoseReply'> is no fault"),
        ([Fault()], TypeError, "Fault() is no fault"),
        ([], ValueError, "sequence of [] has no fault in it: name one, None is a call that goes well"),
        ([None], ValueError, "sequence of [None] has no fault in it"),
    ],
)
def test_what_is_no_list_of_outcomes_is_refused(given: object, error: type[Exception], text: str) -> None:
    with pytest.raises(error) as refused:
        outcomes_of(given, "sequence")
    assert text in str(refused.value)


def test_outcomes_may_come_from_anything_that_can_be_listed() -> None:
    assert outcomes_of((fault for fault in (BUSY, None)), "choice") == (BUSY, None)
