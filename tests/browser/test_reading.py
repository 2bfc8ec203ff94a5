"""A reader's way through the news, walked twice: with scripts, and without."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.conftest import Portal

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", params=[True, False], ids=["scripts", "no scripts"])
def has_scripts(request: pytest.FixtureRequest) -> bool:
    return request.param


@pytest.fixture(scope="module")
def context(browser: Browser, portal: Portal, has_scripts: bool) -> Iterator[BrowserContext]:
    """A visitor with English as their language."""
    options = {"locale": "en-GB", "java_script_enabled": has_scripts}
    context = browser.new_context(base_url=portal.url, **options)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    page.close()
    assert [error for error in errors if "Transition was" not in error] == []


def headlines(page: Page) -> list[str]:
    return page.locator("main .list .card__link").all_inner_texts()


def heading(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def test_from_the_front_page_to_an_article_and_on(page: Page):
    page.goto("/en/")
    first = page.locator("main .card__link").first
    title = first.inner_text()
    first.click()
    expect(heading(page)).to_have_text(title)
    page.locator(".masthead").get_by_role("link", name="Science").click()
    expect(heading(page)).to_contain_text("Science")
    assert len(headlines(page)) > 2
    page.go_back()
    expect(heading(page)).to_have_text(title)


def test_from_an_article_to_what_it_mentions(page: Page):
    page.goto("/en/search/?q=webb+deep+field")
    page.locator("main .list .card__link").first.click()
    title = heading(page).inner_text()
    mentioned = page.locator("main a[href*='/entities/']").first
    name = mentioned.inner_text()
    mentioned.click()
    expect(heading(page)).to_contain_text(name)
    expect(page.locator("main .list").get_by_role("link", name=title)).to_be_visible()


def test_paging_there_and_back_again(page: Page):
    page.goto("/en/articles/?language=en")
    first = headlines(page)
    page.get_by_role("link", name="Older").click()
    expect(page).to_have_url(re.compile("language=en"))
    older = headlines(page)
    assert older and not set(first) & set(older)
    page.get_by_role("link", name="Newer").click()
    expect(page.locator("main .list .card__link").first).to_have_text(first[0])
    assert headlines(page) == first


def test_filtering_and_taking_the_filters_off(page: Page):
    page.goto("/en/articles/")
    page.get_by_label("Rubric", exact=True).select_option(label="Culture")
    page.get_by_label("Order", exact=True).select_option(label="oldest first")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile("rubric=culture.*order=oldest"))
    assert {
        text.strip() for text in page.locator("main .list .card__rubric").all_inner_texts()
    } <= {"Culture"}
    expect(page.get_by_label("Rubric", exact=True)).to_have_value("culture")
    page.get_by_role("link", name="Clear all").click()
    expect(page).to_have_url(re.compile(r"/articles/$"))


def test_a_wrong_date_is_explained_and_kept(page: Page):
    page.goto("/en/articles/?since=yesterday&rubric=space")
    expect(page.get_by_label("From", exact=True)).to_have_value("yesterday")
    expect(page.locator("[aria-invalid=true]")).to_have_count(1)
    expect(page.get_by_label("Rubric", exact=True)).to_have_value("space")


def test_searching(page: Page):
    page.goto("/en/")
    page.get_by_role("searchbox").fill("landings moon")
    page.get_by_role("searchbox").press("Enter")
    expect(page).to_have_url(re.compile(r"/search/\?q=landings"))
    expect(page.locator("main .list mark").first).to_contain_text(re.compile("land|moon", re.I))
    page.locator("main .list h2 a, main .list h3 a").first.click()
    expect(page).to_have_url(re.compile("/articles/"))


def test_searching_for_what_is_not_there(page: Page):
    page.goto("/ru/search/?q=абырвалг")
    expect(page.locator("main")).to_contain_text("абырвалг")
    expect(page.locator("main").get_by_role("searchbox")).to_have_value("абырвалг")


def test_switching_the_language_stays_on_the_article(
    page: Page, context: BrowserContext, has_scripts: bool
):
    page.goto("/en/")
    page.locator("main .card__link").first.click()
    number = re.search(r"/articles/(\d+)-", page.url)[1]
    page.locator(".masthead").get_by_role("link", name="Русский").click()
    expect(page).to_have_url(re.compile(f"/ru/articles/{number}-"))
    page.goto("/")
    remembered = "ru" if has_scripts else "en"  # plain links leave no trace; the browser decides
    expect(page).to_have_url(re.compile(f"/{remembered}/$"))
    context.clear_cookies()


def paper(page: Page) -> str:
    return page.evaluate("getComputedStyle(document.documentElement).backgroundColor")


def test_the_theme_follows_the_system_and_can_be_switched(page: Page, has_scripts: bool):
    page.emulate_media(color_scheme="light")
    page.goto("/en/")
    light = paper(page)
    page.emulate_media(color_scheme="dark")
    dark = paper(page)
    assert light != dark
    switch = page.locator("[data-theme-switch]")
    if not has_scripts:
        expect(switch).to_be_hidden()
        return
    switch.click()
    expect(switch).to_contain_text("light")
    page.goto("/en/articles/")
    assert paper(page) == light
    page.evaluate("localStorage.clear()")


# The demonstration has let its reader vote for some.
NOT_VOTED_FOR = """
from news.models import Article
voted = Article.objects.filter(votes__user__email="reader@example.org")
others = Article.objects.published().in_language("en").exclude(pk__in=voted)
answer = others.first().get_absolute_url()
"""


def test_voting_and_taking_it_back(page: Page, context: BrowserContext, portal: Portal):
    page.goto(portal.ask(NOT_VOTED_FOR))
    article = page.url
    page.locator("#rating").get_by_role("link", name="Log in").click()
    page.get_by_label("Email").fill("reader@example.org")
    page.get_by_label("Password").fill("vestnik-demo")
    page.locator("main").get_by_role("button", name=re.compile("^(Log|Sign) in", re.I)).click()
    expect(page).to_have_url(f"{article}#rating")
    before = page.locator("#rating strong").inner_text()
    for number, pressed in ((2, "true"), (3, "false")):
        page.locator("#rating").get_by_role("button", name="Up").click()
        expect(page.locator("#rating button").first).to_have_attribute("aria-pressed", pressed)
        page.reload()
        assert (page.locator("#rating strong").inner_text() != before) == (number == 2)
    context.clear_cookies()


def test_the_list_of_discussions_is_brought_up_to_date(page: Page):
    page.goto("/en/")
    latest = page.locator("#latest-discussions")
    expect(latest.get_by_role("listitem").first).to_be_visible()
    latest.get_by_role("link", name="Update").click()
    expect(page.locator("main li a").first).to_be_visible()
