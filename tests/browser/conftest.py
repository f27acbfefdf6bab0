"""A Chromium that lives in a thread of its own: there its event loop is in nobody's way."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

CHROMIUM = Path("/usr/bin/chromium")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
HEIGHT = 900


@dataclass(frozen=True)
class Visit:
    """What a browser made of a page. `overflow`: pixels by which it is wider than the window."""

    status: int
    overflow: int
    messages: list = field(default_factory=list)
    foreign: list = field(default_factory=list)


class Visitor:
    """Looks at pages; one after the other."""

    def __init__(self):
        self.thread = ThreadPoolExecutor(max_workers=1)
        self.thread.submit(self._start).result()

    def close(self):
        self.thread.submit(self._stop).result()
        self.thread.shutdown()

    def visit(self, url, *, width, scheme="light"):
        return self.thread.submit(self._visit, url, width, scheme).result()

    def keyboard(self, url, *keys):
        """Return the id of what has the focus after these keys."""
        return self.thread.submit(self._keyboard, url, keys).result()

    def do(self, something):
        """Return what a function makes of the page."""
        return self.thread.submit(self._do, something).result()

    def without_script(self, something):
        """The same on a page that runs no script."""
        return self.thread.submit(self._without_script, something).result()

    def _do(self, something):
        self.page.goto("about:blank")  # else another fragment of the same address is not loaded
        return something(self.page)

    def _without_script(self, something):
        with self.browser.new_context(java_script_enabled=False) as context:
            return something(context.new_page())

    def _start(self):
        self.playwright = sync_api.sync_playwright().start()
        self.browser = self.playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=list(QUIET)
        )
        self.page = self.browser.new_page()
        self.messages, self.requested = [], []
        self.page.on("console", lambda message: self.messages.append(message.text))
        self.page.on("pageerror", lambda error: self.messages.append(str(error)))
        self.page.on("request", lambda request: self.requested.append(request.url))

    def _stop(self):
        self.browser.close()
        self.playwright.stop()

    def _visit(self, url, width, scheme):
        self.messages.clear()
        self.requested.clear()
        self.page.set_viewport_size({"width": width, "height": HEIGHT})
        self.page.emulate_media(color_scheme=scheme)
        response = self.page.goto(url)
        overflow = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        origin = self.page.evaluate("location.origin")
        foreign = [address for address in self.requested if not address.startswith(origin)]
        return Visit(response.status, overflow, list(self.messages), foreign)

    def _keyboard(self, url, keys):
        self.page.goto(url)
        for key in keys:
            self.page.keyboard.press(key)
        return self.page.evaluate("document.activeElement.id")


@pytest.fixture(scope="session")
def visitor(django_db_setup):
    # It must be gone before the database is dropped: its connections keep the server's open.
    if not CHROMIUM.exists():
        pytest.skip(f"no browser at {CHROMIUM}")
    visitor = Visitor()
    yield visitor
    visitor.close()
