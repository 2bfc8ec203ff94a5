"""Everything that is kept about one person, for themselves: as JSON, and as a page to read.

Both are written while they are sent, a few hundred rows at a time.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

import comments.export
import news.export
import subscriptions.export
from news.export import Section
from news.models import AuditEntry
from portal.models import User


def sections(user: User) -> list[Section]:
    return [
        *_account(user),
        *comments.export.sections(user),
        *news.export.sections(user),
        *subscriptions.export.sections(user),
    ]


def as_json(user: User) -> Iterator[str]:
    return news.export.as_json(sections(user))


def as_page(user: User, nonce: str) -> Iterator[str]:
    """HTML that stands on its own, so that it can be saved.

    Its words are chosen now: while it is sent, the thread may speak another language.
    """
    found = sections(user)
    titles = [(str(section.title), section.labels()) for section in found]
    words = Words(str(_("Nothing.")), str(_("yes")), str(_("no")), user.zone)
    contents = [(section.name, section.title) for section in found]
    context = {
        "reader": user,
        "nonce": nonce,
        "contents": contents,
        "made_at": timezone.now(),
        "site_name": settings.SITE_NAME,
    }
    head, foot = render_to_string("account/export.html", context).split("<!-- sections -->")
    return _page(head, zip(found, titles, strict=True), words, foot)


@dataclass(frozen=True)
class Words:
    """How values are written."""

    nothing: str
    yes: str
    no: str
    zone: ZoneInfo

    def of(self, value: Any) -> str:
        if isinstance(value, bool):
            return self.yes if value else self.no
        if isinstance(value, datetime):
            return f"{value.astimezone(self.zone):%Y-%m-%d %H:%M}"
        return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _page(
    head: str,
    found: Iterable[tuple[Section, tuple[str, dict[str, str]]]],
    words: Words,
    foot: str,
) -> Iterator[str]:
    yield head
    for section, (title, labels) in found:
        yield format_html('<section id="{}"><h2>{}</h2>\n', section.name, title)
        is_empty = True
        for row in section.rows():
            yield _row(row, labels, words)
            is_empty = False
        yield format_html("<p>{}</p></section>\n", words.nothing) if is_empty else "</section>\n"
    yield foot


def _row(row: dict[str, Any], labels: dict[str, str], words: Words) -> str:
    """Without what is empty."""
    said = ((labels[name], words.of(row[name])) for name in row if row[name] not in (None, "", []))
    return format_html("<dl>{}</dl>\n", format_html_join("", "<dt>{}</dt><dd>{}</dd>", said))


def _account(user: User) -> list[Section]:
    own = User.objects.filter(pk=user.pk)
    return [
        Section(
            "account",
            _("Account"),
            own,
            {
                "id": _("number"),
                "username": _("name"),
                "email": _("e-mail"),
                "first_name": _("first name"),
                "last_name": _("last name"),
                "language": _("language"),
                "time_zone": _("time zone"),
                "date_joined": _("since"),
                "last_login": _("last login"),
            },
        ),
        Section("roles", _("Roles"), own.filter(groups__isnull=False), {"groups__name": _("role")}),
        Section(
            "addresses",
            _("E-mail addresses"),
            EmailAddress.objects.filter(user=user),
            {"email": _("e-mail"), "verified": _("confirmed"), "primary": _("in use")},
        ),
        *_access(user),
    ]


def _access(user: User) -> list[Section]:
    """How they get in. Not the keys themselves: whoever has those can pass for them."""
    return [
        Section(
            "second_steps",
            _("Passkeys, codes of an app, recovery codes"),
            Authenticator.objects.filter(user=user),
            {
                "type": _("kind"),
                "data__name": _("name"),
                "created_at": _("since"),
                "last_used_at": _("last used"),
            },
        ),
        Section(
            "other_sites",
            _("Log-in by other sites"),
            SocialAccount.objects.filter(user=user),
            {
                "provider": _("site"),
                "uid": _("number"),
                "extra_data__username": _("name"),
                "date_joined": _("since"),
                "last_login": _("last login"),
            },
        ),
        Section(
            "devices",
            _("Where you are logged in"),
            UserSession.objects.filter(user=user),
            {"created_at": _("since"), "ip": _("network address"), "user_agent": _("browser")},
        ),
        Section(
            "desk",
            _("What you have changed at the desk"),
            AuditEntry.objects.filter(by=user),
            {"name": _("what"), "detail": _("how"), "created_at": _("when")},
        ),
    ]
