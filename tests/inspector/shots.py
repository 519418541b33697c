"""Pictures of each view, light and dark, wide and narrow: `python -m tests.inspector.shots` makes them anew.

They are looked at, not compared: fonts differ from machine to machine.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from .browser import Tab, chromium
from .scene import VIEWS, scene

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PICTURES = Path(__file__).resolve().parents[2] / "fixtures" / "inspector"
SIZES = {"": (1080, 620), "-narrow": (320, 640)}
SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")


def take(browser: Browser) -> None:
    """Write all pictures."""
    PICTURES.mkdir(exist_ok=True)
    with scene() as server:
        for suffix, (width, height) in SIZES.items():
            page = browser.new_page(viewport={"width": width, "height": height}, locale="en-GB")
            tab = Tab(page, server)
            for view in VIEWS:
                tab.show(view)
                page.wait_for_timeout(500)  # this is no test
                for scheme in SCHEMES:
                    page.emulate_media(color_scheme=scheme)
                    page.screenshot(path=PICTURES / f"{view.replace('/', '-')}{suffix}-{scheme}.png")
            page.close()


if __name__ == "__main__":
    with chromium() as found:
        take(found)
