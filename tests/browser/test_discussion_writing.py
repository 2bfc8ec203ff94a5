"""Readers write, with scripts and without; whatever goes wrong, what they typed is not lost."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import Portal
from tests.browser.test_loop import log_in

pytestmark = pytest.mark.browser


@pytest.fixture(params=["scripts", "no scripts"])
def page(request, browser: Browser, portal: Portal) -> Iterator[Page]:
    """Somebody who is logged in, on an article that others have commented."""
    with_scripts = request.param == "scripts"
    context = browser.new_context(
        base_url=portal.url, locale="en-GB", java_script_enabled=with_scripts
    )
    page = context.new_page()
    page.goto("/en/accounts/login/")
    log_in(page, "reader@example.org", "vestnik-demo")
    page.goto("/en/discussions/")
    article = page.locator("main .discussion-list a").nth(0 if with_scripts else 1)
    page.goto(article.get_attribute("href").partition("#")[0])
    yield page
    context.close()


def has_scripts(request: pytest.FixtureRequest) -> bool:
    return "no scripts" not in request.node.name


def form(page: Page) -> Locator:
    return page.locator("form.comment-form").first


def text_in(page: Page) -> Locator:
    return page.locator("form.comment-form textarea").first


def comment_with(page: Page, words: str) -> Locator:
    return page.locator(
        "li.comment", has=page.locator("> details > .comment__body", has_text=words)
    )


def by_somebody_else(page: Page, number: int = 0) -> Locator:
    votes = page.locator("> details > .comment__actions button")
    return page.locator("li.comment", has=votes).nth(number)


def press(comment: Locator, name: str, role: str = "link") -> None:
    comment.locator("> details > .comment__actions").get_by_role(role, name=name).click()


def post(page: Page, words: str) -> None:
    text_in(page).fill(words)
    page.get_by_role("button", name="Post comment").click()
    expect(comment_with(page, words.replace("*", ""))).to_be_visible()


def forget_limits(portal: Portal) -> None:
    shell(portal, "r = client(); [r.delete(key) for key in r.keys('vestnik:limit:*')]")


def shell(portal: Portal, code: str) -> str:
    imports = (
        "from news.redis_client import client;"
        "from news.limits import Limit, count;"
        "from django.db import connection;"
        "from comments.models import Comment, Discussion;"
        "from portal.models import User;"
        "reader = User.objects.get(email='reader@example.org');"
    )
    return portal.manage("shell", "-v", "0", "-c", imports + code)


def test_a_comment_is_looked_at_posted_edited_and_taken_back(page: Page, portal: Portal):
    forget_limits(portal)
    article = page.url
    text_in(page).fill("A **fine** comment.")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".comment-form__preview strong")).to_have_text("fine")
    expect(text_in(page)).to_have_value("A **fine** comment.")
    page.get_by_role("button", name="Post comment").click()
    mine = comment_with(page, "A fine comment.")
    expect(mine).to_be_visible()

    page.goto(article)
    press(mine, "Edit")
    edited = page.locator("form[action$='/edit/'] textarea")
    edited.fill("A finer comment.")
    page.get_by_role("button", name="Save").click()
    mine = comment_with(page, "A finer comment.")
    expect(mine).to_be_visible()
    mine.get_by_role("link", name="edited").click()
    expect(page.get_by_text("A fine comment.")).to_be_visible()

    page.goto(article)
    press(comment_with(page, "A finer comment."), "Delete")
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Bring it back").click()
    expect(comment_with(page, "A finer comment.")).to_be_visible()


def test_a_reply_quotes_what_it_answers(page: Page, portal: Portal, request):
    forget_limits(portal)
    # Two texts that are alike would be held as spam, and so would long ones written so fast.
    words = "I do not think so."
    if not has_scripts(request):
        words = "Where is it from?"
    press(by_somebody_else(page), "More")
    page.get_by_role("link", name="Quote").click()
    reply = page.locator("form[action$='/reply/'] textarea")
    expect(reply).to_have_value(re.compile(r"^> "))
    reply.fill(reply.input_value() + words)
    page.get_by_role("button", name="Post reply").click()
    mine = comment_with(page, words).last
    expect(mine.locator("> details > .comment__body blockquote")).to_be_visible()


def test_what_is_begun_is_offered_again(page: Page):
    article = page.url
    text_in(page).press_sequentially("Only a beginning")
    save = page.get_by_role("button", name="Save as draft")
    if save.is_visible():
        save.click()
    else:
        expect(page.get_by_text("Draft saved")).to_be_visible()
    page.goto(article)
    expect(text_in(page)).to_have_value("Only a beginning")
    page.goto("/en/discussions/mine/drafts/")
    expect(page.get_by_text("Only a beginning")).to_be_visible()
    page.goto(article)
    page.get_by_role("button", name="Discard it").click()
    expect(text_in(page)).to_have_value("")


def test_readers_vote_report_mute_and_follow(page: Page, portal: Portal):
    forget_limits(portal)
    article = page.url
    press(by_somebody_else(page, 1), "Up", "button")
    pressed = by_somebody_else(page, 1).locator("> details > .comment__actions [aria-pressed]")
    expect(pressed).to_have_text("Up")
    pressed.click()
    expect(pressed).to_have_count(0)

    press(by_somebody_else(page, 2), "More")
    page.get_by_role("link", name="Report").click()
    page.get_by_label("Beside the subject").check()
    page.locator("form[action$='/report/']").get_by_role("button", name="Report").click()
    expect(page.get_by_text("Thank you. A moderator will look")).to_be_visible()

    page.goto(article)
    press(by_somebody_else(page, 1), "More")
    page.get_by_role("button", name=re.compile("^Mute ")).click()
    expect(page.get_by_text("You will not see what")).to_be_visible()
    page.goto("/en/discussions/mine/muted/")
    page.get_by_role("button", name=re.compile("^Show .* again")).first.click()

    page.goto(article)
    page.get_by_role("button", name="Follow", exact=True).click()
    expect(page.get_by_role("button", name="Following")).to_be_visible()
    page.goto("/en/discussions/mine/")
    page.get_by_role("button", name="Following").first.click()


def test_the_keyboard_is_enough(page: Page, portal: Portal):
    forget_limits(portal)
    comment = page.locator(f"li#{by_somebody_else(page, 2).get_attribute('id')}")
    actions = comment.locator("> details > .comment__actions")
    walk_to(page, actions.get_by_role("button", name="Up"))
    page.keyboard.press("Enter")
    expect(actions.locator("[aria-pressed=true]")).to_have_text("Up")

    walk_to(page, actions.get_by_role("link", name="Reply"))
    page.keyboard.press("Enter")
    reply = page.locator("form[action$='/reply/']")
    expect(reply).to_be_visible()
    if not in_focus(reply.locator("textarea")):
        walk_to(page, reply.locator("textarea"))
    page.keyboard.type("No mouse is here.")
    walk_to(page, reply.get_by_role("button", name="Post reply"))
    page.keyboard.press("Enter")
    expect(comment_with(page, "No mouse is here.")).to_be_visible()


def walk_to(page: Page, wanted: Locator) -> None:
    """Press Tab until it is in focus."""
    for _ in range(300):
        page.keyboard.press("Tab")
        if in_focus(wanted):
            return
    raise AssertionError(f"Tab doesn't lead to {wanted}")


def in_focus(wanted: Locator) -> bool:
    return wanted.evaluate("node => node === document.activeElement")


# What goes wrong.


def test_a_session_that_ended_loses_nothing(page: Page, portal: Portal):
    forget_limits(portal)
    text_in(page).fill("Typed before I was logged out.")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Post comment").click()
    expect(page.get_by_text("You are not logged in")).to_be_visible()
    expect(page.get_by_label("What you typed")).to_have_value("Typed before I was logged out.")
    page.locator("main .notice").get_by_role("link", name="Log in").click()
    log_in(page, "reader@example.org", "vestnik-demo")
    expect(text_in(page)).to_have_value("Typed before I was logged out.")
    page.get_by_role("button", name="Post comment").click()
    expect(comment_with(page, "Typed before I was logged out.")).to_be_visible()


def test_a_form_that_is_too_old_loses_nothing(page: Page, portal: Portal, request):
    forget_limits(portal)
    page.context.clear_cookies(name="csrftoken")
    text_in(page).fill("Typed into an old form.")
    if has_scripts(request):  # the draft can't be saved; they type on
        page.wait_for_event("response", lambda response: response.status == 403)
    page.get_by_role("button", name="Post comment").click()
    expect(page.get_by_label("What you typed")).to_have_value("Typed into an old form.")
    page.get_by_role("button", name="Send it again").click()
    expect(comment_with(page, "Typed into an old form.")).to_be_visible()


def test_too_fast_a_writer_loses_nothing(page: Page, portal: Portal):
    forget_limits(portal)
    shell(portal, "[count([Limit(f'post:60:account:{reader.pk}', 5, 60)]) for _ in range(5)]")
    text_in(page).fill("Typed too fast.")
    page.get_by_role("button", name="Post comment").click()
    expect(page.get_by_text("You are too fast for us.")).to_be_visible()
    expect(text_in(page)).to_have_value("Typed too fast.")
    page.get_by_role("button", name="Preview").click()
    discard(page)


def test_a_discussion_that_closes_meanwhile_loses_nothing(page: Page, portal: Portal):
    forget_limits(portal)
    text_in(page).fill("Typed too late.")
    state = f"Discussion.objects.filter(article={article_of(page)}).update(state="
    shell(portal, f"{state}'closed')")
    page.get_by_role("button", name="Post comment").click()
    expect(page.get_by_text("This discussion is closed.")).to_be_visible()
    expect(text_in(page)).to_have_value("Typed too late.")
    shell(portal, f"{state}'open')")
    page.get_by_role("button", name="Post comment").click()
    expect(comment_with(page, "Typed too late.")).to_be_visible()


def test_a_reply_to_what_is_hidden_meanwhile_loses_nothing(page: Page, portal: Portal):
    forget_limits(portal)
    number = by_somebody_else(page).get_attribute("id").removeprefix("comment-")
    page.goto(f"{page.url}comments/{number}/reply/")
    text_in(page).fill("Typed to what was taken away.")
    status = f"Comment.objects.filter(discussion={article_of(page)}, seq={number}).update(status="
    shell(portal, f"{status}'hidden')")
    page.get_by_role("button", name="Post reply").click()
    expect(page.get_by_text("What you are answering is no longer there.")).to_be_visible()
    expect(text_in(page)).to_have_value("Typed to what was taken away.")
    shell(portal, f"{status}'visible')")
    page.get_by_role("button", name="Post comment").click()
    expect(comment_with(page, "Typed to what was taken away.")).to_be_visible()


def test_an_error_of_ours_loses_nothing(page: Page, portal: Portal, request):
    forget_limits(portal)
    text_in(page).fill("Typed before it broke.")
    sql = (
        "CREATE FUNCTION break() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN"
        " RAISE EXCEPTION 'broken for a test'; END $f$;"
        "CREATE TRIGGER break BEFORE INSERT ON comments_comment EXECUTE FUNCTION break()"
    )
    mended = "DROP TRIGGER break ON comments_comment; DROP FUNCTION break()"
    shell(portal, f"connection.cursor().execute({sql!r})")
    request.addfinalizer(lambda: shell(portal, f"connection.cursor().execute({mended!r})"))
    page.get_by_role("button", name="Post comment").click()
    kept = text_in(page) if has_scripts(request) else page.get_by_label("What you")
    said = page.get_by_text(re.compile("did not work|broke on our side")).first
    expect(said).to_be_visible()
    expect(kept).to_have_value("Typed before it broke.")
    if has_scripts(request):  # a draft saved meanwhile answers nothing
        kept.press_sequentially(" Once more.")
        expect(page.get_by_text("Draft saved")).to_be_visible()
        expect(said).to_be_visible()


def test_pressed_twice_it_is_posted_once(page: Page, portal: Portal, request):
    forget_limits(portal)
    # Two texts that are alike would be held as spam.
    words = "One comment came of two quick presses."
    if not has_scripts(request):
        words = "Whoever waits for a slow page presses its button again."
    text_in(page).fill(words)
    page.get_by_role("button", name="Post comment").dblclick()
    expect(comment_with(page, words).first).to_be_visible()
    count = f"print('count', Comment.objects.filter(body={words!r}, discussion="
    count += f"{article_of(page)}).count())"
    assert "count 1" in shell(portal, count)


def article_of(page: Page) -> str:
    return re.search(r"/articles/(\d+)-", page.url)[1]


def discard(page: Page) -> None:
    page.goto(re.sub(r"comments/.*", "", page.url))
    button = page.get_by_role("button", name="Discard it")
    if button.count():
        button.click()


def test_letters_stop_by_their_link_and_come_again_if_that_was_a_mistake(
    page: Page, portal: Portal
):
    link = (
        "from comments.letter_links import PURPOSES; print(PURPOSES['reply'].stop_path(reader.pk))"
    )
    path = shell(portal, link).split()[-1]
    for _ in range(2):  # to look at it stops nothing
        page.goto(path)
        expect(page.get_by_role("button", name="Stop the letters")).to_be_visible()
    page.get_by_role("button", name="Stop the letters").click()
    page.get_by_role("button", name="Undo it").click()
    expect(page.get_by_role("heading", name="It is as it was before.")).to_be_visible()
    page.goto(path)
    expect(page.get_by_role("button", name="Stop the letters")).to_be_visible()
