"""An account from its first day to its last, with scripts and without; and passkeys."""

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import Portal, expect_picture, new_name, totp, wait_for

pytestmark = pytest.mark.browser

PASSWORD = "correct horse battery"


@pytest.fixture
def home(portal: Portal) -> str:
    """Under a name: browsers keep no passkeys for numbers."""
    return portal.url.replace("127.0.0.1", "localhost")


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def visitor(browser: Browser, home: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    options = {"locale": "en-GB", "java_script_enabled": request.param}
    context = browser.new_context(base_url=home, **options)
    yield context.new_page()
    context.close()


def press(page: Page, name: str) -> None:
    page.locator(".account__page").get_by_role("button", name=name, exact=True).click()


def path_in(portal: Portal, address: str, subject: str) -> str:
    text = portal.mail_to(address, subject).get_body(("plain",)).get_content()
    return re.search(r"http://[^/]+(/\S+)", text)[1]


def sign_up(page: Page, portal: Portal, name: str) -> None:
    page.goto("/en/accounts/signup/?next=/en/articles/")
    page.get_by_label("Email").fill(f"{name}@example.org")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign up")
    expect(page.get_by_role("heading", name="Look into your mailbox")).to_be_visible()
    page.goto(path_in(portal, f"{name}@example.org", "Confirm your"))
    press(page, "Confirm")
    expect(page).to_have_url(re.compile("/en/articles/$"))


def log_in(page: Page, name: str) -> None:
    page.goto("/en/accounts/login/")
    page.get_by_label("Email").fill(f"{name}@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Log in")


def log_out(page: Page) -> None:
    masthead = page.locator(".masthead")
    masthead.get_by_role("button", name="Log out").click()
    expect(masthead.get_by_role("link", name="Log in")).to_be_visible()


def show_who_it_is(page: Page) -> None:
    expect(page.get_by_role("heading", name="Is it you?")).to_be_visible()
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Continue")


def test_an_account_from_its_first_day_to_its_last(visitor: Page, portal: Portal, browser: Browser):
    page, name = visitor, new_name("walker")
    sign_up(page, portal, name)
    secret = turn_on_codes(page)
    log_out(page)
    log_in_by_code(page, portal, name, secret)
    elsewhere = browser.new_context(base_url=page.url.partition("/en/")[0], locale="en-GB")
    log_out_everywhere_else(page, elsewhere.new_page(), name, secret)
    elsewhere.close()
    take_the_data_along(page, name)
    leave(page, portal, name)


def turn_on_codes(page: Page) -> str:
    page.goto("/en/accounts/2fa/")
    page.get_by_role("link", name="Set it up").click()
    show_who_it_is(page)
    expect_picture(page.locator("img.qr"))
    secret = page.locator("code.key").inner_text()
    page.get_by_label("Code").fill(totp(secret))
    press(page, "Turn on")
    expect(page.locator(".codes li")).to_have_count(10)
    return secret


def log_in_by_code(page: Page, portal: Portal, name: str, secret: str) -> None:
    page.goto("/en/accounts/login/?next=/en/discussions/")
    page.get_by_role("link", name="Get a code by e-mail").click()
    page.get_by_label("Email").fill(f"{name}@example.org")
    press(page, "Send me a code")
    letter = portal.mail_to(f"{name}@example.org", "Your code").get_body(("plain",)).get_content()
    page.get_by_label("Code").fill(re.search(r"^    ([\w-]+)\s*$", letter, re.MULTILINE)[1])
    press(page, "Log in")
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    page.get_by_label("Code").fill(totp(secret, 1))  # the last one was used
    press(page, "Log in")
    expect(page).to_have_url(re.compile("/en/discussions/$"))


def log_out_everywhere_else(page: Page, other: Page, name: str, secret: str) -> None:
    page.goto("/en/accounts/2fa/recovery-codes/")
    show_who_it_is(page)
    code = page.locator(".codes li").first.inner_text()
    log_in(other, name)
    other.get_by_label("Code").fill(code)
    press(other, "Log in")
    other.goto("/en/accounts/sessions/")
    expect(other.locator("main .rows__row")).to_have_count(2)
    page.goto("/en/accounts/sessions/")
    press(page, "Log out everywhere else")
    expect(page.locator("main .rows__row")).to_have_count(1)
    other.goto("/en/accounts/settings/")
    expect(other).to_have_url(re.compile("/accounts/login/"))


def take_the_data_along(page: Page, name: str) -> None:
    page.goto("/en/accounts/data/")
    page.get_by_role("link", name="Read it as a page").click()
    expect(page.get_by_role("heading", name=f"Everything about {name}")).to_be_visible()
    expect(page.locator("#account")).to_contain_text(f"{name}@example.org")
    page.goto("/en/accounts/data/")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download it for programs").click()
    taken = json.loads(download.value.path().read_text())
    assert taken["account"][0]["username"] == name


def leave(page: Page, portal: Portal, name: str) -> None:
    page.goto("/en/accounts/data/")
    page.get_by_role("link", name="Delete my account").click()
    page.get_by_label("Your name").fill("somebody")
    press(page, "Delete my account")
    expect(page.get_by_text("This isn’t the name of your account.")).to_be_visible()
    page.get_by_label("Your name").fill(name)
    press(page, "Delete my account")
    expect(page.get_by_role("heading", name="Your account is deleted")).to_be_visible()
    portal.mail_to(f"{name}@example.org", "Your account is deleted")
    known = (
        f"from portal.models import User; answer = User.objects.filter(username='{name}').count()"
    )
    wait_for(lambda: portal.ask(known) == 0 or None, "deletion")


@pytest.fixture
def reader(browser: Browser, home: str) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=home, locale="en-GB")
    yield context
    context.close()


