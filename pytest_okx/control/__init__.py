"""The control API under `/_okx/`: a server that is commanded over HTTP, from another process or another language.

One row of a table says how an operation is asked and what it answers; routes and the OpenAPI document are made of it.
"""

from __future__ import annotations

from .application import Control
from .journal import Journal
from .operations import PREFIX
from .world import World

__all__ = ["PREFIX", "Control", "Journal", "World"]
