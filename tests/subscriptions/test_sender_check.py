"""Before the first digest leaves, administrators hear whether mail services will take it."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from subscriptions import sender_check
from subscriptions.models import SenderCheck
from tests.factories import make_user
from tests.subscriptions.nameserver import Records, name_server

pytestmark = pytest.mark.django_db

DOMAIN = "news.vestnik.test"
GOOD: Records = {
    (DOMAIN, "TXT"): ['"v=spf1 include:mail.test " "~all"', '"other=1"'],
    (f"mail._domainkey.{DOMAIN}", "TXT"): ['"v=DKIM1; k=rsa; " "p=MIGf MA0"'],
    (f"_dmarc.{DOMAIN}", "TXT"): ['"v=DMARC1; p=none"'],
    (DOMAIN, "MX"): ["10 mx.vestnik.test."],
}


@pytest.fixture(autouse=True)
def sender(settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = f"Vestnik <digest@{DOMAIN}>"
    settings.SITE_URL = "https://vestnik.test"
    settings.EMAIL_HOST = "mail.test"
    settings.DKIM_SELECTOR = "mail"


def levels(settings: Any, records: Records, silent: bool = False) -> dict[str, str]:
    """What is not as it should be, by its code."""
    with name_server(records, silent) as settings.DNS_SERVER:
        check = sender_check.check()
    found = sender_check.findings_of(check)
    assert check.is_ok == all(f.level in ("ok", "warning") for f in found)
    assert all(str(finding) for finding in found)
    return {finding.code: finding.level for finding in found if finding.level != "ok"}


def test_a_sender_that_has_everything_passes(settings: Any) -> None:
    assert levels(settings, GOOD) == {}


CASES: list[tuple[Records, dict[str, str]]] = [
    ({(DOMAIN, "TXT"): ['"other=1"']}, {"spf_none": "missing"}),
    ({(DOMAIN, "TXT"): ['"v=spf1 -all"', '"v=spf1 ~all"']}, {"spf_many": "missing"}),
    ({(DOMAIN, "TXT"): ['"v=spf1 +all"']}, {"spf_everybody": "missing"}),
    ({(DOMAIN, "TXT"): ['"v=spf1 mx"']}, {"spf_open": "warning"}),
    ({(DOMAIN, "TXT"): ['"v=spf1 redirect=x.test"']}, {}),
    ({(DOMAIN, "TXT"): ['"v=spf10 ~all"']}, {"spf_none": "missing"}),
    ({(f"mail._domainkey.{DOMAIN}", "TXT"): ['"v=DKIM1; p="']}, {"dkim_revoked": "missing"}),
    ({(f"mail._domainkey.{DOMAIN}", "TXT"): ['"nonsense"']}, {"dkim_none": "missing"}),
    ({(f"_dmarc.{DOMAIN}", "TXT"): ['"v=DMARC1; sp=none"']}, {"dmarc_broken": "missing"}),
    ({(f"_dmarc.{DOMAIN}", "TXT"): []}, {"dmarc_none": "missing"}),
    (
        {(f"_dmarc.{DOMAIN}", "TXT"): [], ("_dmarc.vestnik.test", "TXT"): ['"v=DMARC1; p=reject"']},
        {},
    ),
    ({(DOMAIN, "MX"): []}, {"mx_none": "warning"}),
    ({(DOMAIN, "MX"): ["0 ."]}, {"mx_none": "warning"}),
]


@pytest.mark.parametrize(("changed", "expected"), CASES)
def test_what_the_dns_lacks_is_named(
    settings: Any, changed: Records, expected: dict[str, str]
) -> None:
    assert levels(settings, GOOD | changed) == expected


@pytest.mark.parametrize(
    ("setting", "value", "code"),
    [
        ("SITE_URL", "http://vestnik.test", "site_not_https"),
        ("EMAIL_HOST", "127.0.0.1", "mail_local"),
        ("DKIM_SELECTOR", "", "dkim_selector"),
    ],
)
def test_what_the_settings_lack_is_named(
    settings: Any, setting: str, value: str, code: str
) -> None:
    setattr(settings, setting, value)
    assert list(levels(settings, GOOD)) == [code]


@pytest.mark.parametrize("sender", ["Vestnik", "news@example.org", "", "a@" + "x" * 300 + ".test"])
def test_a_sender_that_is_none_is_told(settings: Any, sender: str) -> None:
    settings.DEFAULT_FROM_EMAIL = sender
    assert {"sender_invalid", "sender_example"} & levels(settings, {}).keys()


def test_a_silent_dns_is_not_waited_for_long_and_is_not_a_good_sign(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender_check, "WAIT", 0.2)
    assert levels(settings, GOOD, silent=True) == {"dns_silent": "unknown"}


def test_the_command_tells_and_fails_where_something_is_missing(settings: Any) -> None:
    out = io.StringIO()
    with name_server(GOOD) as settings.DNS_SERVER:
        call_command("check_sender", stdout=out)
    assert "Nothing is missing" in out.getvalue()
    with name_server({}) as settings.DNS_SERVER, pytest.raises(CommandError):
        call_command("check_sender", stdout=out)
    assert "no SPF record" in out.getvalue()


@pytest.fixture
def desk(client: Client) -> Iterator[Client]:
    client.force_login(make_user("boss", is_staff=True, is_superuser=True))
    return client


def test_the_desk_warns_until_it_was_found_good_for_this_sender(
    desk: Client, settings: Any
) -> None:
    page, editions = "/admin/subscriptions/edition/sender/", "/admin/subscriptions/edition/"
    warning = "It is not certain that mail services"
    assert warning in desk.get(editions).content.decode()
    with name_server(GOOD) as settings.DNS_SERVER:
        assert desk.get(page).status_code == 200
        assert not SenderCheck.objects.exists()
        text = desk.post(page, follow=True).content.decode()
    assert "Nothing is missing" in text and "v=spf1" in text
    assert warning not in desk.get(editions).content.decode()
    settings.DEFAULT_FROM_EMAIL = "other@vestnik.test"
    assert warning in desk.get(editions).content.decode()
    assert "has changed since" in desk.get(page).content.decode()


def test_what_the_dns_says_is_shown_as_text(desk: Client, settings: Any) -> None:
    evil = GOOD | {(DOMAIN, "TXT"): ['"v=spf1 <script>alert(1)</script> ~all"']}
    with name_server(evil) as settings.DNS_SERVER:
        text = desk.post("/admin/subscriptions/edition/sender/", follow=True).content.decode()
    assert "<script>alert" not in text and "&lt;script&gt;" in text
