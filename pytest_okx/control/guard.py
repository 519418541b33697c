"""Who may use the control API: this machine's own programs, and its own page.

A page of another site cannot: a name of its own that leads here is refused (DNS rebinding), and so is a request that
it sends (cross-site request forgery). Where the server listens beyond loopback a token has to be shown.
"""

from __future__ import annotations

import hmac
import re
from typing import Final
from urllib.parse import unquote, urlsplit

from werkzeug.http import parse_cookie

from ..environment import is_loopback
from ..messages import Request
from .problems import Problem
from .world import World

__all__ = ["COOKIE", "check_asked", "check_type"]

COOKIE: Final = "okx_control"
"""Where the page keeps its token."""

_HOST: Final = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^:\[\]/@?#]+)(:[0-9]{1,5})?", re.ASCII)
# The page tells nothing by itself; what it asks for needs the token, for which it asks its reader.
_PAGE: Final = re.compile(r"/_okx/(static/.*)?", re.DOTALL)
_ANYWHERE: Final = ("0.0.0.0", "::", "")


def check_asked(world: World, request: Request) -> None:
    """Raise `Problem` for a request that has no business here."""
    _check_host(world, request.headers.text("Host"))
    _check_origin(world, request)
    if world.token and not (request.method == "GET" and _PAGE.fullmatch(request.path)):
        _check_token(world, request)


def _check_host(world: World, given: str) -> None:
    parts = _HOST.fullmatch(given)
    name = parts[1].strip("[]").lower() if parts else ""
    # Whoever listens on every address cannot know its names; there it is the token that keeps others out.
    if not parts or not (is_loopback(name) or name == world.host.lower() or world.host in _ANYWHERE):
        raise Problem(421, f"Host is {given!r}, which is no name of this server: use {world.url()}")


def _check_origin(world: World, request: Request) -> None:
    origin = request.headers.get("Origin")
    if origin is None:
        return
    scheme = urlsplit(world.url()).scheme
    if origin.lower() != f"{scheme}://{request.headers.text('Host')}".lower():
        raise Problem(403, f"Origin is {origin!r}: only the server's own page may send requests from a browser")


def _check_token(world: World, request: Request) -> None:
    token = _shown(request)
    if not hmac.compare_digest(token.encode("utf-8", "replace"), world.token.encode("utf-8", "replace")):
        sentence = "the server asks for its token: send it as 'Authorization: Bearer TOKEN'"
        raise Problem(401, sentence, WWW_Authenticate="Bearer")


def _shown(request: Request) -> str:
    """The token that came: of a program as a header, of the page as a cookie, since a feed takes no header."""
    scheme, _, given = request.headers.text("Authorization").partition(" ")
    if scheme.lower() == "bearer":
        return given.strip()
    return unquote(parse_cookie(request.headers.text("Cookie")).get(COOKIE, ""))


def check_type(given: str) -> None:
    """Raise `Problem` for a body that a form of another site's page could have sent."""
    if given.partition(";")[0].strip().lower() != "application/json":
        raise Problem(415, f"Content-Type is {given!r}: send application/json, so that no form of a page can")
