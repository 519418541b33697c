"""The command that makes a call again: `curl`, and for a signed call `openssl` for its signature.

Secrets are placeholders of the shell. The timestamp is the exchange's own, so that the command works under any clock;
where it was the timestamp that was refused, the one that was sent.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Final

from ..calls import Call
from ..errors import Code
from .world import World

__all__ = ["curl_of"]

# What curl says by itself, and what is written as a placeholder.
_LEFT_OUT: Final = frozenset(
    {"host", "user-agent", "accept", "accept-encoding", "connection", "content-length", "transfer-encoding"}
)
_PLACEHOLDERS: Final = {
    "ok-access-sign": "$sign",
    "ok-access-timestamp": "$timestamp",
    "ok-access-passphrase": "$OKX_PASSPHRASE",
}
_OF_TIMESTAMP: Final = frozenset(
    {Code.TIMESTAMP_INVALID, Code.TIMESTAMP_EXPIRED, Code.V3_TIMESTAMP_INVALID, Code.V3_TIMESTAMP_EXPIRED}
)
_NOW: Final = r"""$({curl} {url}/_okx/clock | sed 's/.*"now":"\([^"]*\)".*/\1/')"""
_SIGN: Final = r"""$(printf '%s' "$timestamp"{rest} | openssl dgst -sha256 -hmac "$OKX_SECRET_KEY" -binary | base64)"""


def curl_of(world: World, call: Call) -> str:
    """The lines for a POSIX shell."""
    target = call.target.encode("latin-1", "replace").decode("utf-8", "replace")
    body = call.body.decode("utf-8", "replace")
    lines = []
    if call.headers.text("OK-ACCESS-SIGN"):
        rest = shlex.quote(call.method + target + body)
        lines = [f"timestamp={_timestamp(world, call)}", f"sign={_SIGN.format(rest=rest)}"]
    method = "-I" if call.method == "HEAD" else f"-X {shlex.quote(call.method)}"
    parts = [_curl(world), method, *_headers(call)]
    if body:
        parts.append(f"--data-raw {shlex.quote(body)}")
    if set("[]{}") & set(target):
        parts.append("-g")
    return "\n".join([*lines, " ".join([*parts, shlex.quote(world.url() + target)])])


def _curl(world: World) -> str:
    return 'curl --cacert "$OKX_CA"' if world.url().startswith("https:") else "curl"


def _timestamp(world: World, call: Call) -> str:
    if call.code in _OF_TIMESTAMP:
        return shlex.quote(call.headers.text("OK-ACCESS-TIMESTAMP"))
    quiet = f"{_curl(world)} -s"
    return _NOW.format(curl=f'{quiet} -H "Authorization: Bearer $OKX_TOKEN"' if world.token else quiet, url=world.url())


def _headers(call: Call) -> Iterator[str]:
    for name, value in call.headers.raw:
        placeholder = _PLACEHOLDERS.get(name.lower())
        if placeholder is not None and value:
            yield f'-H "{name}: {placeholder}"'
        elif name.lower() not in _LEFT_OUT:
            yield "-H " + shlex.quote(f"{name}: {value}" if value else f"{name};")
    if call.body and not call.headers.text("Content-Type"):
        yield "-H 'Content-Type:'"
