"""`serve --record`: what a server is asked and answers, written as it happens, with the settings to make its like."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ..recording import Recorder
from ..server import OkxServer
from .settings import EXCHANGE, SECRETS, Given

__all__ = ["recording"]


@contextmanager
def recording(server: OkxServer, given: Given, path: str) -> Iterator[None]:
    """Write to the file at `path` what `server` is asked from now on. Raises OSError where it cannot be written."""
    told = {each.name: given[each.name] for each in EXCHANGE if each.name in given and each.name not in SECRETS}
    with open(path, "w", encoding="utf-8") as file:
        recorder = Recorder(server, file, told)
        try:
            yield
        finally:
            recorder.stop()
