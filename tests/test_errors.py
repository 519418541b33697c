"""The catalogue is whole, its texts are filled, and a code that cannot be raised says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_okx import errors
from pytest_okx.errors import GENERATIONS, CatalogueRow, Code, OkxError, catalogue, look_up

HTTP_GENERATIONS = ("v5", "v3")


def all_rows(generation: str) -> list[CatalogueRow]:
    return [row for rows in catalogue(generation).values() for row in rows]


def placeholders(row: CatalogueRow) -> list[str]:
    """The names in a template, told apart by what the filled text does with them."""
    return sorted(set(errors._PLACEHOLDER.findall(row.template)))


@pytest.mark.parametrize(("generation", "codes", "rows"), [("v5", 1058, 1108), ("ws", 57, 57), ("v3", 318, 318)])
def test_the_catalogue_is_complete(generation: str, codes: int, rows: int) -> None:
    assert len(catalogue(generation)) == codes
    assert len(all_rows(generation)) == rows


@pytest.mark.parametrize("generation", HTTP_GENERATIONS)
def test_every_code_makes_an_error_in_which_no_placeholder_is_left(generation: str) -> None:
    sendable = [rows[0] for rows in catalogue(generation).values() if rows[0].status is not None]
    made = [OkxError(row.code, generation=generation) for row in sendable]
    assert [error for error in made if "{" in error.message or "}" in error.message] == []
    assert [error.status for error in made] == [row.status for row in sendable]
    assert [error.envelope for error in made] == [row.envelope for row in sendable]
    assert [error.code for error in made] == [row.code.partition("_")[0] for row in sendable]


@pytest.mark.parametrize("generation", GENERATIONS)
def test_every_row_is_filled_by_its_sample(generation: str) -> None:
    leaking = [row for row in all_rows(generation) if "{" in row.text((), {})]
    # The one sample that is itself a JSON object: what an illegal WebSocket request looked like.
    assert [row.code for row in leaking] == (["60012"] if generation == "ws" else [])


@pytest.mark.parametrize("generation", GENERATIONS)
def test_every_row_is_filled_by_position(generation: str) -> None:
    for row in all_rows(generation):
        values = [f"<{number}>" for number in range(len(placeholders(row)))]
        text = row.text(tuple(values), {})
        assert [value for value in values if value not in text] == [], row
        assert "{" not in text, row


@pytest.mark.parametrize("generation", GENERATIONS)
def test_every_row_is_filled_by_name(generation: str) -> None:
    for row in all_rows(generation):
        text = row.text((), {name: f"<{name}>" for name in placeholders(row)})
        assert [name for name in placeholders(row) if f"<{name}>" not in text] == [], row
        assert "{" not in text, row


@pytest.mark.parametrize("generation", GENERATIONS)
def test_every_row_says_how_it_travels_and_where_it_was_seen(generation: str) -> None:
    envelopes = {
        "v5": {"data", "msg_code", "gateway_404"},
        "v3": {"v3", "v3_404", "v3_500"},
        "ws": {"event", "close"},
    }
    sources = {"wire", "probe 2020", "client lists", "public guides", "inferred"}
    for row in all_rows(generation):
        assert row.generation == generation
        assert row.envelope in envelopes[generation], row
        assert row.seen in sources or row.seen.startswith("docs 20"), row
        assert row.status is None or 200 <= row.status <= 599, row


@pytest.mark.parametrize("code", Code)
def test_every_named_code_can_be_raised(code: Code) -> None:
    assert OkxError(code).code == code


@pytest.mark.parametrize(
    ("code", "status", "envelope", "message"),
    [
        ("404", 404, "gateway_404", "Not Found"),
        ("50001", 503, "data", "Service temporarily unavailable. Please try again later "),
        ("50011", 429, "msg_code", "Too Many Requests"),
        ("50014", 400, "data", "Parameter instId cant be empty."),
        ("50026", 500, "data", "System error."),
        ("50038", 200, "data", "This feature is unavailable in demo trading"),
        ("50101", 401, "msg_code", "APIKey does not match current environment."),
        ("50102", 401, "msg_code", "Timestamp request expired"),
        ("50103", 401, "msg_code", "Request header OK-ACCESS-KEY can not be empty."),
        ("50104", 401, "msg_code", "Request header OK-ACCESS-PASSPHRASE can not be empty."),
        ("50105", 401, "msg_code", "Request header OK-ACCESS-PASSPHRASE incorrect."),
        ("50106", 401, "msg_code", "Request header OK-ACCESS-SIGN can not be empty."),
        ("50107", 401, "msg_code", "Request header OK-ACCESS-TIMESTAMP can not be empty."),
        ("50111", 401, "msg_code", "Invalid OK-ACCESS-KEY"),
        ("50112", 401, "msg_code", "Invalid OK-ACCESS-TIMESTAMP"),
        ("50113", 401, "msg_code", "Invalid Sign"),
        ("50114", 401, "msg_code", "Invalid Authority"),
        ("50119", 401, "msg_code", "API key doesn't exist"),
        (
            "50120",
            401,
            "msg_code",
            "This API key doesn't have permission to use this function",
        ),
        ("51000", 400, "data", "Parameter instId error"),
        (
            "51001",
            200,
            "data",
            "Instrument ID, Instrument ID code, or Spread ID doesn't exist.",
        ),
        ("30001", 401, "v3", "OK-ACCESS-KEY header is required"),
        ("30002", 400, "v3", "OK-ACCESS-SIGN header is required"),
        ("30003", 400, "v3", "OK-ACCESS-TIMESTAMP header is required"),
        ("30004", 400, "v3", "OK-ACCESS-PASSPHRASE header is required"),
        ("30005", 400, "v3", "Invalid OK-ACCESS-TIMESTAMP"),
        ("30006", 401, "v3", "Invalid OK-ACCESS-KEY"),
        (
            "30007",
            400,
            "v3",
            "Invalid Content_Type, please use the application/json format",
        ),
        ("30008", 400, "v3", "Request timestamp expired"),
        ("30012", 401, "v3", "Invalid Authority"),
        ("30013", 401, "v3", "Invalid Sign"),
        ("30015", 400, "v3", "Invalid OK_ACCESS_PASSPHRASE"),
    ],
)
def test_what_was_seen_on_the_wire_wins_over_the_documentation(
    code: str, status: int, envelope: str, message: str
) -> None:
    error = OkxError(code)
    assert (error.status, error.envelope, error.message) == (status, envelope, message)
    assert str(error) == f"{status} {code} {message}"


def test_the_address_and_the_key_are_named_in_this_order() -> None:
    error = OkxError("50110", "10.0.0.1", "some-key")
    assert error.message == "Your IP 10.0.0.1 is not included in your API key's some-key IP whitelist."


def test_a_sub_code_is_told_apart_from_its_code() -> None:
    error = OkxError("51008_1001", "USDT")
    assert (error.code, error.sub_code, error.status) == ("51008", "1001", 200)
    assert "USDT" in error.message
    assert OkxError("50113").sub_code == ""


def test_the_first_variant_of_a_code_is_the_one_that_is_raised() -> None:
    first, second = catalogue("v5")["50011"]
    assert (first.variant, second.variant) == (1, 2)
    assert look_up("50011") is first
    assert OkxError("50011").message == first.template


def test_v5_comes_before_v3_unless_a_generation_is_named() -> None:
    assert OkxError("404").envelope == "gateway_404"
    assert OkxError("404", generation="v3").envelope == "v3_404"
    assert OkxError("30006").envelope == "v3"


def test_text_and_status_may_be_given() -> None:
    error = OkxError("50113", message="Own {text}", status=200)
    assert (error.message, error.status, error.envelope) == ("Own {text}", 200, "msg_code")


@pytest.mark.parametrize(
    ("template", "order"),
    [
        ("{param1} of {param0}", ["param0", "param1"]),
        ("{1} of {0}", ["0", "1"]),
        ("{max} of {min}", ["max", "min"]),
        ("{ccy} {ccy} {param1}", ["ccy", "param1"]),
    ],
)
def test_values_fill_by_number_else_in_the_order_of_the_text(template: str, order: list[str]) -> None:
    row = CatalogueRow("v5", "1", 1, 200, "data", "inferred", ("-",) * len(order), template)
    filled = template
    for name in order:
        filled = filled.replace(f"{{{name}}}", f"<{name}>")
    assert row.text(tuple(f"<{name}>" for name in order), {}) == filled


def test_a_value_that_looks_like_a_placeholder_stays_as_it_is() -> None:
    assert OkxError("50014", "{param0}").message == "Parameter {param0} cant be empty."


@pytest.mark.parametrize(
    ("arguments", "named", "text"),
    [
        (
            ("50113", "x"),
            {},
            "code 50113 takes no parameters, not ['x']: its text is 'Invalid Sign'",
        ),
        (
            ("50014", "a", "b"),
            {},
            "code 50014 takes ['param0'], not ['b']: its text is 'Parameter {param0} cant be empty.'",
        ),
        (("50014",), {"parm0": "x"}, "code 50014 takes ['param0'], not ['parm0']"),
        (("50014", "a"), {"param0": "b"}, "code 50014 takes ['param0'], not ['param0']"),
        (("50113",), {"message": "own", "typo": 1}, "not ['typo']"),
    ],
)
def test_values_that_a_text_has_no_place_for_are_refused(
    arguments: tuple[str, ...], named: dict[str, str], text: str
) -> None:
    with pytest.raises(ValueError, match="takes") as refused:
        OkxError(*arguments, **named)  # type: ignore[arg-type]  # what a careless caller would do
    assert text in str(refused.value)


@pytest.mark.parametrize(
    ("code", "generation", "text"),
    [
        (
            "99999",
            None,
            "code '99999' is in none of OKX's lists: give one such as '50113', '51008_1000' or '30006'",
        ),
        ("", None, "code '' is in none of OKX's lists"),
        ("51008_9999", None, "code '51008_9999' is in none"),
        (
            "60005",
            None,
            "code '60005' is an event or close frame of the WebSocket: no HTTP reply carries it",
        ),
        ("4001", None, "code '4001' is an event or close frame"),
        ("60005", "ws", "code '60005' is an event or close frame"),
        ("50113", "v3", "code '50113' is none of v3's: it belongs to v5"),
        ("50011", "v3", "code '50011' is none of v3's: it belongs to v5 and ws"),
        (
            "50113",
            "v4",
            "'v4' is no generation of OKX's API: choose one of ('v5', 'v3', 'ws')",
        ),
    ],
)
def test_a_code_that_no_reply_carries_is_refused(code: str, generation: str | None, text: str) -> None:
    with pytest.raises(ValueError, match="is") as refused:
        OkxError(code, generation=generation)
    assert text in str(refused.value)


def test_the_catalogue_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        catalogue("v5")["50113"] = ()  # type: ignore[index]  # that is what is tested


HEAD = "code\tvariant\tstatus\tenvelope\tseen\tsample\tmessage\n"


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (
            "1\t1\t200\tdata\twire\t\tone\n1\t1\t200\tdata\twire\t\ttwin\n",
            "errors-v5.tsv has 1 variant 1 after 1 others: 'twin'",
        ),
        ("1\t2\t200\tdata\twire\t\tlate\n", "errors-v5.tsv has 1 variant 2 after 0 others: 'late'"),
    ],
)
def test_a_variant_out_of_turn_fails_and_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, lines: str, text: str
) -> None:
    (tmp_path / "catalogue").mkdir()
    (tmp_path / "catalogue" / "errors-v5.tsv").write_text(HEAD + lines, encoding="utf-8")
    monkeypatch.setattr(errors, "files", lambda package: tmp_path)
    with pytest.raises(ValueError, match="variant") as refused:
        errors._read("v5")
    assert str(refused.value) == text


def test_rows_are_read_with_their_samples(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "catalogue").mkdir()
    line = "7\t1\t\tevent\twire\ta|b\t{x} and {y}\n"
    (tmp_path / "catalogue" / "errors-ws.tsv").write_text(HEAD + line, encoding="utf-8")
    monkeypatch.setattr(errors, "files", lambda package: tmp_path)
    (row,) = errors._read("ws")["7"]
    assert (row.status, row.sample, row.text((), {})) == (None, ("a", "b"), "a and b")
