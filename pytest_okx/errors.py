"""OKX's refusals: the catalogue of codes, and `OkxError`, which is one of them being raised.

The catalogue is data (`catalogue/errors-*.tsv`), one line a code: HTTP status, envelope, where its text was seen, and
the text, what was seen on the wire before what the documentation prints. This module reads it; it does not know
when a code is due.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType

__all__ = ["CatalogueRow", "Code", "OkxError", "catalogue", "look_up"]

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
GENERATIONS = ("v5", "v3", "ws")


class Code(StrEnum):
    """Names for the codes that the fake raises itself; every other one is raised by its number."""

    # v5, in the order of the checks
    RATE_LIMIT = "50011"
    KEY_EMPTY = "50103"
    SIGN_EMPTY = "50106"
    TIMESTAMP_EMPTY = "50107"
    TIMESTAMP_INVALID = "50112"
    TIMESTAMP_EXPIRED = "50102"
    KEY_INVALID = "50111"
    KEY_UNKNOWN = "50119"
    CONTENT_TYPE = "50006"
    PASSPHRASE_EMPTY = "50104"
    PASSPHRASE_WRONG = "50105"
    SIGN_WRONG = "50113"
    IP_NOT_LISTED = "50110"
    ENVIRONMENT = "50101"
    AUTHORITY = "50114"
    PERMISSION = "50120"
    ACCOUNT_RATE_LIMIT = "50061"
    BODY_EMPTY = "50000"
    BODY_NOT_JSON = "50002"
    PARAMETER_EMPTY = "50014"
    PARAMETER_EITHER = "50015"
    METHOD = "50115"
    NOT_SIMULATED = "50038"
    NO_BEFORE = "50039"
    SYSTEM = "50026"
    NOT_FOUND = "404"
    PARAMETER = "51000"
    INSTRUMENT = "51001"
    # v3, in the order of the checks
    V3_KEY_EMPTY = "30001"
    V3_SIGN_EMPTY = "30002"
    V3_TIMESTAMP_EMPTY = "30003"
    V3_TIMESTAMP_INVALID = "30005"
    V3_TIMESTAMP_EXPIRED = "30008"
    V3_KEY_UNKNOWN = "30006"
    V3_CONTENT_TYPE = "30007"
    V3_PASSPHRASE_EMPTY = "30004"
    V3_PASSPHRASE_WRONG = "30015"
    V3_SIGN_WRONG = "30013"
    V3_IP_NOT_LISTED = "30011"
    V3_PERMISSION = "30012"
    V3_PARAMETER_EMPTY = "30023"
    V3_PARAMETER_VALUE = "30024"
    V3_PARAMETER_FORMAT = "30025"
    V3_SYSTEM = "500"
    V3_MAX_OPEN = "32008"


@dataclass(frozen=True, slots=True)
class CatalogueRow:
    """One text of one code. `status` is None where no HTTP reply carries it (WebSocket events and close frames).

    `seen`: "wire" (captured in traffic), "probe 2020" (v3, probed), "docs DATE" (the documentation of that day),
    "client lists" (code tables of public clients), "public guides", "inferred". `sample` fills the text's placeholders.
    """

    generation: str
    code: str
    variant: int
    status: int | None
    envelope: str
    seen: str
    sample: tuple[str, ...]
    template: str

    def text(self, params: tuple[object, ...], named: Mapping[str, object]) -> str:
        """The template with every placeholder filled: by name, by position, else with the row's sample."""
        names = sorted(dict.fromkeys(_PLACEHOLDER.findall(self.template)), key=_position)
        # A placeholder that is filled by position cannot be filled by name as well.
        unknown = sorted(set(named) - set(names[len(params) :]))
        if unknown or len(params) > len(names):
            extra: list[object] = [*unknown, *params[len(names) :]]
            raise ValueError(
                f"code {self.code} takes {names or 'no parameters'}, not {extra!r}: its text is {self.template!r}"
            )
        values = dict(zip(names, self.sample, strict=True))
        values.update((names[position], str(value)) for position, value in enumerate(params))
        values.update((name, str(value)) for name, value in named.items())
        return _PLACEHOLDER.sub(lambda match: values[match.group(1)], self.template)


def _position(name: str) -> int:
    """{param1} and {1} are second wherever they stand; named placeholders keep the order of the text."""
    digits = name.removeprefix("param")
    return int(digits) if digits.isdigit() else 0


def _read(generation: str) -> dict[str, tuple[CatalogueRow, ...]]:
    rows: dict[str, tuple[CatalogueRow, ...]] = {}
    text = (files(__package__) / "catalogue" / f"errors-{generation}.tsv").read_text(encoding="utf-8")
    for line in text.splitlines()[1:]:
        code, variant, status, envelope, seen, sample, template = line.split("\t")
        row = CatalogueRow(
            generation, code, int(variant), int(status) if status else None, envelope, seen,
            tuple(sample.split("|")) if sample else (), template,
        )  # fmt: skip
        rivals = rows.get(code, ())
        if row.variant != len(rivals) + 1:
            raise ValueError(
                f"errors-{generation}.tsv has {code} variant {variant} after {len(rivals)} others: {template!r}"
            )
        rows[code] = (*rivals, row)
    return rows


@lru_cache(maxsize=len(GENERATIONS))
def catalogue(generation: str) -> Mapping[str, tuple[CatalogueRow, ...]]:
    """Every code of `generation` ("v5", "v3" or "ws") with its texts, the preferred one first."""
    if generation not in GENERATIONS:
        raise ValueError(f"{generation!r} is no generation of OKX's API: choose one of {GENERATIONS}")
    return MappingProxyType(_read(generation))


def look_up(code: str, generation: str | None = None) -> CatalogueRow:
    """The preferred row of an HTTP code, of v5 before v3 unless one is named; sub-codes are written "51008_1000".

    Raises ValueError for a code that is in no catalogue, or that never travels in an HTTP reply.
    """
    for name in (generation,) if generation else ("v5", "v3"):
        rows = catalogue(name).get(code, ())
        if rows and rows[0].status is not None:
            return rows[0]
    homes = [name for name in GENERATIONS if code in catalogue(name)]
    if not homes:
        raise ValueError(f"code {code!r} is in none of OKX's lists: give one such as '50113', '51008_1000' or '30006'")
    if generation and generation not in homes:
        raise ValueError(f"code {code!r} is none of {generation}'s: it belongs to {' and '.join(homes)}")
    raise ValueError(f"code {code!r} is an event or close frame of the WebSocket: no HTTP reply carries it")


class OkxError(Exception):
    """A refusal in OKX's words: `code`, `sub_code`, `message`, HTTP `status` and `envelope`.

    `OkxError("51008_1001", "USDT")` is code 51008 with sub-code 1001, its placeholder filled with USDT. `envelope` is
    "data" (`code`, `data`, `msg`), "msg_code" (these two alone), "gateway_404", "v3", "v3_404" or "v3_500". Source:
    OKX's error page, and the wire where it differs.
    """

    def __init__(
        self,
        code: str,
        *params: object,
        message: str | None = None,
        status: int | None = None,
        generation: str | None = None,
        **named: object,
    ) -> None:
        row = look_up(code, generation)
        text = row.text(params, named)
        self.code, _, self.sub_code = row.code.partition("_")
        self.message = text if message is None else message
        self.status: int = status or row.status or 200
        self.envelope = row.envelope
        super().__init__(f"{self.status} {self.code} {self.message}")
