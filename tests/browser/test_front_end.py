"""Every page, as a browser shows it: accessible, at home on a small screen, light, and alone.

Which pages there are is asked of the URL patterns, so that a new one is looked at by itself.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage

from tests.browser.conftest import Portal
from tests.browser.sights import ROLES

pytestmark = pytest.mark.browser

ALL_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What other colours and other words may break; the rest is the same in both looks at a page.
RULES_OF_LOOKS = ["color-contrast", "link-in-text-block", "target-size", "valid-lang"]
HEAVIEST = 38_000  # bytes of HTML, stylesheet and scripts, as they come over the wire
WEIGHED = [
    *("news:front_page", "fullest article", "news:rubric", "news:archive", "much found"),
    *("news:entity", "fullest discussion"),
]

Open = Callable[..., BrowserContext]


class Visit:
    """A browser of somebody, which notes what should not be."""

    def __init__(self, context: BrowserContext, own_url: str, rules: list[str]) -> None:
        self.own_url = own_url
        # Of what is well, nothing needs to be told.
        self.axe = {"runOnly": rules, "resultTypes": ["violations"]}
        self.findings: list[str] = []
        self.page = context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.findings.append(f"script: {error}"))
        self.page.on("request", lambda request: self._ask(request.url))

    def look(self, path: str) -> list[str]:
        """What is wrong with the page."""
        self.findings.clear()
        self.page.goto(path)
        width = self.page.evaluate("document.documentElement.scrollWidth")
        if width > self.page.viewport_size["width"]:
            self.findings.append(f"is {width} px wide")
        for violation in Axe().run(self.page, options=self.axe).response["violations"]:
            places = [node["html"][:200] for node in violation["nodes"]]
            self.findings += [f"{violation['id']} at {place}" for place in places]
        return [f"{path}: {finding}" for finding in self.findings]

    def _hear(self, message: ConsoleMessage) -> None:
        # That the page itself is an error page is no error of the page.
        if message.type == "error" and message.location["url"] != self.page.url:
            self.findings.append(f"console: {message.text}")

    def _ask(self, url: str) -> None:
        if not url.startswith((self.own_url, "data:")):
            self.findings.append(f"asks a third party: {url}")


@pytest.fixture(scope="module")
def sights(portal: Portal) -> dict[str, Any]:
    return portal.ask("from tests.browser.sights import prepare; answer = prepare()")


@pytest.fixture
def open_browser(browser: Browser, portal: Portal, sights: dict[str, Any]) -> Iterator[Open]:
    contexts: list[BrowserContext] = []

    def open_browser(role: str, **options: Any) -> BrowserContext:
        context = browser.new_context(base_url=portal.url, **options)
        if session := sights["sessions"].get(role):
            context.add_cookies([{"name": "sessionid", "value": session, "url": portal.url}])
        contexts.append(context)
        return context

    yield open_browser
    for context in contexts:
        context.close()


# Colours don't depend on the language nor words on the theme, so two of the four tell all.
@pytest.mark.parametrize(
    ("language", "theme", "rules"),
    [("en", "light", ALL_RULES), ("ru", "dark", RULES_OF_LOOKS)],
    ids=["en light", "ru dark"],
)
def test_every_page_is_accessible_and_fits_a_small_screen(
    open_browser, sights, portal, language, theme, rules
):
    findings: list[str] = []
    for role in ROLES:
        small = {"width": 320, "height": 640}
        context = open_browser(role, viewport=small, color_scheme=theme, locale=language)
        visit = Visit(context, portal.url, rules)
        for path, its_role in sights["pages"].values():
            if its_role == role:
                findings += visit.look(path.replace("/en/", f"/{language}/", 1))
    assert not findings, "\n".join(findings)


@pytest.mark.parametrize("name", WEIGHED)
def test_a_page_weighs_little_before_its_pictures(open_browser, sights, name):
    page = open_browser("visitor").new_page()
    bytes_of: dict[str, int] = {}

    def weigh(request: Any) -> None:
        if request.resource_type in ("document", "stylesheet", "script"):
            bytes_of[request.url] = request.sizes()["responseBodySize"]

    page.on("requestfinished", weigh)
    page.goto(sights["pages"][name][0], wait_until="networkidle")
    assert 0 < sum(bytes_of.values()) <= HEAVIEST, bytes_of
