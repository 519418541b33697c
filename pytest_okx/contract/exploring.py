"""Hypothesis as a searcher: values are drawn and judged until one fails, and what failed is given back, not raised.

Knows neither what is drawn nor what a failure is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.errors import Flaky

__all__ = ["explored"]

Drawn = TypeVar("Drawn")
Failed = TypeVar("Failed")


class _Shown(Exception):
    """What a property raises once a failure is recorded."""


def explored(
    strategy: st.SearchStrategy[Drawn], judge: Callable[[Drawn], Failed | None], profile: settings, key: str
) -> list[Failed]:
    """The failures that Hypothesis met, the smallest one last; none where the property holds.

    `key` is what its database keeps them under, so that the next run begins with them.
    """
    failures: list[Failed] = []

    @profile
    @given(strategy)
    def holds(drawn: Any) -> None:
        if failure := judge(drawn):
            failures.append(failure)
            raise _Shown

    # As Hypothesis tells the cases of a parametrized test apart: the source of all these properties is the same.
    holds.hypothesis.inner_test._hypothesis_internal_add_digest = key.encode()  # type: ignore[attr-defined]
    try:
        holds()
    except (_Shown, Flaky):
        # Flaky: what has a memory fails at times. Without a failure of ours it is somebody else's error.
        if not failures:
            raise
    return failures
