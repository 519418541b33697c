"""Bodies and queries for signers that take them as dicts and write them themselves: the ways to write them.

Which one a signer has is found out by trying (`adapters`); that what it signs is what its caller sends is taken for
granted. Knows no signer.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlencode

from .cases import Case

__all__ = ["SHAPES", "Shape", "content_of", "parameters_of", "query_of"]


@dataclass(frozen=True, slots=True)
class Shape:
    """One way to write a body and a query: arguments of `json.dumps`, what an empty body is, and the query's writer."""

    style: tuple[tuple[str, Any], ...]
    empty: bytes
    query: Callable[[Mapping[str, str]], str]

    def of(self, case: Case, *, with_query: bool) -> Case:
        """The same case, body (and query) written in this way."""
        body = self._written(content_of(case)) if case.method == "POST" else b""
        path, parameters = case.target.partition("?")[0], query_of(case)
        if not with_query:
            return replace(case, body=body)
        target = f"{path}?{self.query(parameters)}" if parameters else path
        return replace(case, target=target.encode().decode("latin-1"), body=body)

    def _written(self, content: Any) -> bytes:
        return json.dumps(content, **dict(self.style)).encode("utf-8", "surrogatepass") if content else self.empty


def content_of(case: Case) -> Any:
    """What the body of a case holds, {} for none."""
    return json.loads(case.body) if case.body else {}


def parameters_of(case: Case) -> Any:
    """The parameters of a case, as those call them who do not say where they go: of a POST its body, else its query."""
    return content_of(case) if case.method == "POST" else query_of(case)


def query_of(case: Case) -> dict[str, str]:
    """The query of a case, decoded; of a name that stands there twice the last value."""
    return dict(parse_qsl(case.target.partition("?")[2], keep_blank_values=True))


def _raw(parameters: Mapping[str, str]) -> str:
    return "&".join(f"{name}={value}" for name, value in parameters.items())


def _quoted(parameters: Mapping[str, str]) -> str:
    return urlencode(parameters, quote_via=quote)


def _with_plus(parameters: Mapping[str, str]) -> str:
    return urlencode(parameters)


def _shapes() -> Iterator[Shape]:
    separators, letters, order = ((", ", ": "), (",", ":")), (True, False), (False, True)
    for query, sort, pair, ascii_only, empty in product(
        (_quoted, _with_plus, _raw), order, separators, letters, (b"", b"{}")
    ):
        style = (("separators", pair), ("ensure_ascii", ascii_only), ("sort_keys", sort))
        yield Shape(style, empty, query)


SHAPES: Final = tuple(_shapes())
"""Every way that is tried; the first is what a caller gets who says nothing."""
