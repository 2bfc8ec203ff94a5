"""A long discussion is read: with scripts and without, by keyboard, on the narrowest phone."""

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import Portal

pytestmark = pytest.mark.browser

PREPARE = """
from comments import posting
from comments.models import Comment, Discussion
from news.models import Article
from portal.models import User
long = Discussion.objects.order_by("-visible_count").first()
print("long:", long.get_absolute_url())
article = Article.objects.published().filter(discussion=None).first()
author = User.objects.get(username="reader").pk
for parent in [None, *range(1, 8)]:
    posting.post(article, author, "Довольно длинный ответ на предыдущее замечание.", parent)
print("deep:", Discussion.objects.get(article=article).get_absolute_url())
"""
ANSWER = """
from comments import posting
from comments.models import Discussion
from portal.models import User
article = Discussion.objects.order_by("-visible_count").first().article
posting.post(article, User.objects.get(username="moderator").pk, "Fresh from the press.", 1)
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
    root = thread_with_more(page)
    before = root.locator(".comment").count()
    address = page.url
    link = root.locator(".comment__rest a").first
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_function(
        "([id, count]) => document.querySelectorAll(`#${id} .comment`).length > count",
        arg=[root.get_attribute("id"), before],
    )
    assert page.url == address
    numbers = root.locator(".comment").evaluate_all("all => all.map((one) => one.id)")
    assert len(numbers) == len(set(numbers))
    assert page.evaluate("document.activeElement.closest('.comment__replies') !== null")


def test_an_article_changes_the_order_of_its_discussion_in_place(page: Page, addresses):
    article = addresses["long"].removesuffix("comments/")
    page.goto(article)
    page.get_by_role("link", name="oldest", exact=True).click()
    expect(page.locator("#comments > .comment").first).to_have_id("comment-1")
    assert page.url.endswith(article)


def test_new_comments_are_announced_and_move_nothing(page: Page, portal: Portal, addresses):
    page.clock.install()
    page.goto(addresses["long"])
    portal.manage("shell", "-c", ANSWER)
    page.clock.fast_forward(31_000)
    update = page.get_by_role("link", name="Show 1 new comment")
    expect(update).to_be_visible()

    read = page.locator("#comments > .comment").nth(5)
    read.scroll_into_view_if_needed()
    before = read.bounding_box()
    update.evaluate("link => link.focus({ preventScroll: true })")
    page.keyboard.press("Enter")
    expect(page.locator("#updates .comment")).to_contain_text("Fresh from the press.")
    assert abs(read.bounding_box()["y"] - before["y"]) < 2
    expect(page.locator("#update")).to_be_focused()
    expect(page.locator("#update")).to_have_text("Update")
    page.keyboard.press("Enter")
    expect(page.get_by_text("No new comments.")).to_be_attached()


def test_a_thread_folds_by_keyboard(page: Page, addresses):
    page.goto(addresses["deep"])
    page.locator("#comment-2 summary").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#comment-3")).to_be_hidden()
    expect(page.locator("#comment-2 summary").first).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator("#comment-3")).to_be_visible()


def test_the_seventh_level_is_readable_at_320_pixels(page: Page, addresses):
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{addresses['deep']}1/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    for number in (7, 8):
        body = page.locator(f"#comment-{number} > details > .comment__body")
        assert body.bounding_box()["width"] >= 200
    expect(page.locator("#comment-8")).to_contain_text("in reply to #7")
