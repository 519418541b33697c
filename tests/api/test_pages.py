"""Pages and filters of long lists, read from parameters."""

from __future__ import annotations

import pytest

from pytest_okx.api.pages import filters, page
from pytest_okx.errors import OkxError
from pytest_okx.exchange import Page

KNOWN = {"instType": ("inst_type", ("SPOT", "SWAP")), "ordType": ("ord_type", None)}


def test_a_page_has_its_bounds_and_a_hundred_rows() -> None:
    assert page({}) == Page(limit=100)
    asked = {"after": "5", "before": "1", "begin": "10", "end": "20", "limit": "500"}
    assert page(asked) == Page(limit=100, after=5, before=1, begin=10, end=20)


def test_what_is_not_asked_for_is_no_filter() -> None:
    assert filters({"instType": "SPOT", "ordType": ""}, KNOWN) == {"inst_type": ["SPOT"]}


def test_only_lists_may_have_several_values() -> None:
    assert filters({"ordType": "limit,fok"}, KNOWN) == {"ord_type": ["limit", "fok"]}
    with pytest.raises(OkxError, match="instType"):
        filters({"instType": "SPOT,SWAP"}, KNOWN)
