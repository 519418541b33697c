"""Searching with Hypothesis: what failed is given back, an error that is not ours is not."""

from __future__ import annotations

import sys

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisException

from pytest_okx.contract.exploring import explored


def test_the_smallest_failure_comes_last() -> None:
    found = explored(st.integers(), lambda number: str(number) if number > 99 else None, settings(database=None), "key")
    assert found[-1] == "100"


def test_what_holds_has_no_failures() -> None:
    assert explored(st.integers(), lambda number: None, settings(database=None), "key") == []


def test_an_error_of_somebody_else_is_not_swallowed() -> None:
    def judge(number: int) -> None:
        raise ZeroDivisionError(sys.version)

    with pytest.raises(ZeroDivisionError):
        explored(st.integers(), judge, settings(database=None), "key")


def test_flakiness_without_a_failure_is_told() -> None:
    seen: list[int] = []

    def judge(number: int) -> None:
        seen.append(number)
        if len(seen) == 3:
            raise ZeroDivisionError

    with pytest.raises((HypothesisException, ExceptionGroup)):
        explored(st.integers(), judge, settings(database=None), "key")
