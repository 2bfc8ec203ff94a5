"""An editor's day at the desk, in a browser: from an agency's feed to a retraction."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Portal, body_of, log_in, new_name, totp, wait_for
from tests.news.feed_server import FeedServer, running_feed_server

pytestmark = pytest.mark.browser

ITEM = """<?xml version="1.0"?><rss version="2.0"><channel><title>Agency</title>
<link>https://agency.example/</link><description>News</description>
<item><title>TITLE</title><link>https://agency.example/1</link><guid>TITLE</guid>
<description>NASA has measured it twice, says the agency.</description></item></channel></rss>"""


SECRET = "JBSWY3DPEHPK3PXP"  # of the app that shows the editor's codes
EDITOR = """
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.models import Group
from tests.factories import make_user
editor = make_user("NAME", is_staff=True, password="long enough")
editor.groups.add(Group.objects.get(name="editor"))
EmailAddress.objects.create(user=editor, email=editor.email, primary=True, verified=True)
TOTP.activate(editor, "SECRET")
answer = editor.email"""


@pytest.fixture(scope="module")
def session(browser: Browser, portal: Portal) -> list[Any]:
    """The cookies of an editor who has logged in with a second step."""
    script = EDITOR.replace("NAME", new_name("deskhand")).replace("SECRET", SECRET)
    email = portal.ask(script)
    context = browser.new_context(base_url=portal.url, locale="en-GB")
    page = context.new_page()
    page.goto("/admin/")
    log_in(page, email, "long enough")
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    page.get_by_label("Code").fill(totp(SECRET))
    page.locator("main").get_by_role("button", name="Log in").click()
    expect(page).to_have_url(re.compile("/admin/$"))
    cookies = context.cookies()
    context.close()
    return cookies


@pytest.fixture
def desk(page: Page, session: list[Any]) -> Page:
    page.context.add_cookies(session)
    return page


@pytest.fixture
def agency() -> Iterator[FeedServer]:
    with running_feed_server() as server:
        yield server


def make_draft(portal: Portal, title: str, state: str = "draft") -> int:
    return portal.ask(
        "from tests.factories import make_article;"
        f"article = make_article({title!r}, state={state!r}, languages=('en', 'ru'));"
        "article.texts.update(body='<p>As it was.</p>'); answer = article.pk"
    )


def let_its_hour_come(portal: Portal, title: str) -> None:
    portal.ask(
        "from django.utils import timezone; from news.models import Article;"
        f"scheduled = Article.objects.filter(state='scheduled', texts__title={title!r});"
        "answer = scheduled.update(published_at=timezone.now())"
    )


def said(page: Page, words: str) -> None:
    expect(page.locator(".messagelist")).to_contain_text(words)


def test_the_first_page_says_what_waits_and_leads_there(desk: Page, portal: Portal):
    make_draft(portal, "Waiting to be looked at", state="in_review")
    desk.goto("/admin/")
    expect(desk.get_by_role("heading", level=1)).to_have_text("What waits for you")
    desk.get_by_role("link", name=re.compile("^In review")).click()
    expect(desk.locator("#result_list")).to_contain_text("Waiting to be looked at")


def test_a_draft_is_previewed_scheduled_corrected_restored_and_retracted(
    desk: Page, portal: Portal, visitor: Page
):
    title = new_name("Ice on the wrong moon ")
    form = f"/admin/news/article/{make_draft(portal, title)}/change/"
    desk.goto(form)
    desk.get_by_role("button", name="Make a link").click()
    visitor.goto(desk.locator(".previews__link a").first.get_attribute("href"))
    expect(visitor.get_by_role("heading", level=1)).to_have_text(title)

    desk.fill("[name=published_at_0]", "2031-02-03")
    desk.fill("[name=published_at_1]", "08:00:00")
    desk.click("[name=_schedule]")
    said(desk, "Scheduled")
    let_its_hour_come(portal, title)
    found = visitor.get_by_role("link", name=title)
    wait_for(lambda: visitor.goto("/en/") and (found.count() or None), "article at its hour")
    desk.goto("/admin/news/article/front-page/")
    desk.get_by_role("button", name=f"Pin: {title}").click()
    expect(desk.locator(".pins__item").first).to_contain_text(title)
    visitor.goto("/en/")
    expect(visitor.locator("main article").first).to_contain_text(title)
    found.first.click()
    address = visitor.url

    desk.goto(form)
    body_of(desk).fill("As it is now.")
    desk.locator("#corrections-group .add-row a").click()
    desk.select_option("[name=corrections-0-kind]", "correction")
    desk.fill("[name=corrections-0-note_en]", "It was another moon.")
    desk.fill("[name=corrections-0-note_ru]", "Это была другая луна.")
    desk.click("[name=_continue]")
    said(desk, "was changed successfully")
    visitor.goto(address)
    expect(visitor.locator("main")).to_contain_text("It was another moon.")

    desk.get_by_role("link", name="History").click()
    desk.get_by_role("button", name="Show what has changed").click()
    expect(desk.locator("ins, .added").filter(has_text="now").first).to_be_visible()
    desk.get_by_role("button", name="Restore this revision").click()
    visitor.goto(address)
    expect(visitor.locator("main")).to_contain_text("As it was.")

    desk.goto(form)
    desk.get_by_text("Response, author, retraction").click()
    desk.fill("[name=retraction_en]", "There is no ice.")
    desk.fill("[name=retraction_ru]", "Льда нет.")
    desk.click("[name=_retract]")
    said(desk, "Retracted")
    assert visitor.goto(address).status == 410
    expect(visitor.locator("main")).to_contain_text("There is no ice.")


def test_what_a_feed_brings_becomes_an_article_whose_mentions_are_accepted(
    desk: Page, portal: Portal, agency: FeedServer, visitor: Page
):
    title = new_name("A moon made of water ice ")
    desk.goto("/admin/news/incomingfeed/add/")
    desk.locator(".field-source .select2-selection").click()
    desk.locator(".select2-search__field").fill("NASA")
    desk.locator(".select2-results__option", has_text="NASA").first.click()
    desk.fill("[name=url]", agency.says(ITEM.replace("TITLE", title)))
    desk.select_option("[name=language]", "en")
    desk.select_option("[name=rubric]", label="Space")
    desk.click("[name=_save]")
    item = desk.get_by_role("row").filter(has_text=title)
    wait_for(
        lambda: desk.goto("/admin/news/incomingitem/") and (item.count() or None), "incoming item"
    )
    item.get_by_role("button", name="Take as a draft").click()
    desk.locator(".messagelist").get_by_role("link", name=title).click()
    expect(desk.locator("[name=texts-0-title]")).to_have_value(title)
    body_of(desk).fill("NASA has measured it twice.")
    desk.click("[name=_publish]")
    said(desk, "Published")

    mention = desk.get_by_role("row").filter(has_text="measured it twice").first
    wait_for(lambda: desk.goto("/admin/news/mention/") and (mention.count() or None), "mention")
    mention.get_by_role("checkbox").check()
    desk.select_option("[name=action]", "accept")
    desk.get_by_role("button", name=re.compile("Go|Run")).click()
    said(desk, "Accepted: 1")
    visitor.goto("/en/")
    visitor.get_by_role("link", name=title).first.click()
    expect(visitor.locator("main dl")).to_contain_text("NASA")


WORD = """<style>p {color: red}</style><script>document.title = "run"</script>
<p class=MsoNormal style="color:red">From <b>Word</b><o:p></o:p></p>
<p><a href="javascript:alert(1)">a link</a><img src="data:image/png;base64,AAAA"></p>"""


def test_a_body_is_written_as_it_will_look(desk: Page, portal: Portal):
    number = make_draft(portal, "Words of weight")
    desk.goto(f"/admin/news/article/{number}/change/")
    body = body_of(desk)
    body.fill("A ")
    body.press("Control+b")
    body.press_sequentially("bold")
    body.press("Control+b")
    body.press_sequentially(" word")
    body.press("Enter")
    body.press_sequentially("A head")
    desk.get_by_role("toolbar").first.get_by_role("button", name="Heading", exact=True).click()
    expect(body.get_by_role("heading", name="A head")).to_be_visible()
    body.press("End")
    body.press("Enter")
    body.evaluate(
        """(area, html) => {
          const clipboardData = new DataTransfer();
          clipboardData.setData("text/html", html);
          area.dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true}));
        }""",
        WORD,
    )
    expect(body).to_contain_text("From Word")
    desk.click("[name=_continue]")
    said(desk, "was changed successfully")
    assert portal.ask(
        f"from news.models import ArticleText as T; texts = T.objects.filter(article={number});"
        "answer = texts.get(language='en').body.split(chr(10))"
    ) == [
        "<p>A <strong>bold</strong> word</p>",
        "<h2>A head</h2>",
        "<p>From <strong>Word</strong></p>",
        "<p>a link</p>",
    ]
