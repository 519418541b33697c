"""Values made by way of a draft are those that their class makes, and as frozen."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, dataclass, field, replace

import pytest

from pytest_okx.exchange.drafts import changer, maker


@dataclass(frozen=True, slots=True)
class _Event:
    at: int


@dataclass(frozen=True, slots=True)
class _Said(_Event):
    text: str
    to: tuple[str, ...] = ()
    marks: list[int] = field(default_factory=list, kw_only=True)


_new_said = maker(_Said)
_changed = changer(_Said)


@pytest.mark.parametrize(
    ("args", "named"),
    [((1, "a"), {}), ((1,), {"text": "a", "to": ("b",)}), ((1, "a", ("b",)), {"marks": [1]})],
)
def test_a_value_is_made_as_its_class_makes_it(args: tuple[object, ...], named: dict[str, object]) -> None:
    made = _new_said(*args, **named)  # type: ignore[arg-type]
    assert type(made) is _Said
    assert made == _Said(*args, **named)  # type: ignore[arg-type]
    assert repr(made) == repr(_Said(*args, **named))  # type: ignore[arg-type]


def test_no_two_values_share_what_is_made_for_each() -> None:
    assert _new_said(1, "a").marks is not _new_said(1, "a").marks


@pytest.mark.parametrize("made", [_new_said(1, "a"), _changed(_Said(2, "b"), at=1)])
def test_what_was_made_is_frozen(made: _Said) -> None:
    with pytest.raises(FrozenInstanceError):
        made.text = "c"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        del made.text


@pytest.mark.parametrize(
    ("args", "named", "problem"), [((1,), {}, "text"), ((1, "a", (), []), {}, "positional"), ((1, "a"), {"b": 1}, "b")]
)
def test_what_its_class_does_not_take_is_refused(
    args: tuple[object, ...], named: dict[str, object], problem: str
) -> None:
    with pytest.raises(TypeError, match=problem):
        _new_said(*args, **named)  # type: ignore[arg-type]


def test_a_change_leaves_the_value_and_the_other_fields_alone() -> None:
    before = _Said(1, "a", ("b",), marks=[1])
    assert _changed(before, text="c", at=2) == replace(before, text="c", at=2)
    assert before == _Said(1, "a", ("b",), marks=[1])


def test_a_change_of_what_is_no_field_is_refused() -> None:
    with pytest.raises(AttributeError, match="nothing"):
        _changed(_Said(1, "a"), nothing=1)
