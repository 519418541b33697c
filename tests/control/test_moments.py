"""Moments are kept by name, the newest ones."""

from __future__ import annotations

from pytest_okx.control.memory import Memory
from pytest_okx.control.moments import MOST_KEPT, Moment, Moments


def test_a_moment_is_found_by_its_name_until_too_many_are_newer() -> None:
    moments, made = Moments(), [Moment(number, Memory()) for number in range(MOST_KEPT + 1)]
    names = [moments.keep(each) for each in made]
    assert len(set(names)) == len(names)
    assert moments.find(names[0]) is None
    assert [moments.find(name) for name in names[1:]] == made[1:]


def test_the_first_moment_is_none_of_those_that_were_asked_for() -> None:
    moments, first = Moments(), Moment(0, Memory())
    moments.begin(first)
    assert moments.first is first
    assert moments.find("0") is moments.find("1") is None
