"""The search is bounded by counting, and its tables name nothing twice."""

from __future__ import annotations

import pytest

from pytest_okx.diagnosis.encodings import ENCODINGS
from pytest_okx.diagnosis.keyings import KEYINGS
from pytest_okx.diagnosis.recipes import DIGESTS, Hashed, Keyed
from pytest_okx.diagnosis.search import MESSAGES
from pytest_okx.diagnosis.texts import TEXTS
from pytest_okx.signing import Credentials, sign
from tests.diagnosis.support import asked
from tests.wrong_signers import REQUESTS, Sample


def test_no_name_and_no_sentence_stands_twice() -> None:
    rows = [row for table in (MESSAGES, KEYINGS, ENCODINGS, TEXTS) for row in table]
    assert len({row.name for row in rows}) == len({row.sentence for row in rows}) == len(rows)


@pytest.mark.parametrize("sample", REQUESTS, ids=lambda sample: f"{sample.method} {sample.path}")
def test_what_nothing_explains_costs_a_bounded_number_of_digests(
    monkeypatch: pytest.MonkeyPatch, sample: Sample
) -> None:
    made = 0

    def counted(keyed: Keyed) -> Keyed:
        def with_key(key: bytes) -> Hashed:
            real = keyed(key)

            def digest(message: bytes) -> bytes:
                nonlocal made
                made += 1
                return real(message)

            return digest

        return with_key

    for name, (length, keyed) in DIGESTS.items():
        monkeypatch.setitem(DIGESTS, name, (length, counted(keyed)))
    signature = sign("x" * 32, sample.timestamp, sample.method, sample.path)
    assert not asked(signature, sample).explained
    assert 1000 < made < 14_000


def test_many_keys_are_all_tried() -> None:
    others = [Credentials(f"key-{number}", f"{number:032X}", f"phrase-{number}") for number in range(400)]
    signature = sign(others[0].secret_key, REQUESTS[0].timestamp, "GET", REQUESTS[0].path)
    assert asked(signature, REQUESTS[0], others=others).mistakes == ("another-secret",)
