"""Chromium, driven as a reader of a report would use it; what the page said, asked and showed."""

from __future__ import annotations

import contextlib
import importlib.util
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

BARE = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""Root has no sandbox; nothing of the browser's own may go out."""
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 375, "height": 812}


def missing() -> str | None:
    """Why there is no browser here, or None."""
    if shutil.which("chromium") is None:
        return "chromium: the program chromium is not installed"
    for module in ("playwright", "axe_playwright_python"):
        if importlib.util.find_spec(module) is None:
            return f"the Python package of {module} is not installed (requirements/peers.txt)"
    return None


@contextlib.contextmanager
def browser() -> Iterator[Any]:
    """A headless Chromium of the system."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=shutil.which("chromium"), args=BARE)
        try:
            yield running
        finally:
            running.close()


class Reader:
    """One window on one page. `heard`: console messages, errors, dialogs; `asked`: requests."""

    def __init__(self, running: Any, **options: Any) -> None:
        self.context = running.new_context(**{"viewport": DESKTOP, **options})
        self.context.set_default_timeout(20_000)
        self.page = self.context.new_page()
        self.heard: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.heard.append(message.text))
        self.page.on("pageerror", lambda error: self.heard.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("dialog", self._dialog)

    def _dialog(self, dialog: Any) -> None:
        self.heard.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def open(self, path: Path, fragment: str = "") -> Any:
        self.page.goto(path.as_uri() + fragment)
        return self.page

    def rows(self) -> list[list[str]]:
        """The visible text of the device table, cell by cell."""
        script = "rows => rows.map(row => [...row.children].map(cell => cell.innerText.trim()))"
        found: list[list[str]] = self.page.locator("#device-rows tr").evaluate_all(script)
        return found

    def faults(self, within: str = "body") -> list[str]:
        """What axe-core objects to by WCAG 2.2 A and AA: rule, weight, first place."""
        from axe_playwright_python.sync_playwright import Axe

        wanted = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
        options = {"runOnly": {"type": "tag", "values": wanted}}
        found = Axe().run(self.page, context=within, options=options).response["violations"]
        return [f"{v['id']} ({v['impact']}): {v['nodes'][0]['html'][:200]}" for v in found]

    def close(self) -> None:
        self.context.close()
