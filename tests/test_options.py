"""What each option may be, and what a bad one is told. Which layer wins is tested with the plugin."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_okx import options
from pytest_okx.options import OPTIONS, merged
from pytest_okx.server import OkxServer

pytestmark = pytest.mark.usefixtures("quick_collections")

GOOD = [
    ("strict", "true", True),
    ("strict", "false", False),
    ("strict", "off", False),
    ("guard", "auto", "auto"),
    ("guard", "On", "on"),
    ("guard", "off", "off"),
    ("audit", "off", "off"),
    ("audit", "Report", "report"),
    ("audit", "fail", "fail"),
    ("timestamp_formats", "unix_ms", ("unix_ms",)),
    ("timestamp_formats", "iso8601,unix_ms", ("iso8601", "unix_ms")),
    ("timestamp_formats", "iso8601 unix_s", ("iso8601", "unix_s")),
    ("timestamp_window", "5", 5.0),
    ("timestamp_window", "0", 0.0),
    ("timestamp_window", "None", None),
    ("rate_limits", "true", True),
    ("rate_limits", "off", False),
    ("skew", "-0.5", -0.5),
    ("seed", "-3", -3),
    ("max_calls", "1", 1),
]
BAD = [
    ("strict", "maybe", "true or false"),
    ("guard", "never", "auto, on or off"),
    ("audit", "on", "off, report or fail"),
    ("timestamp_formats", "iso", "one or more of iso8601, unix_ms, unix_s"),
    ("timestamp_formats", ",", "one or more of iso8601, unix_ms, unix_s"),
    ("timestamp_window", "-1", "seconds from 0 up, or none"),
    ("timestamp_window", "inf", "seconds from 0 up, or none"),
    ("timestamp_window", "wide", "seconds from 0 up, or none"),
    ("rate_limits", "some", "true or false"),
    ("skew", "nan", "seconds, such as 2 or -0.5"),
    ("skew", "", "seconds, such as 2 or -0.5"),
    ("seed", "0.5", "a whole number"),
    ("max_calls", "0", "a whole number from 1 up"),
]


def read(pytester: pytest.Pytester, *flags: str) -> dict[str, Any]:
    """What pytest would be told, with the ini file that is there."""
    return options.read(pytester.parseconfig(*flags))


@pytest.mark.parametrize(("name", "text", "value"), GOOD)
def test_flag_is_read(pytester: pytest.Pytester, name: str, text: str, value: object) -> None:
    assert read(pytester, f"--okx-{name.replace('_', '-')}={text}") == {name: value}


@pytest.mark.parametrize(("name", "text", "value"), GOOD)
def test_ini_key_is_read(pytester: pytest.Pytester, name: str, text: str, value: object) -> None:
    pytester.makeini(f"[pytest]\nokx_{name} = {text}")
    assert read(pytester) == {name: value}


@pytest.mark.parametrize(("name", "text", "value"), GOOD)
def test_the_flag_beats_the_ini_key(pytester: pytest.Pytester, name: str, text: str, value: object) -> None:
    _, other, _ = next(good for good in GOOD if good[0] == name)
    pytester.makeini(f"[pytest]\nokx_{name} = {other}")
    assert read(pytester, f"--okx-{name.replace('_', '-')}={text}") == {name: value}


def test_formats_may_be_a_list_in_pyproject(pytester: pytest.Pytester) -> None:
    pytester.makepyprojecttoml('[tool.pytest.ini_options]\nokx_timestamp_formats = ["iso8601", "unix_s"]')
    assert read(pytester) == {"timestamp_formats": ("iso8601", "unix_s")}


def test_truth_may_be_a_truth_in_pyproject(pytester: pytest.Pytester) -> None:
    pytester.makepyprojecttoml("[tool.pytest.ini_options]\nokx_strict = false")
    assert read(pytester) == {"strict": False}


def test_nothing_is_said_when_nothing_is_given(pytester: pytest.Pytester) -> None:
    assert read(pytester) == {}


@pytest.mark.parametrize(("name", "text", "allowed"), BAD)
def test_bad_flag_is_told_with_what_is_allowed(pytester: pytest.Pytester, name: str, text: str, allowed: str) -> None:
    flag = f"--okx-{name.replace('_', '-')}"
    with pytest.raises(pytest.UsageError) as caught:
        read(pytester, f"{flag}={text}")
    assert str(caught.value) == f"{flag} is {text!r}: give {allowed}"


@pytest.mark.parametrize(("name", "text", "allowed"), BAD)
def test_bad_ini_key_is_told_with_what_is_allowed(
    pytester: pytest.Pytester, name: str, text: str, allowed: str
) -> None:
    pytester.makeini(f"[pytest]\nokx_{name} = {text}")
    with pytest.raises(pytest.UsageError) as caught:
        read(pytester)
    said = str(caught.value)
    assert said.startswith(f"the ini key okx_{name} ")
    assert text in said
    assert said.endswith(f": give {allowed}")


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)
def test_option_is_an_argument_of_the_server_or_of_a_test(option: options.Option) -> None:
    assert option.name in options.MARKER_ARGUMENTS


@pytest.mark.parametrize(("name", "text", "value"), [good for good in GOOD if good[0] in options.SERVER_ARGUMENTS])
def test_what_is_read_is_what_the_server_takes(name: str, text: str, value: object) -> None:
    assert text
    OkxServer(**{name: value})  # type: ignore[arg-type]  # the table is not typed by column


@pytest.mark.parametrize(
    ("layers", "result"),
    [
        ([], {}),
        ([{"seed": 1}, {"seed": 2}], {"seed": 1}),
        ([{"seed": 1}, {"skew": 2}], {"seed": 1, "skew": 2}),
        ([{"seed": None}, {"seed": 2}], {"seed": None}),
        ([{"clock": "a"}, {"skew": 2}], {"clock": "a"}),
        ([{"skew": 2}, {"clock": "a"}], {"skew": 2}),
        ([{"skew": 2, "clock": "a"}], {"skew": 2, "clock": "a"}),
    ],
)
def test_layers_merge_with_the_first_one_on_top(layers: list[dict[str, Any]], result: dict[str, Any]) -> None:
    assert merged(layers) == result
