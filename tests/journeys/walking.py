"""A person at a browser: goes, reads, fills in, presses; every new page is looked at.

Looking means: no finding of axe-core, nothing wider than a window of 320 pixels, nothing that the
content policy refused, and in English no Chinese but that of data. With ``GUANGGU_PICTURES`` set
to a folder each page is kept there as a picture instead, as a desk and as a phone show it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.test import Client
from playwright.sync_api import expect

from guanggu.base.actor import Actor
from guanggu.kernel.identity.testing import sign_in
from guanggu.web.testing import DESK, PHONE, fits, sign_browser_in, violations

NARROW = {"width": 320, "height": 640}
_WIDER = """() => [...document.querySelectorAll('body *')]
  .filter(e => e.getBoundingClientRect().right > window.innerWidth + 1 && !e.closest('.table-wrap'))
  .slice(0, 3).map(e => e.outerHTML.slice(0, 120))"""
CHANGING = re.compile(r"[0-9A-Z]{6,}|[0-9a-f]{12,}|\d+")


class Walker:
    """One person, one browser context; ``findings`` says where a page is not good enough."""

    def __init__(self, browser: Any, address: str, *, size: Any = DESK, script: bool = True):
        self.context = browser.new_context(
            base_url=address, viewport=size, locale="zh-CN", java_script_enabled=script,
            accept_downloads=True,
        )  # fmt: skip
        self.address, self.size, self.script = address, size, script
        self.page = self.context.new_page()
        self.page.set_default_timeout(20_000)
        self.findings: list[str] = []
        self.seen: set[str] = set()
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.findings.append(str(error)))

    def _heard(self, said: Any) -> None:
        refused = "Failed to load resource" in said.text and " 5" not in said.text
        if said.type == "error" and not refused:
            self.findings.append(f"{self.page.url}: {said.text}")

    def be(self, actor: Actor) -> Walker:
        """Past the door of sign-in, which has journeys of its own."""
        sign_browser_in(self.page, sign_in(actor, Client()), self.address)
        return self

    # Going on
    def go(self, path: str) -> Walker:
        self.page.goto(path)
        return self.look()

    def follow(self, name: str | re.Pattern[str], nth: int = 0, within: str = "main") -> Walker:
        self.page.locator(within).get_by_role("link", name=name).nth(nth).click()
        return self.look()

    def press(self, name: str | re.Pattern[str], nth: int = 0, within: str = "main") -> Walker:
        self.page.locator(within).get_by_role("button", name=name).nth(nth).click()
        return self.look()

    # Filling in
    def fill(self, label: str, value: str, nth: int = 0) -> Walker:
        self.page.get_by_label(re.compile(rf"^\s*{re.escape(label)}")).nth(nth).fill(value)
        return self

    def pick(self, label: str, option: str) -> Walker:
        self.page.get_by_label(re.compile(rf"^\s*{re.escape(label)}")).first.select_option(
            label=option
        )
        return self

    def pick_or_tick(self, label: str, option: str) -> Walker:
        """One of several answers, whether they stand in a list or as round buttons."""
        named = self.page.get_by_label(re.compile(rf"^\s*{re.escape(label)}")).first
        if named.count() and named.evaluate("e => e.tagName") == "SELECT":
            named.select_option(label=option)
        else:
            group = self.page.get_by_role("group", name=re.compile(rf"^\s*{re.escape(label)}"))
            group.get_by_label(option).check()
        return self

    def tick(self, label: str | re.Pattern[str], nth: int = 0) -> Walker:
        self.page.locator("main").get_by_label(label).nth(nth).check()
        return self

    def cell(self, column: str, value: str) -> Walker:
        """The first row's field of that column, in a table of a form."""
        self.page.get_by_label(re.compile(rf"{re.escape(column)}$")).first.fill(value)
        return self

    def attach(self, label: str | re.Pattern[str], name: str, content: bytes) -> Walker:
        file = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
        self.page.locator("main").get_by_label(label).first.set_input_files([file])
        return self

    def download(self, name: str | re.Pattern[str], nth: int = 0) -> bytes:
        """What a link leads to, fetched with the person's own session."""
        href = (
            self.page.locator("main").get_by_role("link", name=name).nth(nth).get_attribute("href")
        )
        answer = self.page.request.get(href)
        assert answer.ok, (href, answer.status)
        return answer.body()

    # Reading
    @property
    def text(self) -> str:
        return self.page.locator("body").inner_text()

    def sees(self, *texts: str) -> Walker:
        """Every text stands on the page, or comes: a click does not wait for the next page."""
        body = self.page.locator("body")
        for text in texts:
            expect(body).to_contain_text(text, use_inner_text=True, timeout=20_000)
        return self

    def sees_not(self, *texts: str) -> Walker:
        for text in texts:
            assert text not in self.text, f"“{text}” is on {self.page.url}"
        return self

    def until(self, ready: Callable[[], bool]) -> Walker:
        """Reload until it is so; a few times, for what a worker has just done."""
        for _ in range(5):
            if ready():
                return self
            self.page.reload()
        raise AssertionError(f"it did not come about on {self.page.url}:\n{self.text[:2000]}")

    def look(self) -> Walker:
        """Judge the page shown, once for each kind of page."""
        self.page.wait_for_load_state()
        path = CHANGING.sub("#", self.page.url.removeprefix(self.address).split("?")[0])
        heading = CHANGING.sub("#", self.page.locator("h1").first.inner_text())
        errors = self.page.locator(".error-summary").count()
        mark = f"{path} {heading} {errors}"
        if mark in self.seen:
            return self
        self.seen.add(mark)
        if os.environ.get("GUANGGU_PICTURES"):
            self._keep_picture(path)
            return self
        with self._judged() as page:
            found = violations(page)
            page.set_viewport_size(NARROW)
            if not fits(page):
                found.append(f"wider than 320 pixels: {page.evaluate(_WIDER)}")
            page.set_viewport_size(self.size)
        self.findings += [f"{self.page.url} «{heading}»: {each}" for each in found]
        return self

    @contextmanager
    def _judged(self) -> Iterator[Any]:
        """The page shown. axe-core needs scripts: for who has none, a copy of it elsewhere."""
        if self.script:
            yield self.page
            return
        context = self.context.browser.new_context(viewport=self.size)
        copy = context.new_page()
        shown = {"body": self.page.content(), "content_type": "text/html; charset=utf-8"}
        copy.route(self.page.url, lambda route: route.fulfill(**shown))
        copy.goto(self.page.url)
        yield copy
        context.close()

    def _keep_picture(self, path: str) -> None:
        folder = os.environ["GUANGGU_PICTURES"]
        test = os.environ.get("PYTEST_CURRENT_TEST", "x").split("::")[-1].split(" ")[0][:24]
        Path(folder, test).mkdir(parents=True, exist_ok=True)
        name = path.strip("/").replace("/", "_") or "home"
        number = len(list(Path(folder, test).iterdir())) // 2
        for word, size in (("desk", DESK), ("phone", PHONE)):
            self.page.set_viewport_size(size)
            file = Path(folder, test, f"{number:03}-{name}-{word}.png")
            self.page.screenshot(path=file, full_page=True)
        self.page.set_viewport_size(self.size)
