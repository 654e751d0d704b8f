"""A browser for tests, and what axe-core finds wrong with the page it shows."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from django.test import Client

from guanggu.base.actor import Actor
from guanggu.kernel.identity.testing import sign_in

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
_FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--use-angle=swiftshader",  # maps and scenes are drawn without a graphics card
    "--enable-unsafe-swiftshader",
]
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
WAIT_MS = 20_000  # a busy machine is no fault of a page


_running: list[Any] = []


@contextmanager
def open_browser() -> Iterator[Any]:
    """Debian's Chromium, driven by Playwright. Raises FileNotFoundError where there is none."""
    from playwright.sync_api import sync_playwright

    names = ("chromium", "chromium-browser", "google-chrome")
    path = next((found for found in map(shutil.which, names) if found), None)
    if path is None:
        raise FileNotFoundError("no Chromium: run make test, which installs it or says how")
    # Playwright keeps an event loop in this thread; Django would refuse its database calls here.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with ExitStack() as stack:
        # Only one Playwright can run in a thread: a browser within a browser shares it.
        if not _running:
            _running.append(stack.enter_context(sync_playwright()))
            stack.callback(_running.clear)
        browser = _running[0].chromium.launch(executable_path=path, args=_FLAGS)
        stack.callback(browser.close)
        yield browser


def open_page(
    browser: Any, live_server: Any, size: dict[str, int], actor: Actor | None = None, **more: Any
) -> Any:
    """A page in a context of its own, signed in as the actor; ``told`` is what its scripts raised."""
    page = browser.new_context(viewport=size, base_url=live_server.url, **more).new_page()
    page.set_default_timeout(WAIT_MS)
    page.told = []
    page.on("pageerror", lambda error: page.told.append(str(error)))
    if actor is not None:
        sign_browser_in(page, sign_in(actor), live_server.url)
    return page


def fits(page: Any) -> bool:
    """Whether nothing of the page lies beside the screen."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def sign_browser_in(page: Any, client: Client, address: str) -> None:
    """Give the browser the session of a signed-in test client."""
    cookie = client.cookies["sessionid"]
    page.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": address}])


def violations(page: Any) -> list[str]:
    """What axe-core finds on the page shown: rule, what it is about, and where."""
    if not AXE.exists():
        raise FileNotFoundError("axe-core is not installed: run make test, which does it")
    # As a debugger's script it passes the page's own content policy.
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{each['id']}: {each['help']} – {', '.join(n['html'][:160] for n in each['nodes'][:3])}"
        for each in found["violations"]
    ]
