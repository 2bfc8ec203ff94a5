"""The loop of the whole portal, as its people walk it: one test for each of them."""

import json
import re
from pathlib import Path

import pytest
from PIL import Image as Picture
from playwright.sync_api import Page, Response, expect

from tests.browser.conftest import Portal, body_of, expect_picture, log_in, new_name, wait_for

pytestmark = pytest.mark.browser


def link_in(text: str, part: str) -> str:
    return re.search(rf"http\S*{part}\S*", text)[0].rstrip(".>)")


def test_the_start_names_the_address_the_accounts_and_the_mail_page(portal: Portal):
    said = "".join(portal.output)
    for words in (portal.url, "editor@example.org", "moderator@example.org", "reader@example.org"):
        assert words in said
    assert re.search(r"mail is at http://127\.0\.0\.1:\d+", said)


def test_a_visitor_reads_in_both_languages(page: Page):
    page.goto("/")
    expect(page).to_have_url(re.compile(r"/en/$"))
    page.get_by_role("link", name="Technology").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Technology")
    page.locator("main article a, main h2 a, main h3 a").first.click()
    title = page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("link", name="Русский").first.click()
    expect(page).to_have_url(re.compile(r"/ru/articles/"))
    assert page.get_by_role("heading", level=1).inner_text() != title
    page.goto("/ru/articles/?rubric=culture&order=read")
    assert page.locator("main article, main li").count() > 3


def test_a_view_is_reported_when_the_article_is_seen(page: Page):
    page.goto("/en/articles/")
    with page.expect_request("**/beacon/*.gif") as report:
        page.locator("main a[href*='/en/articles/']").first.click()
    assert report.value.method == "POST"
    assert report.value.response().status == 204
    assert "cookie" not in report.value.all_headers()


def test_an_administrator_imports_articles_beside_the_running_portal(
    page: Page, portal: Portal, tmp_path: Path
):
    line = {
        "id": "x-1",
        "lang": "en",
        "title": "Imported from a file",
        "lead": "One line.",
        "body_html": "<p>It has a body.</p>",
        "published": "2024-05-01T10:00:00+00:00",
        "source_name": "Agency",
        "licence": "CC BY 4.0",
        "attribution": "The agency",
        "category": "space",
    }
    file = tmp_path / "articles.jsonl"
    file.write_text(json.dumps(line))
    assert "1 articles" in portal.manage("import_articles", str(file))
    assert "0 articles and 0 translations added" in portal.manage("import_articles", str(file))
    page.goto("/en/sources/agency/")
    expect(page.get_by_text("Imported from a file").first).to_be_visible()


def approve_all(portal: Portal) -> None:
    """What a moderator does about the first comments of a newcomer."""
    portal.manage(
        "shell",
        "--command",
        "from comments import moderation, models; from portal.models import User\n"
        "waiting = models.Comment.objects.filter(status='pending').values_list('pk', flat=True)\n"
        "moderator = User.objects.get(username='moderator')\n"
        "ruling = moderation.Ruling(moderator)\n"
        "waiting and moderation.decide(list(waiting), 'approve', ruling)",
    )


