"""The OpenAPI document promises what the server does: schemathesis asks, rightly and wrongly, and agrees."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from pytest_okx.control.openapi import document
from pytest_okx.control.operations import OPERATIONS
from pytest_okx.messages import Ending, Reply
from pytest_okx.server import OkxServer
from pytest_okx.wsgi import Application

from .support import commanded, done
from .test_operations import ON_A_SOCKET

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
QUICK = settings(
    max_examples=4, phases=[Phase.generate], derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
# Of what names something, the path mostly has a name that is there.
NAMES = {"instId": ["BTC-USDT", "BTC-USDT-SWAP"], "id": ["1", "2"], "number": ["1"], "file": ["index.html"]}


@cache
def schema() -> Any:
    return schemathesis.openapi.from_dict(document())


def label(route: str) -> tuple[str, str]:
    method, _, path = route.partition(" ")
    return f"/_okx{path}".replace("<", "{").replace(">", "}"), method


@pytest.fixture(scope="module")
def server() -> Iterator[OkxServer]:
    """One server for all that is asked."""
    with commanded(strict=False) as started:
        yield started


def without_faults(server: OkxServer) -> Application:
    """The control API alone: what a fault does to a connection is not to meet what asks next."""
    control = server._control
    assert control is not None

    def broken(error: BaseException) -> Reply:
        raise AssertionError("an error of the server") from error

    return Application(
        control.handle, on_connect=lambda peer: Ending.KEEP, on_error=broken, on_refusal=lambda refusal: None
    )


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.name.lower())
@pytest.mark.parametrize("route", [route for route in OPERATIONS if route != ON_A_SOCKET])
def test_what_is_asked_is_answered_as_promised(server: OkxServer, route: str, mode: GenerationMode) -> None:
    path, method = label(route)
    operation, app = schema()[path][method], without_faults(server)
    if mode is GenerationMode.NEGATIVE and not (OPERATIONS[route].takes_body or OPERATIONS[route].query):
        return  # nothing can be wrong with it
    names = NAMES | {"uid": [server.exchange.accounts[0].uid], "apiKey": [server.credentials.api_key]}

    @QUICK
    @given(case=operation.as_strategy(generation_mode=mode), data=st.data())
    def ask(case: Any, data: st.DataObject) -> None:
        known = {name: data.draw(st.sampled_from(names[name])) for name in case.path_parameters or ()}
        if mode is GenerationMode.POSITIVE and data.draw(st.integers(0, 3)):
            case.path_parameters.update(known)
        checks = CHECKS if mode is GenerationMode.POSITIVE else [*CHECKS, negative_data_rejection]
        case.validate_response(case.call(app=app, base_url="http://localhost"), checks=checks)

    ask()


def test_the_document_is_what_the_server_hands_out(server: OkxServer) -> None:
    assert done(server, "GET", "/openapi.json") == document()


def test_every_operation_is_in_it_once_and_says_what_it_does() -> None:
    found = [row for methods in document()["paths"].values() for row in methods.values()]
    assert len(found) == len(OPERATIONS)
    assert all(row["summary"] for row in found)
    assert len({row["operationId"] for row in found}) == len(found)
