"""The digest of one reader: what they asked for, agreed to and were sent."""

from django.contrib.auth.models import AbstractUser
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from news.export import Section
from subscriptions.models import AddressChange, ConsentEvent, Delivery, Subscription


def sections(user: AbstractUser) -> list[Section]:
    return sections_of(Subscription.objects.of_person(user))


def sections_of(own: QuerySet[Subscription]) -> list[Section]:
    return [
        Section(
            "subscription",
            _("Digest by e-mail"),
            own,
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
        Section(
            "digest_rubrics",
            _("Rubrics of the digest"),
            own.filter(rubrics__isnull=False),
            {"rubrics__slug": _("rubric")},
        ),
        Section(
            "digest_entities",
            _("Topics of the digest"),
            own.filter(entities__isnull=False),
            {"entities__slug": _("topic")},
        ),
        Section(
            "address_changes",
            _("Changes of address"),
            AddressChange.objects.filter(subscription__in=own),
            {
                "old_email": _("old address"),
                "new_email": _("new address"),
                "asked_at": _("asked at"),
                "done_at": _("confirmed at"),
            },
        ),
        Section(
            "consents",
            _("What you agreed to and took back"),
            ConsentEvent.objects.filter(subscription__in=own),
            {
                "action": _("what"),
                "text": _("text shown"),
                "language": _("language"),
                "origin": _("from where"),
                "created_at": _("when"),
            },
        ),
        Section(
            "digests",
            _("Digests"),
            Delivery.objects.filter(subscription__in=own),
            {"local_date": _("day"), "state": _("state"), "finished_at": _("when")},
        ),
    ]
