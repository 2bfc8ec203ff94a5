"""A moderator clears the queue by keyboard and by plain buttons; an author appeals by mail."""

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.conftest import Portal
from tests.browser.test_loop import link_in, log_in

pytestmark = pytest.mark.browser

QUEUE = "/en/moderation/"


@pytest.fixture
def contexts(browser: Browser, portal: Portal) -> Iterator[Any]:
    """Visitors with scripts or without, each apart from the others."""
    made: list[BrowserContext] = []

    def visit(java_script_enabled: bool = True) -> Page:
        options = {"locale": "en-GB", "java_script_enabled": java_script_enabled}
        made.append(browser.new_context(base_url=portal.url, **options))
        return made[-1].new_page()

    yield visit
    for context in made:
        context.close()


def as_moderator(page: Page) -> Page:
    page.goto("/en/accounts/login/")
    log_in(page, "moderator@example.org", "vestnik-demo")
    page.goto(QUEUE)
    return page


def hold(portal: Portal, *words: str) -> None:
    """Comments of a newcomer wait, and nothing else does."""
    portal.ask(f"""
from comments import moderation, posting, queue
from comments.models import Comment
from news.models import Article
from portal.models import User
name = "waiter{int(time.time() * 10) % 1_000_000}"
author = User.objects.create_user(name, f"{{name}}@example.org")
judge = User.objects.get(username="moderator")
if pks := list(queue.waiting().values_list("pk", flat=True)):
    for action in ("approve", "spam"):
        try:
            moderation.decide(pks, action, moderation.Ruling(judge))
        except moderation.ModerationRefused:
            pass
article = Article.objects.published().order_by("pk").first()
for words in {words!r}:
    comment = posting.post(article, author.pk, words)
    moderation.decide([comment.pk], "hold", moderation.Ruling(None, rules=("first",)))
answer = queue.waiting().count()
""")


def statuses(portal: Portal, *words: str) -> list[str]:
    return portal.ask(
        "from comments.models import Comment\n"
        f"answer = [Comment.objects.get(body=body).status for body in {words!r}]"
    )


def case(page: Page, words: str) -> Locator:
    return page.locator(".case", has_text=words)


def in_hand(page: Page, words: str) -> None:
    expect(case(page, words)).to_be_focused()


def test_the_queue_is_cleared_by_keyboard(contexts: Any, portal: Portal) -> None:
    words = ("Key one.", "Key two.", "Key three.", "Key four.")
    hold(portal, *words)
    page = as_moderator(contexts())
    page.keyboard.press("j")
    in_hand(page, words[0])
    page.keyboard.press("a")  # approved, and the next is in hand
    in_hand(page, words[1])
    page.keyboard.press("h")
    page.keyboard.press("2")  # the reason
    in_hand(page, words[2])
    page.keyboard.press("s")
    in_hand(page, words[3])
    page.keyboard.press("u")  # not spam after all
    in_hand(page, words[2])
    page.keyboard.press("a")
    in_hand(page, words[3])
    page.keyboard.press("x")
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(1)
    page.keyboard.press("h")
    page.keyboard.press("Escape")
    in_hand(page, words[3])
    page.keyboard.press("a")
    expect(page.locator("[data-done]")).to_have_count(4)
    page.reload()
    expect(page.get_by_text("Nothing waits.")).to_be_visible()
    assert statuses(portal, *words) == ["visible", "hidden", "visible", "visible"]


def test_the_queue_is_cleared_by_plain_buttons(contexts: Any, portal: Portal) -> None:
    words = ("Plain one.", "Plain two.", "Plain three.", "Plain four.")
    hold(portal, *words)
    page = as_moderator(contexts(java_script_enabled=False))
    case(page, words[0]).get_by_role("button", name="Approve").click()
    expect(page.get_by_text("1 comment: Approved.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(case(page, words[0])).to_be_visible()
    case(page, words[1]).get_by_text("Hide…").click()
    case(page, words[1]).get_by_label("A word to the author").fill("Be kind.")
    case(page, words[1]).get_by_role("button", name="Insult or threat").click()
    expect(case(page, words[1])).to_have_count(0)
    for one in (words[0], words[2]):
        case(page, one).get_by_role("checkbox").check()
    page.locator("#bulk").get_by_role("button", name="Approve").click()
    expect(page.get_by_role("heading", name="Decide about 2 comments")).to_be_visible()
    page.get_by_role("button", name="Approve all of them").click()
    case(page, words[3]).get_by_role("button", name="Spam").click()
    expect(page.get_by_text("Nothing waits.")).to_be_visible()
    assert statuses(portal, *words) == ["visible", "hidden", "visible", "spam"]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_an_author_appeals_by_the_link_in_the_mail(
    contexts: Any, portal: Portal, scripts: bool
) -> None:
    said = "Who would hide that?"
    address = hide_and_tell(portal, said)
    letter = portal.mail_to(address, "About what you wrote").get_body(("plain",)).get_content()
    assert "Sorry, no." in letter
    author = contexts(scripts)
    link = link_in(letter, "/en/appeals/")
    author.goto(link[link.index("/en/") :])
    expect(author.get_by_role("heading", name="Ask for another look")).to_be_visible()
    author.get_by_label("Why you think so").fill("It was a question.")
    author.get_by_role("button", name="Appeal").click()
    expect(author.get_by_text("We have your appeal.")).to_be_visible()

    page = as_moderator(contexts(scripts))
    page.get_by_role("link", name=re.compile("^Appeals")).click()
    hearing = page.locator(".case", has_text=said)
    expect(hearing).to_contain_text("It was a question.")
    hearing.get_by_label("Your answer to the author").fill("You are right.")
    hearing.get_by_role("button", name="Grant: take it back").click()
    expect(page.get_by_text("The appeal is decided.")).to_be_visible()
    author.reload()
    expect(author.get_by_text("Your appeal was granted")).to_be_visible()
    expect(author.get_by_text("You are right.")).to_be_visible()


def hide_and_tell(portal: Portal, said: str) -> str:
    """Another moderator hides it, and five minutes pass; returns its author's address."""
    return portal.ask(f"""
from datetime import timedelta
from django.contrib.auth.models import Group
from django.utils import timezone
from comments import moderation, notices, posting
from news.models import Article
from portal.models import User
name = "author{int(time.time() * 10) % 1_000_000}"
author = User.objects.create_user(name, f"{{name}}@example.org", language="en")
other, is_new = User.objects.get_or_create(username="colleague", defaults={{"is_staff": True}})
other.groups.add(Group.objects.get(name="moderator"))
article = Article.objects.published().order_by("pk").first()
comment = posting.post(article, author.pk, {said!r})
ruling = moderation.Ruling(other, "abuse", "Sorry, no.")
moderation.decide([comment.pk], "hide", ruling)
notices.sweep(timezone.now() + timedelta(minutes=6))
answer = author.email
""")