def test_a_visitor_registers_and_takes_part_in_a_discussion(page: Page, portal: Portal):
    name = new_name("vera")
    page.goto("/en/rubrics/technology/")
    page.locator("main article a, main h2 a, main h3 a").first.click()
    article = page.url
    page.locator("#discussion").get_by_role("link", name="register").click()
    page.get_by_label("Email").fill(f"{name}@example.org")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Sign up").click()
    mail = portal.mail_to(f"{name}@example.org").get_body(("plain",)).get_content()
    page.goto(link_in(mail, "confirm-email"))
    page.get_by_role("button", name="Confirm").click()

    expect(page).to_have_url(f"{article}#discussion")

    page.context.clear_cookies()
    page.goto(article)
    page.locator("#discussion").get_by_role("link", name="log in").click()
    log_in(page, f"{name}@example.org", "correct horse battery")
    expect(page).to_have_url(f"{article}#discussion")

    page.get_by_label("Your comment").fill("What a *machine*.")
    page.get_by_role("button", name="Post comment").click()
    expect(page.locator(".waiting")).to_contain_text("What a machine.")

    approve_all(portal)
    page.reload()
    mine = page.locator("li.comment", has_text="What a machine.").first
    mine.get_by_role("link", name="Reply").first.click()
    mine.get_by_label("Your comment").fill("And I answer myself.")
    mine.get_by_role("button", name="Post reply").click()
    expect(page.locator(".waiting").first).to_contain_text("And I answer myself.")

    approve_all(portal)
    page.goto(article)
    mine = page.locator("li.comment", has_text="What a machine.").first
    mine.get_by_role("link", name="Edit").first.click()
    page.locator("form[action$='/edit/'] textarea").fill("What a fine *machine*.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("What a fine machine.").first).to_be_visible()

    approve_all(portal)  # an edit is judged again
    page.goto("/en/discussions/")
    first = page.locator("main li a").first
    assert first.get_attribute("href").partition("#")[0] in article

    page.goto(article)
    mine = page.locator("li.comment", has_text="What a fine machine.").first
    mine.get_by_role("link", name="Delete").first.click()
    page.get_by_role("button", name="Delete").click()
    page.goto(article)
    expect(page.get_by_text("What a fine machine.")).to_have_count(0)
    expect(page.get_by_text("And I answer myself.").first).to_be_visible()


def test_a_subscriber_gets_the_next_digest_and_leaves_with_one_click(page: Page, portal: Portal):
    anna = f"{new_name('anna')}@example.org"
    page.goto("/en/")
    box = page.locator("form", has=page.locator("input[type=email]")).first
    box.locator("input[type=email]").fill(anna)
    box.get_by_role("button").click()
    expect(page.locator("main")).to_contain_text(re.compile("mail", re.IGNORECASE))
    confirmation = portal.mail_to(anna).get_body(("plain",)).get_content()
    page.goto(link_in(confirmation, "confirm"))
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator("main")).to_contain_text(re.compile("subscribed", re.IGNORECASE))

    make_due = (
        "from datetime import timedelta; from django.utils import timezone;"
        "from subscriptions.models import Subscription;"
        "now = timezone.now();"
        f"Subscription.objects.filter(email={anna!r}).update("
        "next_due_at=now, covered_until=now - timedelta(days=3))"
    )
    portal.manage("shell", "-c", make_due)
    digest = wait_for(
        lambda: next(
            (mail for mail in [portal.mail_to(anna)] if mail["List-Unsubscribe"]),
            None,
        ),
        "digest",
    )
    assert len(re.findall(r"/en/articles/\d+-", digest.get_body(("plain",)).get_content())) >= 1
    unsubscribe = link_in(digest["List-Unsubscribe"], "unsubscribe")
    assert digest["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    page.goto(unsubscribe)
    count = (
        "from subscriptions.models import Subscription;"
        f"print('status:', Subscription.objects.get(email={anna!r}).status)"
    )
    assert "status: active" in portal.manage("shell", "-c", count)
    page.locator("main form button[type=submit]").first.click()
    assert "status: unsubscribed" in portal.manage("shell", "-c", count)


def test_an_editor_writes_translates_and_publishes(page: Page, portal: Portal, tmp_path: Path):
    picture = tmp_path / "moon.jpg"
    Picture.effect_mandelbrot((900, 600), (-2, -1, 1, 1), 60).convert("RGB").save(picture)
    page.goto("/admin/")
    log_in(page, "editor@example.org", "vestnik-demo")

    page.goto("/admin/news/image/add/")
    page.set_input_files("input[type=file]", picture)
    page.fill("[name=alt_en]", "A fractal coast")
    page.fill("[name=alt_ru]", "Фрактальный берег")
    page.fill("[name=credit]", "Vestnik")
    page.fill("[name=licence]", "CC BY 4.0")
    page.click("[name=_save]")

    page.goto("/admin/news/article/add/")
    page.select_option("[name=rubric]", label="Space")
    page.select_option("[name=original_language]", "en")
    choose(page, "image", "fractal")
    choose(page, "source", "NASA")
    page.fill("[name=rights_holder]", "Vestnik")
    page.fill("[name=licence]", "CC BY 4.0")
    page = write_and_lose_the_tab(page, "A coast that never ends")
    page.click("[name=_publish]")
    expect(page.locator(".messagelist .success")).to_contain_text("Published")

    add = page.get_by_role("link", name=re.compile("Add another"))
    if not page.locator("[name=texts-1-title]").is_visible():
        add.first.click()
    write(page, 1, "ru", "Берег без конца")
    page.select_option("[name=texts-1-origin]", "human")
    page.click("[name=_continue]")

    page.goto("/en/")
    expect(page.get_by_text("A coast that never ends").first).to_be_visible()
    page.goto("/ru/")
    page.get_by_text("Берег без конца").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Берег без конца")
    expect_picture(page.locator("main figure img").first)
    wait_for(
        lambda: (
            (page.reload() and page.locator("main figure source[srcset*=webp]").count()) or None
        ),
        "renditions",
    )


def choose(page: Page, field: str, words: str) -> None:
    page.locator(f".field-{field} .select2-selection").click()
    page.locator(".select2-search__field").fill(words)
    page.locator(".select2-results__option--highlighted").wait_for()
    page.locator(
        ".select2-results__option", has_text=re.compile(words, re.IGNORECASE)
    ).first.click()


def write_and_lose_the_tab(page: Page, title: str) -> Page:
    """The page in which what was typed is taken up."""
    with page.expect_response(lambda answer: has_kept(answer, f"{title}, at length.")):
        write(page, 0, "en", title)
    fresh = page.context.new_page()
    page.close()
    fresh.goto("/admin/news/article/add/")
    fresh.get_by_role("link", name="Take them up").click()
    expect(fresh.locator("[name=texts-0-title]")).to_have_value(title)
    return fresh


def has_kept(answer: Response, words: str) -> bool:
    sent = answer.request.post_data_buffer or b""
    return answer.ok and answer.url.endswith("/copy/") and words.encode() in sent


def write(page: Page, number: int, language: str, title: str) -> None:
    page.select_option(f"[name=texts-{number}-language]", language)
    page.fill(f"[name=texts-{number}-title]", title)
    page.fill(f"[name=texts-{number}-lead]", f"{title}, in short.")
    body_of(page, number).fill(f"{title}, at length.")
