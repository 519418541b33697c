"""The errors of what is refused. They are no OSError, because clients take those for bad weather and try again."""

from __future__ import annotations

__all__ = ["ElsewhereRefused", "RealExchangeRefused"]


class RealExchangeRefused(RuntimeError):
    """A test reached for the real OKX."""


class ElsewhereRefused(RuntimeError):
    """A test that may reach OKX's hosts alone reached for another one."""