def give_passkeys(page: Page) -> None:
    """The browser has a device for them that says yes to everything."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": device})


def test_a_passkey_replaces_the_password_and_is_the_second_step(
    reader: BrowserContext, portal: Portal
):
    page, name = reader.new_page(), new_name("passkeeper")
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    give_passkeys(page)
    sign_up(page, portal, name)
    page.goto("/en/accounts/2fa/webauthn/add/")
    show_who_it_is(page)
    page.get_by_label("Name of the passkey").fill("Phone")
    press(page, "Add a passkey")
    expect(page.locator(".codes li")).to_have_count(10)

    log_out(page)
    page.goto("/en/accounts/login/?next=/en/discussions/")
    press(page, "Use a passkey")
    expect(page).to_have_url(re.compile("/en/discussions/$"))

    log_out(page)
    log_in(page, name)
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    press(page, "Use a passkey")
    expect(page.locator(".masthead__name")).to_contain_text(name)

    page.goto("/en/accounts/reauthenticate/")
    page.get_by_role("link", name="Use a passkey").click()
    press(page, "Use a passkey")
    expect(page).not_to_have_url(re.compile("reauthenticate"))
    page.goto("/en/accounts/2fa/webauthn/")
    expect(page.locator("main .rows")).to_contain_text("Phone")
    page.get_by_role("link", name="Remove").click()
    press(page, "Remove")
    expect(page.get_by_text("You have no passkeys.")).to_be_visible()
    assert [text for text in refused if "Content Security Policy" in text] == []


def test_without_a_device_the_page_says_what_went_wrong(reader: BrowserContext):
    page = reader.new_page()
    page.goto("/en/accounts/login/")
    page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error('no')); }")
    press(page, "Use a passkey")
    expect(page.get_by_role("alert")).to_contain_text("That didn’t work")


def test_where_passkeys_cannot_work_no_button_offers_them(browser: Browser, portal: Portal):
    context = browser.new_context(base_url=portal.url, java_script_enabled=False)
    plain = context.new_page()
    plain.goto("/en/accounts/login/")
    expect(plain.get_by_text("Passkeys need scripts")).to_be_visible()
    expect(plain.get_by_role("button", name="Use a passkey")).to_be_hidden()
    context.close()
    context = browser.new_context(base_url=portal.url)
    numbered = context.new_page()
    numbered.goto("/en/accounts/login/")
    expect(numbered.get_by_text("Passkeys don’t work here")).to_be_visible()
    expect(numbered.get_by_role("button", name="Use a passkey")).to_be_hidden()
    context.close()
