"""The exchange: accounts, keys, orders and balances joined under one lock.

Knows no HTTP, no JSON and no envelopes; it refuses by raising `OkxError`. Time is an argument; the
clock is asked once, for the dates of the instruments.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from ..errors import OkxError
from ..hosts import site_named
from ..signing import Credentials
from .accounts import DEFAULT_BALANCES, Account, ApiKey, Balance
from .algo_orders import AlgoOrder
from .algos import Algos
from .amending import Amendment
from .amounts import Amount, amount_of
from .archive import Archive
from .checks import Ticket, price_limits
from .crowd import Crowd
from .dead_man import DeadMan
from .demo_funds import DemoFunds
from .events import Events, KeyChanged, MarketMoved, PositionChanged
from .expiry import Expiries
from .fees import LEVELS
from .funding import Funding
from .house import STABLE, House
from .ids import Ids
from .indices import Indices
from .instruments import Instrument, default_instruments
from .keys import expiry_ms, networks, permission_set
from .liquidation import Liquidations
from .listing import Listing
from .locking import atomic
from .maintenance import Maintenances
from .margin import balance, currencies
from .market import Market
from .markets import Markets
from .noise import SLOT_MS
from .operations import Operations
from .orders import Order, OrderRequest
from .positions import Position
from .queries import Queries
from .subaccounts import SubAccounts
from .tickets import new_ticket
from .timeline import Timeline
from .trading import Desk
from .treasury import Treasury
from .values import ZERO

if TYPE_CHECKING:
    from ..clock import Clock

_BY_USER = "1"


class Exchange(Operations, Queries):
    """Everything that happens on one fake OKX; the only object that changes, under its `lock`.

    The house makes the market, a pure function of `seed`, instrument and time, until a test moves it: an order takes
    what the house shows, and the house shows the same again. Users trade with each other, before the house.
    """

    def __init__(self, clock: Clock, *, seed: int = 0) -> None:
        now = clock.now_ms()
        self.lock = threading.RLock()
        self.clock = clock
        self.seed = seed
        self.markets = Markets(House(seed))
        self.events = Events()
        self._advancing = False
        self.timeline = Timeline()
        self.listing = Listing(default_instruments(now), self.events)
        self.instruments: Mapping[str, Instrument] = self.listing.view
        self.indices = Indices(self)
        self.maintenances = Maintenances(self)
        self._ids = Ids(seed)
        self._desk = Desk(self.markets, self._ids, self.events, now)
        self.crowd = Crowd(self.markets, self._desk.execution, self._desk.ranges, self.events)
        self.archive = Archive(self.lock)
        self.dead_man = DeadMan(self.lock, self.timeline, self._desk.cancel)
        self.algos = Algos(self, self._ids, now)
        self._desk.on_range.append(self.algos.observe)
        self._accounts: list[Account] = []
        self.funding = Funding(seed, self._accounts, self.timeline, self._ids, self.markets.price)
        self.liquidations = Liquidations(self.markets, self._ids, self._desk.cancel, self.usd_price)
        self._expiries = Expiries(self._accounts, self.timeline, self._ids, self.index_price)
        for note in (self.funding.note, self._expiries.note, self.liquidations.note):
            self.events.listen_to(PositionChanged, note)
        self.events.listen_to(MarketMoved, self.liquidations.note)
        self._keys: dict[str, ApiKey] = {}
        self.treasury = Treasury(self, self._ids)
        self.subaccounts = SubAccounts(self, self._ids)
        self.demo_funds = DemoFunds(self)
        self._known_balances: dict[str, tuple[tuple[int, int], tuple[Balance, ...]]] = {}

    @property
    def accounts(self) -> tuple[Account, ...]:
        """The accounts in the order in which they were opened."""
        return tuple(self._accounts)

    def instrument(self, inst_id: str) -> Instrument:
        """Return the instrument of that name; `OkxError` 51001 if there is none."""
        instrument = self.instruments.get(inst_id)
        if instrument is None:
            raise OkxError("51001")
        return instrument

    def market(self, inst_id: str) -> Market:
        """Return the market of an instrument, for a test to read and to move; ValueError if it is not listed."""
        return Market(self, inst_id)

    @atomic
    def add_instrument(self, instrument: Instrument) -> Market:
        """List another instrument and return its market; raises TypeError or ValueError for what cannot be one."""
        self.listing.add(instrument, self.clock.now_ms())
        return self.market(instrument.inst_id)

    def fill(self, order: Order, size: Amount | None = None) -> Order:
        """Let a stranger take `size` of an order that waits, all of it by default, and return it then; see `Market`."""
        return self.market(order.inst_id).fill(order, size)

    def price_limits(self, inst_id: str, now: int) -> tuple[Decimal, Decimal]:
        """Return the highest price to buy and the lowest to sell at `now` (ms)."""
        instrument = self.instrument(inst_id)
        return price_limits(instrument, self.markets.price(instrument, now))

    @atomic
    def open_account(
        self, level: str = "Lv1", *, balances: Mapping[str, Amount] | None = None, main_uid: str = ""
    ) -> Account:
        """Open an account with `balances`, by default USDT 100,000, USDC 10,000, BTC 1 and ETH 10.

        `main_uid` is for `open_sub_account`, which names and notes it.

        Raises TypeError for an amount that is a float, ValueError for one below 0, for a currency that
        is not in capitals, and for a level that is none of Lv1 to Lv5 and VIP1 to VIP9.
        """
        if level not in LEVELS:
            raise ValueError(f"unknown account level {level!r}: give one of {', '.join(LEVELS)}")
        asked = DEFAULT_BALANCES if balances is None else balances
        cash = {ccy: amount_of(ccy, amount) for ccy, amount in asked.items()}
        account = Account(self._ids.uid(), level, cash, self.events.emit, main_uid=main_uid, treasury=self.treasury)
        self._accounts.append(account)
        return account

    def open_sub_account(self, master: Account, name: str, *, balances: Mapping[str, Amount] | None = None) -> Account:
        """Open a sub-account of `master`, empty unless `balances` are given for its trading account."""
        return self.subaccounts.open_for(master, name, balances or {})

    def account(self, uid: str) -> Account:
        """Return the account of that number; KeyError if there is none."""
        for account in self._accounts:
            if account.uid == uid:
                return account
        raise KeyError(uid)

    @atomic
    def issue_key(
        self,
        account: Account,
        *,
        permissions: Iterable[str] = ("read", "trade"),
        ip_whitelist: Iterable[object] = (),
        demo: bool | None = None,
        expires_at: datetime | None = None,
        site: str | None = None,
        credentials: Credentials | None = None,
    ) -> Credentials:
        """Issue a key for `account` and return its credentials, generated unless given.

        `demo` None lets the key serve demo and live traffic, `site` None every site. Raises ValueError or TypeError for
        an unknown permission or site, a bad address, a naive `expires_at`, a stranger's account or a known key.
        """
        if account not in self._accounts:
            raise ValueError(f"{account!r} is not of this exchange: open it with open_account()")
        key = ApiKey(
            credentials=credentials or self._ids.credentials(),
            permissions=permission_set(permissions),
            ip_whitelist=networks(ip_whitelist),
            demo=demo,
            expires_at=expiry_ms(expires_at),
            revoked=False,
            account=account,
            site=site_named(site),
        )
        name = key.credentials.api_key
        if name in self._keys:
            raise ValueError(f"the key {name!r} is issued already: give another, or revoke() that one")
        self._keys[name] = key
        return key.credentials

    @atomic
    def revoke(self, credentials: Credentials) -> None:
        """Make a key unusable for good; ValueError if this exchange did not issue it."""
        key = self._keys.get(credentials.api_key)
        if key is None:
            raise ValueError(f"the key {credentials.api_key!r} is unknown here: revoke one that issue_key() returned")
        self._put_key(replace(key, revoked=True))

    @atomic
    def change_key(
        self,
        credentials: Credentials,
        *,
        permissions: Iterable[str] | None = None,
        ip_whitelist: Iterable[object] | None = None,
    ) -> None:
        """Give a key other permissions or addresses; None leaves them as they are. KeyError for an unknown key."""
        key = self._keys[credentials.api_key]
        if permissions is not None:
            key = replace(key, permissions=permission_set(permissions))
        if ip_whitelist is not None:
            key = replace(key, ip_whitelist=networks(ip_whitelist))
        self._put_key(key)

    def _put_key(self, key: ApiKey) -> None:
        self._keys[key.credentials.api_key] = key
        self.events.emit(KeyChanged(self.clock.now_ms(), key.credentials.api_key))

    def keys_of(self, account: Account) -> list[ApiKey]:
        """Return the keys of an account, revoked and expired ones included, in the order in which they were issued."""
        return [key for key in list(self._keys.values()) if key.account is account]

    def key(self, api_key: str) -> ApiKey | None:
        """Return the key of that name, revoked and expired ones included."""
        return self._keys.get(api_key)

    @property
    def credentials(self) -> tuple[Credentials, ...]:
        """The credentials of every key, revoked and expired ones included, in the order in which they were issued."""
        return tuple(key.credentials for key in list(self._keys.values()))

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no log may show: the secret keys and passphrases of every key."""
        return tuple(part for key in self.credentials for part in (key.secret_key, key.passphrase))

    @atomic
    def place(self, account: Account, request: OrderRequest, now: int) -> Order:
        """Place an order at `now` (ms) and return it as it is then: resting, filled or cancelled.

        Raises `OkxError` with the code of the first check that fails, and changes nothing then. A px
        off the tick is rounded, down for buys and up for sells, to the nearest on options.
        """
        self._advance(now)
        order = self.enter(account, request, now)
        self.algos.attend(now)
        return account.orders[order.ord_id]

    def enter(self, account: Account, request: OrderRequest, now: int) -> Order:
        """Place an order for an algo order, which holds the lock, has settled, and attends to what follows from it."""
        ticket = self.ticket(account, request, now)
        if request.attach_algo_ords:
            ticket = self.algos.attach(ticket)
        return self._desk.place(ticket)

    def withdraw(self, account: Account, order: Order, now: int, cancel_source: str) -> Order:
        """End an order for an algo order, which holds the lock and has settled, for a reason of OKX's list."""
        return self._desk.cancel(account, order, now, cancel_source)

    @atomic
    def amend(
        self,
        account: Account,
        now: int,
        *,
        inst_id: str,
        ord_id: str = "",
        cl_ord_id: str = "",
        new_sz: Decimal | None = None,
        new_px: Decimal | None = None,
        req_id: str = "",
        cxl_on_fail: bool = False,
    ) -> Order:
        """Change the size (what is filled included) or the price of an open order at `now` (ms), and return it then.

        Raises `OkxError` and changes nothing when it is refused; with `cxl_on_fail` the order is cancelled instead.
        """
        self._advance(now)
        self.instrument(inst_id)
        if new_sz is None and new_px is None:
            raise OkxError("51500")
        order = account.find(inst_id, ord_id, cl_ord_id)
        if order is None or not order.is_open:
            raise OkxError("51503")
        change = Amendment(new_sz, new_px, req_id, cxl_on_fail)
        amended = self._desk.amend(self.ticket(account, change.request(order), now), order, change)
        self.algos.attend(now)
        return account.orders[amended.ord_id]

    @atomic
    def cancel(self, account: Account, now: int, *, inst_id: str, ord_id: str = "", cl_ord_id: str = "") -> Order:
        """Cancel an open order; `ord_id` wins. `OkxError` 51400 for filled, cancelled and unknown alike."""
        self._advance(now)
        self.instrument(inst_id)
        order = account.find(inst_id, ord_id, cl_ord_id)
        if order is None or not order.is_open:
            raise OkxError("51400")
        canceled = self._desk.cancel(account, order, now, _BY_USER)
        self.algos.attend(now)
        return canceled

    @property
    def algo_orders(self) -> tuple[AlgoOrder, ...]:
        """Every algo order of all accounts, oldest first."""
        return self.algos.all()

    @atomic
    def balance(self, account: Account, ccy: str, now: int | None = None) -> Balance:
        """Return what an account has in `ccy` at `now` (ms), by default now, zeros if it never had any."""
        return self._balance(account, ccy, self._until(now))

    @atomic
    def balances(self, account: Account, now: int | None = None) -> tuple[Balance, ...]:
        """Return the balances of an account at `now` (ms), by default now, without currencies at 0.

        They change when its orders do or when the house moves, and are asked for far more often.
        """
        now = self._until(now)
        moment = (account.version + self.markets.version, now // SLOT_MS)
        known = self._known_balances.get(account.uid)
        if known is None or known[0] != moment:
            found = [self._balance(account, ccy, now) for ccy in currencies(account)]
            known = moment, tuple(held for held in found if held.cash_bal or held.eq)
            self._known_balances[account.uid] = known
        return known[1]

    @atomic
    def positions(self, account: Account, now: int | None = None) -> list[Position]:
        """Return the open positions at `now` (ms), by default now, newest first."""
        self._advance(self._now() if now is None else now)
        return sorted(account.positions.values(), key=lambda position: position.c_time, reverse=True)

    def usd_price(self, ccy: str, now: int) -> Decimal:
        """Return the US dollars for one `ccy` at `now` (ms): 1 for stablecoins, 0 for unpriced coins."""
        if ccy in STABLE:
            return Decimal(1)
        pair = self.instruments.get(f"{ccy}-USDT")
        return ZERO if pair is None else self.markets.price(pair, now)

    @atomic
    def settle(self, now: int) -> None:
        """Let happen what time brings by `now` (ms): appointments, and fills of what the house traded through."""
        self._advance(now)

    def _until(self, now: int | None) -> int:
        """Return `now`, for which the exchange was settled; without it, the time until which it is settled then."""
        if now is None:
            now = self._now()
            self._advance(now)
        return now

    def _advance(self, now: int) -> None:
        if self._advancing:  # Who hears of a change asks while others are under way, which must not begin again.
            return
        self._advancing = True
        try:
            more = True
            while more:
                for appointment in self.timeline.due(now):
                    # What was planned for a time that is past already happens after what has happened since.
                    self._settle(max(appointment.due, min(self._desk.now, now)))
                    appointment.action(appointment.due)
                self._settle(now)
                # A position that the house has filled by now may have had its funding, or its expiry, since.
                more = self.timeline.is_due(now)
        finally:
            self._advancing = False

    def ticket(self, account: Account, request: OrderRequest, now: int) -> Ticket:
        """Return an order on its way in, with what its checks need to know of `now` (ms)."""
        instrument = self._traded(account, request.inst_id, request.td_mode, request.ccy)
        mark = self.markets.price(instrument, now)
        return new_ticket(account, instrument, request, now, mark, self.usd_price(instrument.quote_ccy, now))

    def _settle(self, now: int) -> None:
        """Follow the house to `now` (ms), by way of every moment at which it triggers an algo order."""
        for moment in self.algos.moments(now):
            self._follow(moment)
            self.algos.arrive(moment)
        self._follow(now)
        self.algos.attend(now)

    def _follow(self, now: int) -> None:
        self._desk.settle(self.instruments, now)
        self.liquidations.check(now)

    def _now(self) -> int:
        return self.clock.now_ms()

    def _balance(self, account: Account, ccy: str, now: int) -> Balance:
        usd_price = self.usd_price(ccy, now)
        return balance(account, ccy, lambda instrument: self.markets.price(instrument, now), usd_price)
