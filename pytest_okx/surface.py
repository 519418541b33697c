"""What OKX offers, as its documentation has it: every path, who may call it, how often, and with which parameters.

The list is data (`catalogue/endpoints.tsv`), one line a route; this module reads it. Who answers a route here, and
whether a limit is kept, is not known here. Columns: `limit` is COUNT/SECONDS, of `unit` requests or orders, for each
`scope` (the caller's ip or its user, each joined by the parameters that have limits of their own). `required` are the
top-level parameters, `a|b` where either will do; those that only some uses of a route need are left out. `fresh` says
whose reads are an empty list: "empty" for an account that does nothing else than trade.
`status`: "documented", "dropped DATE" or "announced" by the documentation, "clients only" (no more than some client's
code names it), "retired" (v3).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Final

__all__ = ["Limit", "Route", "generation_of", "groups", "read_surface"]

_FILE: Final = "endpoints.tsv"
# A batch has a limit of its own, unless it is of one order (OKX docs: Rate Limits).
_SINGLE: Final = {
    "POST /api/v5/trade/batch-orders": "POST /api/v5/trade/order",
    "POST /api/v5/trade/amend-batch-orders": "POST /api/v5/trade/amend-order",
    "POST /api/v5/trade/cancel-batch-orders": "POST /api/v5/trade/cancel-order",
}


@dataclass(frozen=True, slots=True)
class Limit:
    """`count` requests, or orders, in `window_ms`: for each "ip", "user" or "master", and each value of `parts`.

    A part is a parameter such as "instId", or "instrument": the instrument, of options their family. `of_one` is the
    limit that a batch of one order counts against.
    """

    name: str
    count: int
    window_ms: int
    owner: str
    parts: tuple[str, ...] = ()
    of_orders: bool = False
    of_one: Limit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One line of the table. `required` are groups of names, one name of each group has to be given."""

    method: str
    path: str
    access: str
    permission: str = ""
    limit: Limit | None = None
    required: tuple[tuple[str, ...], ...] = ()
    fresh: str = ""
    status: str = ""
    generation: str = "v5"

    @property
    def route(self) -> str:
        """METHOD and path, as people write it."""
        return f"{self.method} {self.path}"


def generation_of(path: str) -> str:
    """Whose manners a path gets: "v3" for the retired API, whose paths are /api/SECTION/v3/..., else "v5"."""
    return "v3" if path.split("/")[3:4] == ["v3"] else "v5"


def read_surface() -> tuple[Route, ...]:
    """Every line of the table, in its order. Raises ValueError for a route that has two."""
    return _read((files(__package__) / "catalogue" / _FILE).read_text(encoding="utf-8").splitlines())


def _read(lines: Iterable[str]) -> tuple[Route, ...]:
    found: dict[str, Route] = {}
    numbers: dict[str, int] = {}
    header, *rest = (line.split("\t") for line in lines)
    for number, cells in enumerate(rest, 2):
        route = _route(dict(zip(header, cells, strict=True)))
        if route.route in found:
            raise ValueError(f"{_FILE} has {route.route} in the lines {numbers[route.route]} and {number}: keep one")
        found[route.route], numbers[route.route] = route, number
    for batch, single in _SINGLE.items():
        if (many := found.get(batch)) and many.limit:
            found[batch] = replace(many, limit=replace(many.limit, of_one=found[single].limit))
    return tuple(found.values())


def _route(row: Mapping[str, str]) -> Route:
    return Route(
        method=row["method"],
        path=row["path"],
        access=row["access"],
        permission=row["permission"],
        limit=_limit(row) if row["limit"] else None,
        required=groups(row["required"]),
        fresh=row["fresh"],
        status=row["status"],
        generation=generation_of(row["path"]),
    )


def groups(text: str) -> tuple[tuple[str, ...], ...]:
    """The required names in `a,b|c`: of each group one has to be given."""
    return tuple(tuple(group.split("|")) for group in text.split(",") if group)


def _limit(row: Mapping[str, str]) -> Limit:
    count, seconds = map(int, row["limit"].split("/"))
    owner, *parts = row["scope"].split("+")
    name = f"{row['method']} {row['path']}"
    return Limit(name, count, seconds * 1000, owner, tuple(parts), row["unit"] == "orders")
