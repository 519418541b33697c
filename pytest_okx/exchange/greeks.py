"""What an option's price says: implied volatility and greeks of Black's model of 1976, without interest.

Floats, because no money comes of them. An option of a coin is priced in that coin; its greeks come in dollars ("BS")
and in the coin ("PA"). Source: OKX's "Get option market data"; the relation of PA to BS is that of its example.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import erf, exp, log, pi, sqrt

YEAR_MS = 365 * 86_400_000
MAX_VOL = 10.0
"""No volatility above 1000 % is looked for."""

_STEPS = 44
_LEAST = 1e-9


@dataclass(frozen=True, slots=True)
class Terms:
    """A call (sign 1) or put (-1), the forward price of what it is about, and the years until it expires."""

    sign: int
    strike: float
    forward: float
    years: float


@dataclass(frozen=True, slots=True)
class Greeks:
    """By a dollar (delta, gamma), a point of volatility (vega) and a day (theta)."""

    delta: float
    gamma: float
    vega: float
    theta: float


def value(terms: Terms, vol: float) -> float:
    """Return the price of an option in dollars."""
    d1, d2 = _moments(terms, vol)
    sign = terms.sign
    return sign * (terms.forward * _normal(sign * d1) - terms.strike * _normal(sign * d2))


def implied_vol(terms: Terms, price: float) -> float:
    """Return the volatility at which an option is worth `price` dollars: 0 if less than exercising it now brings."""
    low, high = 0.0, MAX_VOL
    if price <= value(terms, low):
        return low
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if value(terms, middle) < price else (low, middle)
    return high


def greeks(terms: Terms, vol: float) -> Greeks:
    """Return the greeks in dollars."""
    d1, _ = _moments(terms, vol)
    density = exp(-d1 * d1 / 2) / sqrt(2 * pi)
    root = sqrt(terms.years)
    return Greeks(
        delta=terms.sign * _normal(terms.sign * d1),
        gamma=density / (terms.forward * _deviation(terms, vol)),
        vega=terms.forward * density * root / 100,
        theta=-terms.forward * density * vol / (2 * root) / 365,
    )


def in_coin(terms: Terms, of: Greeks, price: float) -> Greeks:
    """Return the greeks of an option that costs `price` coins, adjusted for its premium."""
    delta = of.delta - price
    gamma = terms.forward * of.gamma - 2 * delta
    return Greeks(delta, gamma, of.vega / terms.forward, of.theta / terms.forward)


def _deviation(terms: Terms, vol: float) -> float:
    return max(vol * sqrt(terms.years), _LEAST)


def _moments(terms: Terms, vol: float) -> tuple[float, float]:
    deviation = _deviation(terms, vol)
    d1 = log(terms.forward / terms.strike) / deviation + deviation / 2
    return d1, d1 - deviation


def _normal(x: float) -> float:
    return (1 + erf(x / sqrt(2))) / 2
