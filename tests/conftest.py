"""The profile of Hypothesis for this suite: a test judges what happens, never how fast, on whatever machine."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("suite", max_examples=50, deadline=None)
settings.load_profile("suite")
