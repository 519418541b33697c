"""Functions in the place of others, and what is left of them."""

from __future__ import annotations

from collections.abc import Callable

from pytest_okx.network.patches import Patches


class Base:
    def name(self) -> str:
        return "base"


class Owner(Base):
    def own(self) -> str:
        """The name."""
        return "own"


def louder(original: Callable[..., str]) -> Callable[..., str]:
    return lambda *args: original(*args).upper()


def test_functions_are_replaced_and_then_as_they_were_inherited_ones_too() -> None:
    before = dict(vars(Owner))
    patches = Patches()
    for name in ("name", "own"):
        patches.replace(Owner, name, louder)
    assert (Owner().name(), Owner().own(), Base().name()) == ("BASE", "OWN", "base")
    assert Owner.own.__doc__ == "The name."
    patches.restore()
    patches.restore()
    assert dict(vars(Owner)) == before


def test_what_somebody_replaced_meanwhile_stays_theirs() -> None:
    patches, theirs = Patches(), Patches()
    patches.replace(Owner, "own", louder)
    theirs.replace(Owner, "own", lambda original: lambda self: f"<{original(self)}>")
    patches.restore()
    assert Owner().own() == "<OWN>"
    theirs.restore()
    Owner.own = vars(Owner)["own"].__wrapped__  # type: ignore[method-assign]
    assert Owner().own() == "own"


def test_of_a_module_that_is_not_installed_nothing_is_replaced() -> None:
    before = dict(vars(Owner))
    patches = Patches()
    patches.replace_in("no_such_module", "Owner", "own", louder)
    assert dict(vars(Owner)) == before
    patches.replace_in(__name__, "Owner", "own", louder)
    assert Owner().own() == "OWN"
    patches.restore()
    assert dict(vars(Owner)) == before
