"""A long discussion is read, with scripts and without."""

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.browser.conftest import Portal, wait_for

pytestmark = pytest.mark.browser

PREPARE = """
from comments import posting
from comments.models import Discussion
from portal.models import User
long = Discussion.objects.order_by("-visible_count").first()
print("long:", long.get_absolute_url())
readers = [User.objects.get(email=f"{name}@example.org") for name in ("reader", "editor")]
seq = None
for depth in range(7):
    words = f"Depth {depth}: достопримечательности, высокопревосходительство. " * 4
    seq = posting.post(long.article, readers[depth % 2].pk, words, seq).seq
print("deep:", f"{long.get_absolute_url()}{seq}/")
"""


@pytest.fixture(scope="module")
def addresses(portal: Portal) -> dict[str, str]:
    return dict(re.findall(r"(long|deep): (\S+)", portal.manage("shell", "-c", PREPARE)))


@pytest.fixture
def plain(browser: Browser, portal: Portal):
    """A page of a browser without scripts."""
    context: BrowserContext = browser.new_context(
        base_url=portal.url, locale="en-GB", java_script_enabled=False
    )
    yield context.new_page()
    context.close()


def thread_with_more(page: Page):
    return page.locator("#comments > .comment", has=page.locator("> .comment__rest")).first


def wait_for_htmx(page: Page) -> None:
    """By asking: Playwright's own wait is stopped by our Content-Security-Policy."""
    wait_for(lambda: page.evaluate("Boolean(window.htmx)") or None, "htmx")


def test_without_scripts_one_pages_sorts_folds_and_reads_on(plain: Page, addresses):
    plain.goto(addresses["long"])
    first = plain.locator("#comments > .comment").first
    before = first.get_attribute("id")
    plain.get_by_role("link", name="More comments").click()
    expect(plain.locator("#comments > .comment").first).not_to_have_id(before)
    plain.get_by_role("link", name="oldest", exact=True).click()
    expect(plain.locator("#comments > .comment").first).to_have_id("comment-1")

    root = thread_with_more(plain)
    body = root.locator(".comment__body").first
    root.locator("summary").first.click()
    expect(body).to_be_hidden()
    root.locator("summary").first.click()
    expect(body).to_be_visible()

    shown = plain.locator(".comment").count()
    root.locator(".comment__rest a").click()
    expect(plain).to_have_url(re.compile(r"/comments/\d+/\?after=\d+$"))
    assert plain.locator(".comment").count() > 1
    assert shown > 1
    plain.get_by_role("link", name="whole discussion").click()
    expect(plain.get_by_role("link", name="Update")).to_have_attribute("href", addresses["long"])


def test_with_scripts_more_replies_come_in_place(page: Page, addresses):
    page.goto(f"{addresses['long']}?sort=oldest")
    # By its id: what the locator looks for is gone as soon as the rest has come.
    root = page.locator(f"#{thread_with_more(page).get_attribute('id')}")
    before = root.locator(".comment").count()
    address = page.url
    link = root.locator(".comment__rest a").first
    link.focus()
    wait_for_htmx(page)  # it comes with the first sign of use
    page.keyboard.press("Enter")
    expect(root.locator(".comment")).not_to_have_count(before)
    assert page.url == address
    numbers = root.locator(".comment").evaluate_all("all => all.map((one) => one.id)")
    assert len(numbers) == len(set(numbers))
    expect(root.locator(".comment__replies:focus, .comment__replies :focus")).to_have_count(1)


def test_a_link_that_is_reached_while_a_picture_is_still_coming_works_in_place(
    page: Page, addresses
):
    slow: list[Route] = []
    page.route("**/slow.png", lambda route: slow.append(route))
    page.add_init_script("""document.addEventListener("DOMContentLoaded", () => {
        document.body.append(Object.assign(new Image(), { src: "/slow.png" }));
    })""")
    page.goto(f"{addresses['long']}?sort=oldest", wait_until="domcontentloaded")
    root = page.locator(f"#{thread_with_more(page).get_attribute('id')}")
    before = root.locator(".comment").count()
    address = page.url
    root.locator(".comment__rest a").first.focus()
    page.wait_for_timeout(500)  # in which a script that waits for nothing would be there
    slow[0].abort()
    wait_for_htmx(page)
    page.keyboard.press("Enter")
    expect(root.locator(".comment")).not_to_have_count(before)
    assert page.url == address


def test_at_depth_six_on_the_smallest_screen_one_still_reads(plain: Page, addresses):
    plain.set_viewport_size({"width": 320, "height": 640})
    plain.goto(addresses["deep"])
    for depth in range(7):
        body = plain.locator(".comment__body", has_text=f"Depth {depth}:").first
        box = body.bounding_box()
        assert box and box["width"] >= 220 and box["x"] >= 0 and box["x"] + box["width"] <= 320
    assert plain.evaluate("document.documentElement.scrollWidth") <= 320
