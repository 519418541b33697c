"""Every algo order of every account, and what each of them waits for: the one place that a change is written to.

Finds and pages by identifier without a scan. Decides nothing.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from heapq import merge

from .accounts import Account
from .algo_orders import ALGO_KINDS, ALGO_STATES, AlgoOrder
from .triggers import Watches, watches_of

__all__ = ["ENDED", "HISTORY_MS", "PENDING", "AlgoBook", "AlgoFilter"]

PENDING = tuple(state for state, onward in ALGO_STATES.items() if onward)
ENDED = tuple(state for state, onward in ALGO_STATES.items() if not onward)
HISTORY_MS = 90 * 86_400_000
"""How long an algo order that has ended is remembered."""
_FOLLOWERS = frozenset({"move_order_stop", "iceberg", "twap", "chase"})


@dataclass(frozen=True, slots=True, kw_only=True)
class AlgoFilter:
    """Which algo orders are asked for; what is "" or None asks for nothing. `after` is older, `before` newer."""

    ord_types: tuple[str, ...]
    states: tuple[str, ...]
    inst_type: str = ""
    inst_id: str = ""
    algo_id: str = ""
    after: int | None = None
    before: int | None = None
    limit: int = 100

    def takes(self, algo: AlgoOrder) -> bool:
        """Whether the algo order is asked for, by what no index knows."""
        wanted = ((self.inst_type, algo.inst_type), (self.inst_id, algo.inst_id), (self.algo_id, algo.algo_id))
        return all(not asked or asked == own for asked, own in wanted)


class _Shelf:
    """The algo orders of one account by identifier; `index` has the identifiers of each type and state, sorted."""

    def __init__(self) -> None:
        self.algos: dict[str, AlgoOrder] = {}
        self.clients: dict[str, str] = {}
        self.index: dict[tuple[str, str], list[str]] = {}
        self.pending: set[str] = set()
        self.ended: deque[AlgoOrder] = deque()

    def save(self, algo: AlgoOrder) -> None:
        before = self.algos.get(algo.algo_id)
        if before is not None:
            self._take_out(before)
        self.algos[algo.algo_id] = algo
        insort(self.index.setdefault((algo.ord_type, algo.state), []), algo.algo_id)
        if algo.algo_cl_ord_id:
            self.clients[algo.algo_cl_ord_id] = algo.algo_id
        if algo.is_pending:
            self.pending.add(algo.algo_id)
        else:
            self.pending.discard(algo.algo_id)
            self.ended.append(algo)

    def forget(self, now: int) -> None:
        while self.ended and self.ended[0].u_time <= now - HISTORY_MS:
            algo = self.ended.popleft()
            self._take_out(algo)
            del self.algos[algo.algo_id]

    def newest_first(self, wanted: AlgoFilter) -> Iterator[AlgoOrder]:
        keys = ((ord_type, state) for ord_type in wanted.ord_types for state in wanted.states)
        pages = (_newest_first(self.index.get(key, []), wanted) for key in keys)
        return (self.algos[algo_id] for algo_id in merge(*pages, reverse=True))

    def _take_out(self, algo: AlgoOrder) -> None:
        ids = self.index[algo.ord_type, algo.state]
        del ids[bisect_left(ids, algo.algo_id)]


class AlgoBook:
    """The algo orders of one exchange, the prices that they wait for, and those that follow their market."""

    def __init__(self, source: Callable[[AlgoOrder, str], str]) -> None:
        self.watches = Watches()
        self._source = source
        self._shelves: dict[str, _Shelf] = {}
        self._following: dict[str, dict[str, Account]] = {}

    def save(self, account: Account, algo: AlgoOrder) -> None:
        """Put a new algo order, or the successor of one, in the book."""
        self._shelf(account).save(algo)
        waits = algo.is_pending
        self.watches.put(
            algo.algo_id,
            watches_of(algo, account, lambda px_type: self._source(algo, px_type)) if waits else (),
        )
        if algo.ord_type in _FOLLOWERS:
            following = self._following.setdefault(algo.inst_id, {})
            following.pop(algo.algo_id, None)
            if waits:
                following[algo.algo_id] = account

    def find(self, account: Account, algo_id: str, algo_cl_ord_id: str = "") -> AlgoOrder | None:
        """Return an algo order; `algo_id` wins, `algo_cl_ord_id` means its latest one."""
        shelf = self._shelf(account)
        return shelf.algos.get(algo_id or shelf.clients.get(algo_cl_ord_id, ""))

    def page(self, account: Account, wanted: AlgoFilter) -> list[AlgoOrder]:
        """Return the newest algo orders that are asked for, the newest first."""
        found: list[AlgoOrder] = []
        for algo in self._shelf(account).newest_first(wanted):
            if len(found) == wanted.limit:
                break
            if wanted.takes(algo):
                found.append(algo)
        return found

    def pending(self, account: Account, ord_types: Iterable[str] = ALGO_KINDS) -> list[AlgoOrder]:
        """Return the algo orders of those types that wait or work, the newest first."""
        wanted = AlgoFilter(ord_types=tuple(ord_types), states=PENDING)
        return list(self._shelf(account).newest_first(wanted))

    def is_open(self, account: Account, algo_cl_ord_id: str) -> bool:
        """Whether a pending algo order of the account has that client id."""
        algo = self.find(account, "", algo_cl_ord_id)
        return algo is not None and algo.is_pending

    def has_pending(self, account: Account) -> bool:
        """Whether an account has an algo order that waits or works."""
        return bool(self._shelf(account).pending)

    def forget(self, account: Account, now: int) -> None:
        """Drop what ended too long before `now` (ms)."""
        self._shelf(account).forget(now)

    def followers(self, inst_id: str) -> list[tuple[Account, AlgoOrder]]:
        """Return the algo orders that look at every move of an instrument, the oldest first."""
        found = sorted(self._following.get(inst_id, {}).items())
        return [(account, self._shelf(account).algos[algo_id]) for algo_id, account in found]

    def minds(self, inst_id: str) -> bool:
        """Whether a move of the instrument matters to an algo order."""
        return bool(self._following.get(inst_id)) or self.watches.waits(inst_id)

    def inst_ids(self) -> list[str]:
        """Return the instruments whose moves matter to an algo order."""
        followed = (inst_id for inst_id, found in self._following.items() if found)
        return list(dict.fromkeys([*self.watches.inst_ids(), *followed]))

    def all(self) -> tuple[AlgoOrder, ...]:
        """Return the algo orders of all accounts, the oldest first."""
        found = (algo for shelf in self._shelves.values() for algo in shelf.algos.values())
        return tuple(sorted(found, key=lambda algo: algo.algo_id))

    def _shelf(self, account: Account) -> _Shelf:
        return self._shelves.setdefault(account.uid, _Shelf())


def _newest_first(ids: list[str], wanted: AlgoFilter) -> Iterator[str]:
    """Yield the identifiers older than `after` and newer than `before`; all have as many digits."""
    first = 0 if wanted.before is None else bisect_right(ids, wanted.before, key=int)
    last = len(ids) if wanted.after is None else bisect_left(ids, wanted.after, key=int)
    return (ids[index] for index in range(last - 1, first - 1, -1))
