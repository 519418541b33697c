"""Trading statistics: who is long, who takes, what is held and traded, over time (OKX docs: Trading Statistics).

Sums and ratios are the exchange's; this cuts the periods that are asked for and gives rows of text without names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from itertools import islice
from types import MappingProxyType
from typing import Final

from ..errors import OkxError
from ..exchange import BARS, Bar, Candle, Instrument, Page, Statistics
from ..messages import number
from ..routing import Journey, public
from .pages import cut
from .params import instrument_of, limit, listed, listed_since, whole, word

__all__ = [
    "account_ratio",
    "contract_account_ratio",
    "loan_ratio",
    "open_interest_history",
    "open_interest_volume",
    "support_coin",
    "taker_volume",
    "taker_volume_contract",
    "top_account_ratio",
    "top_position_ratio",
]

Rows = list[list[str]]
Numbers = tuple[Decimal, ...]

_DAY_MS: Final = 86_400_000
# How many days each period goes back, where the statistic is of a currency.
_DAYS: Final = {"5m": 2, "1H": 30, "1D": 180}
_MOST_BARS: Final = 1440
_BARS: Final = frozenset(BARS) - {"1s", "1m", "3m", "1Yutc"}
_CONTRACTS: Final = ("SWAP", "FUTURES")
# What `unit` of contracts means, by the volumes of a candle.
_UNITS: Final[Mapping[str, Callable[[Candle], Decimal]]] = MappingProxyType(
    {"0": lambda candle: candle.vol_ccy, "1": lambda candle: candle.vol, "2": lambda candle: candle.vol_ccy_quote}
)


@public("GET /api/v5/rubik/stat/trading-data/support-coin")
def support_coin(journey: Journey) -> dict[str, list[str]]:
    """The coins of which there are statistics (OKX docs: Get support coin)."""
    return {
        "contract": coins(journey, *_CONTRACTS),
        "option": coins(journey, "OPTION"),
        "spot": coins(journey, "SPOT"),
    }


def coins(journey: Journey, *inst_types: str) -> list[str]:
    """The coins of the listed instruments of these types, by name."""
    return sorted({coin_of(each) for each in listed(journey) if each.inst_type in inst_types})


def coin_of(instrument: Instrument) -> str:
    """The coin that an instrument is about."""
    return instrument.inst_id.partition("-")[0]


def about(journey: Journey, *inst_types: str) -> list[Instrument]:
    """The listed instruments of these types that are about `ccy`; 51012 where there are none."""
    ccy = journey.text("ccy")
    found = [each for each in listed(journey) if each.inst_type in inst_types and coin_of(each) == ccy]
    if not found:
        raise OkxError("51012")
    return found


@public("GET /api/v5/rubik/stat/taker-volume")
def taker_volume(journey: Journey) -> Rows:
    """What takers sold and bought: of pairs in coins, of contracts in US dollars (OKX docs: Get taker volume)."""
    spot = word(journey.params, "instType", ("SPOT", "CONTRACTS")) == "SPOT"
    found = about(journey, *(("SPOT",) if spot else _CONTRACTS))
    bar, times = _window(journey)
    statistics, subject = Statistics(journey.exchange), f"{journey.text('ccy')}|{'spot' if spot else 'contracts'}"
    volumes = statistics.volumes(found, bar.name, journey.now, _first(journey, times), _UNITS["1" if spot else "2"])
    return rows(times, lambda ts: statistics.taken(subject, volumes[ts], ts))


@public("GET /api/v5/rubik/stat/margin/loan-ratio")
def loan_ratio(journey: Journey) -> Rows:
    """Quote currencies borrowed for each base currency borrowed (OKX docs: Get margin long/short ratio)."""
    about(journey, "SPOT")
    return rows(_window(journey)[1], _ratio(journey, f"{journey.text('ccy')}|loans"))


@public("GET /api/v5/rubik/stat/contracts/long-short-account-ratio")
def account_ratio(journey: Journey) -> Rows:
    """Accounts that are long for each that is short, of a coin's contracts (OKX docs: Get long/short ratio)."""
    about(journey, *_CONTRACTS)
    return rows(_window(journey)[1], _ratio(journey, f"{journey.text('ccy')}|accounts"))


