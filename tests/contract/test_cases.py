"""The known answers are those of the fixtures, and the cases are what a client may send."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given

from pytest_okx.contract.cases import Case, cases, read_vectors

FIXTURE = Path(__file__).parents[2] / "fixtures" / "signatures.json"


def test_the_known_answers_are_those_of_the_fixtures() -> None:
    rows = json.loads(FIXTURE.read_text("utf-8"))
    ours = [
        {
            "source": vector.seen,
            "secret_key": vector.case.credentials.secret_key,
            "timestamp": vector.case.timestamp,
            "method": vector.case.method,
            "target": vector.case.target,
            "body": vector.case.body.decode(),
            "signature": vector.signature,
        }
        for vector in read_vectors()
    ]
    assert ours == rows


@given(cases())
def test_a_case_fits_on_a_request_line_and_only_a_post_has_a_body(case: Case) -> None:
    assert case.target.isascii()
    assert case.method == "POST" or not case.body
    assert case.credentials.secret_key not in str(case)
    assert case.credentials.passphrase not in str(case)
