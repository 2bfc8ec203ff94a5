"""The portal as a newcomer starts it, from a copy of the source, and a browser to walk it."""

import email
import email.policy
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any, TypeVar

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from portal.embedded import free_port
from portal.supervisor import die_with_parent

T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))),
    None,
)
FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]

expect.set_options(timeout=20_000)  # what a crowded machine needs; a quick one waits no longer


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = [item for item in items if Path(__file__).parent in item.path.parents]
    for item in here:
        # A browser and five servers on a crowded machine: once more, and the report counts it.
        item.add_marker(pytest.mark.flaky(reruns=1))
        # Nobody wakes who hangs in Playwright's loop: the worker dies, and another goes on.
        item.add_marker(pytest.mark.timeout(480, method="thread"))
        if not CHROMIUM:
            item.add_marker(pytest.mark.skip(reason="no Chromium or Chrome on PATH"))
    if here and not CHROMIUM:
        print("\n*** BROWSER TESTS DO NOT RUN: there is no Chromium or Chrome on PATH. ***\n")


@dataclass
class Portal:
    """A running `manage.py run`, in a copy of the source of its own."""

    folder: Path
    url: str
    process: subprocess.Popen[str]
    output: list[str] = field(default_factory=list)

    def manage(self, *arguments: str, **environment: str) -> str:
        """What a manage.py command typed beside it prints."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=self.folder,
            env=bare_environment() | environment,
            check=True,
            text=True,
            stdout=subprocess.PIPE,
            timeout=180,
        ).stdout

    def ask(self, script: str) -> Any:
        """What a script run beside it leaves in `answer`."""
        script += "\nimport json; print(json.dumps(answer))"
        said = self.manage("shell", "-c", script, SERVE_FILES="true")  # as `make run` does
        return json.loads(said.splitlines()[-1])

    def mail_to(self, address: str, subject: str = "") -> EmailMessage:
        """The newest mail to `address`; waits for it."""

        def find() -> EmailMessage | None:
            for path in sorted(self.folder.glob("var/mail/*.eml"), reverse=True):
                message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
                if address in message["To"] and re.search(subject, message["Subject"]):
                    return message
            return None

        return wait_for(find, f"mail to {address}")


def bare_environment() -> dict[str, str]:
    """Ours without what the test run has put into it: as on a newcomer's machine."""
    ours = {
        "DATABASE_URL",
        "REDIS_URL",
        "SECRET_KEY",
        "DEBUG",
        "SITE_URL",
        "TIME_ZONE",
        "EMAIL_URL",
    }
    return {
        name: value
        for name, value in os.environ.items()
        if name not in ours and not name.startswith(("DJANGO_", "PYTEST"))
    }


def wait_for(find: Callable[[], T | None], what: str, seconds: float = 90) -> T:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if (found := find()) is not None:
            return found
        time.sleep(0.3)
    raise AssertionError(f"no {what} in {seconds} s")


def log_in(page: Page, email: str, password: str) -> None:
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password)
    page.locator("main").get_by_role("button", name=re.compile("^(Log|Sign) in", re.I)).click()


def body_of(page: Page, number: int = 0) -> Locator:
    """Where the body of an article's text is written, in its form."""
    return page.get_by_role("textbox", name="Body").nth(number)


def new_name(of: str) -> str:
    """Nobody's yet, at a second try neither."""
    return f"{of}{int(time.time() * 10) % 100_000}"


def expect_picture(image: Locator) -> None:
    """That it has come, and is one."""
    expect(image).to_have_js_property("complete", True)
    assert image.evaluate("image => image.naturalWidth > 0")


def totp(secret: str, periods_ahead: int = 0) -> str:
    """The code of an app; one that was used is not taken again."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + periods_ahead))


@pytest.fixture(scope="package")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    folder = tmp_path_factory.mktemp("checkout") / "vestnik"
    ignored = shutil.ignore_patterns(".venv", "var", ".git", "node_modules", ".*_cache")
    shutil.copytree(ROOT, folder, ignore=ignored)
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "run", "--port", str(port)],
        cwd=folder,
        env=bare_environment() | {"FEED_NETWORKS": "127.0.0.1/32"},  # where a test's agency is
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=die_with_parent(signal.SIGINT),
    )
    running = Portal(folder, f"http://127.0.0.1:{port}", process)
    assert process.stdout
    for line in process.stdout:
        running.output.append(line)
        if "Ctrl-C stops everything" in line:
            break
    else:
        raise AssertionError("".join(running.output))
    drain = subprocess.Popen(["cat"], stdin=process.stdout, stdout=(folder / "run.log").open("w"))
    yield running
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0
    drain.wait(10)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """For these tests alone: while it runs, Django takes the thread for an asynchronous one."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, portal: Portal) -> Iterator[Page]:
    """A fresh visitor with English as their language; any error in a script fails the test."""
    context = browser.new_context(base_url=portal.url, locale="en-GB")
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    # The browser's own word for a page left before its view transition was over.
    assert [error for error in errors if "Transition was" not in error] == []


@pytest.fixture
def visitor(browser: Browser, portal: Portal) -> Iterator[Page]:
    """Somebody else, who has no account."""
    context = browser.new_context(base_url=portal.url, locale="en-GB")
    yield context.new_page()
    context.close()
