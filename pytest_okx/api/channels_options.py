"""The channel of the trades of options (OKX docs: Public Data, Option trades channel).

Rows are those of the endpoint. Whose sessions get them, and when, is not known here.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..exchange.events import Event
from ..exchange.noise import SLOT_MS
from ..feeds import Push, Subscribed, Topic, channel
from .channels import TRADED, pushes

__all__ = ["option_trades"]


@channel("option-trades", beat=SLOT_MS, on=TRADED)
def option_trades(topic: Topic, event: Event) -> Iterable[Push]:
    """The trades of an option or of a family since the last push, oldest first; none on subscribing."""
    params = {name: topic.arg[name] for name in ("instId", "instFamily") if name in topic.arg}
    rows = topic.ask("GET /api/v5/public/option-trades", event.at, **params)
    told, known = topic.memory, {(row["instId"], row["tradeId"]) for row in rows}
    if isinstance(event, Subscribed):
        topic.memory = known if told is None else told
        return []
    topic.memory = known
    return pushes(row for row in reversed(rows) if (row["instId"], row["tradeId"]) not in told)