@public("GET /api/v5/rubik/stat/contracts/open-interest-volume")
def open_interest_volume(journey: Journey) -> Rows:
    """What is held and traded of a coin's contracts, in dollars (OKX docs: Get contracts open interest and volume)."""
    found, (bar, times) = about(journey, *_CONTRACTS), _window(journey)
    statistics = Statistics(journey.exchange)
    volumes = statistics.volumes(found, bar.name, journey.now, _first(journey, times), _UNITS["2"])
    return rows(times, lambda ts: (statistics.total(found, ts).dollars, volumes[ts]))


@public("GET /api/v5/rubik/stat/contracts/open-interest-history")
def open_interest_history(journey: Journey) -> Rows:
    """What is held of a contract, in contracts, coins and US dollars (OKX docs: Get contract open interest history)."""
    of = instrument_of(journey, *_CONTRACTS)

    def held(ts: int) -> Numbers:
        found = Statistics(journey.exchange).open_interest(of, ts)
        return found.contracts, found.coins, found.dollars

    return rows(_bars(journey, of)[1], held)


@public("GET /api/v5/rubik/stat/taker-volume-contract")
def taker_volume_contract(journey: Journey) -> Rows:
    """What takers sold and bought of a contract, in the `unit` asked for (OKX docs: Get contract taker volume)."""
    of = instrument_of(journey, *_CONTRACTS)
    bar, times = _bars(journey, of)
    unit = _UNITS[word(journey.params, "unit", _UNITS) or "1"]
    statistics = Statistics(journey.exchange)
    volumes = statistics.volumes([of], bar.name, journey.now, _first(journey, times), unit)
    return rows(times, lambda ts: statistics.taken(of.inst_id, volumes[ts], ts))


@public("GET /api/v5/rubik/stat/contracts/long-short-account-ratio-contract")
def contract_account_ratio(journey: Journey) -> Rows:
    """Accounts that are long of a contract for each that is short (OKX docs: Get contract long/short ratio)."""
    return _contract_ratio(journey, "accounts")


@public("GET /api/v5/rubik/stat/contracts/long-short-account-ratio-contract-top-trader")
def top_account_ratio(journey: Journey) -> Rows:
    """The same of the largest traders (OKX docs: Get top traders contract long/short ratio)."""
    return _contract_ratio(journey, "top accounts")


@public("GET /api/v5/rubik/stat/contracts/long-short-position-ratio-contract-top-trader")
def top_position_ratio(journey: Journey) -> Rows:
    """The same by positions (OKX docs: Get top traders contract long/short ratio, by position)."""
    return _contract_ratio(journey, "top positions")


def _contract_ratio(journey: Journey, who: str) -> Rows:
    of = instrument_of(journey, *_CONTRACTS)
    return rows(_bars(journey, of)[1], _ratio(journey, f"{of.inst_id}|{who}"))


def _ratio(journey: Journey, subject: str) -> Callable[[int], Numbers]:
    return lambda ts: (Statistics(journey.exchange).ratio(subject, ts),)


def rows(times: list[int], numbers: Callable[[int], Numbers]) -> Rows:
    """A row for each time."""
    return [[str(ts), *map(number, numbers(ts))] for ts in times]


def _first(journey: Journey, times: list[int]) -> int:
    return min(times, default=journey.now)


def _window(journey: Journey) -> tuple[Bar, list[int]]:
    """The period of a currency's statistic, and its openings from `begin` to `end`, newest first."""
    params = journey.params
    bar = BARS[word(params, "period", _DAYS) or "5m"]
    begin, end = whole(params, "begin") or 0, whole(params, "end")
    oldest = max(begin, journey.now - _DAYS[bar.name] * _DAY_MS)
    newest = journey.now if end is None else min(end, journey.now)
    return bar, list(openings(bar, newest, oldest))


def _bars(journey: Journey, of: Instrument) -> tuple[Bar, list[int]]:
    """The period of a contract's statistic, and the page of its last 1440 openings."""
    params = journey.params
    bar = BARS[word(params, "period", _BARS) or "5m"]
    asked = Page(limit=limit(params, 100, 100), after=whole(params, "end"), before=whole(params, "begin"))
    kept = islice(openings(bar, journey.now, bar.floor(listed_since(of, journey.now))), _MOST_BARS)
    return bar, cut(asked, kept, int)


def openings(bar: Bar, newest: int, oldest: int) -> Iterator[int]:
    """The openings of `bar` between two times, both included, newest first."""
    opening = bar.floor(newest)
    while opening >= oldest:
        yield opening
        opening = bar.before(opening)
