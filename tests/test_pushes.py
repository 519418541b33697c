"""Every channel that pushes has a scene in which it tells all that is documented of it, with the documented types."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest

from pytest_okx import api
from pytest_okx.feeds import CHANNELS
from tests.pushes import DOCUMENTED, SCENES, pushed

# Lists of which nothing here ever has a member, and why.
EMPTY: Final = {
    "instruments": {"upcChg": "no change of an instrument is announced"},
    "orders-algo": {"advChaseParams": "no chase is set up in advance"},
    "positions": {"closeOrderAlgo": "positions do not tell which algo orders close them"},
}
NAMES: Final = {str: "string", bool: "boolean", int: "integer", list: "array", dict: "object", type(None): "null"}


def fields(row: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """The fields of a row and, after a dot, of what is nested in them, with their JSON types."""
    for name, value in row.items():
        yield prefix + name, NAMES[type(value)]
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, dict):
                yield from fields(inner, f"{prefix}{name}.")


def test_every_channel_that_pushes_has_a_scene_and_is_documented() -> None:
    assert api.PUBLIC  # the feeds are there once the sections are
    fed = {each.family for each in CHANNELS.values() if each.feed is not None}
    assert set(SCENES) == set(DOCUMENTED) == fed
    assert all(each.seen for each in DOCUMENTED.values())


@pytest.mark.parametrize("family", SCENES)
def test_a_push_tells_what_is_documented_and_nothing_else(family: str) -> None:
    _, found = pushed(family)
    rows = [row for message in found for row in message["data"]]
    wanted = DOCUMENTED[family].row
    if isinstance(wanted, list):
        assert {(len(row), *map(type, row)) for row in rows} == {(len(wanted), *[str] * len(wanted))}
        return
    never = tuple(f"{name}." for name in EMPTY.get(family, ()))
    assert {told for row in rows for told in fields(row)} == {
        (name, kind) for name, kind in wanted.items() if not name.startswith(never)
    }
    assert all(set(row) == {name for name in wanted if "." not in name} for row in rows)


@pytest.mark.parametrize("family", SCENES)
def test_a_message_has_the_members_that_are_documented(family: str) -> None:
    _, found = pushed(family)
    assert {name for message in found for name in message} == set(DOCUMENTED[family].members)
    assert all({"arg", "data"} <= set(message) for message in found)


@pytest.mark.parametrize("family", SCENES)
def test_a_message_names_what_was_subscribed_to_and_whose_it_is(family: str) -> None:
    actor, found = pushed(family)
    scene, channel = SCENES[family], found[0]["arg"]["channel"]
    whose = {"uid": actor.account.uid} if CHANNELS[channel].login and CHANNELS[channel].url != "public" else {}
    assert found[0]["arg"] == {"channel": family.replace("{bar}", scene.bar), **scene.arg, **whose}
    assert all(message["arg"] == found[0]["arg"] for message in found)
