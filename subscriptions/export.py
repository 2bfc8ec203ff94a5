"""The digest of one reader: what they asked for, agreed to and were sent."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from news.export import Section
from subscriptions.models import AddressChange, ConsentEvent, Delivery, Subscription

Own = QuerySet[Subscription]


def sections(user: AbstractUser) -> list[Section]:
    return sections_of(Subscription.objects.of_person(user))


def sections_of(own: Own) -> list[Section]:
    return [Section(name, title, rows(own), columns) for name, title, rows, columns in _SECTIONS]


# Name, title, which rows, and what their columns are called.
_SECTIONS: list[tuple[str, Promise, Callable[[Own], QuerySet[Any]], dict[str, Promise]]] = [
    (
        "subscription",
        _("Digest by e-mail"),
        lambda own: own,
        {
            "email": _("e-mail"),
            "status": _("state"),
            "language": _("language"),
            "time_zone": _("time zone"),
            "local_time": _("at"),
            "weekdays": _("weekdays"),
            "created_at": _("since"),
        },
    ),
    (
        "digest_rubrics",
        _("Rubrics of the digest"),
        lambda own: own.filter(rubrics__isnull=False),
        {"rubrics__slug": _("rubric")},
    ),
    (
        "digest_entities",
        _("Topics of the digest"),
        lambda own: own.filter(entities__isnull=False),
        {"entities__slug": _("topic")},
    ),
    (
        "address_changes",
        _("Changes of address"),
        lambda own: AddressChange.objects.filter(subscription__in=own),
        {
            "old_email": _("old address"),
            "new_email": _("new address"),
            "asked_at": _("asked at"),
            "done_at": _("confirmed at"),
        },
    ),
    (
        "consents",
        _("What you agreed to and took back"),
        lambda own: ConsentEvent.objects.filter(subscription__in=own),
        {
            "action": _("what"),
            "text": _("text shown"),
            "language": _("language"),
            "origin": _("from where"),
            "created_at": _("when"),
        },
    ),
    (
        "digests",
        _("Digests"),
        lambda own: Delivery.objects.filter(subscription__in=own),
        {"local_date": _("day"), "state": _("state"), "finished_at": _("when")},
    ),
]
