"""One suite that uses the plugin beside others at once: on two workers, in random order, with asyncio and trio.

The suite is shown in the README, section "Beside other plugins", and run from there.
"""

from __future__ import annotations

import re

import pytest

from .test_readme import BESIDE, blocks


def test_the_suite_runs_on_two_workers_in_any_order(pytester: pytest.Pytester) -> None:
    (suite,) = (code for code in blocks("python") if code.startswith(BESIDE))
    pytester.makepyfile(suite)
    pytester.makeini("[pytest]\nfilterwarnings = error\nasyncio_default_fixture_loop_scope = function\n")
    result = pytester.runpytest_subprocess("-n", "2", "-p", "no:cacheprovider", "-v")
    result.assert_outcomes(passed=7)
    for plugin in ("randomly", "asyncio", "anyio", "httpserver", "httpx", "xdist"):
        assert re.search(rf"plugins: .*{plugin}-", result.stdout.str()), plugin
