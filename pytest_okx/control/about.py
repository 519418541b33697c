"""The server itself, over HTTP: whether it is ready, what may be asked of it, what happens now, and the page."""

from __future__ import annotations

import re
from importlib.metadata import version
from importlib.resources import files
from typing import Any, Final

from ..messages import Reply
from .feed import Feed
from .openapi import document
from .operations import Field, Given, operation
from .problems import Problem
from .schemas import HEALTH
from .shapes import NUMERAL
from .world import World

_PAGE: Final = "index.html"
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_.-]{0,60}")
_TYPES: Final = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@operation("GET /health", answers=HEALTH)
def _health(world: World, given: Given) -> Any:
    """Whether the server is ready, where it is, and how many calls it has seen"""
    return {
        "status": "ok",
        "version": version("pytest-okx"),
        "url": world.url(),
        "wsUrl": world.ws_url(),
        "calls": world.journal.last,
    }


@operation("GET /openapi.json", answers={"type": "object"})
def _describe(world: World, given: Given) -> Any:
    """This description, OpenAPI 3.1"""
    return document()


@operation(
    "GET /events",
    headers=(Field("Last-Event-ID", NUMERAL, None, "the number of the last call that the reader knows of"),),
    media="text/event-stream",
)
def _events(world: World, given: Given) -> Reply:
    """What happens from now on: calls, and the clock and the faults when they change; resumes after Last-Event-ID"""
    headers = (("Content-Type", "text/event-stream"), ("Cache-Control", "no-store"))
    since = given["Last-Event-ID"]
    return Reply(200, b"", headers, source=Feed(world, world.journal.last if since is None else since))


@operation("GET /", media="text/html")
def _page(world: World, given: Given) -> Reply:
    """The inspector, a page"""
    return _file(_PAGE)


@operation("GET /static/<file>", media="*/*")
def _static(world: World, given: Given) -> Reply:
    """A file of the page"""
    return _file(given["file"])


def _file(name: str) -> Reply:
    found, media = files(__package__) / "page" / name, _TYPES.get(name.rpartition(".")[2])
    if media is None or not _NAME.fullmatch(name) or not found.is_file():
        raise Problem(404, f"the page has no file {name!r}")
    headers = (("Content-Type", media), ("Cache-Control", "no-cache"), ("Content-Security-Policy", _POLICY))
    return Reply(200, found.read_bytes(), headers)
