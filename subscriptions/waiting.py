"""What waits for whoever looks after the digest, as lines of the desk's first page."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from news.models import Article
from news.waiting import Waiting, count
from subscriptions.models import Alarm, Edition, Subscription
from subscriptions.slots import previous_slot


def waiting_for(user: Any) -> list[Waiting]:
    if not user.has_perm("subscriptions.change_edition"):
        return []
    editions = reverse("admin:subscriptions_edition_changelist")
    stopped = Edition.objects.filter(state=Edition.State.ATTENTION)
    return [
        _next_digest(),
        Waiting(
            _("Editions that have stopped"),
            count(stopped),
            f"{editions}?state__exact=attention",
            is_trouble=True,
        ),
        Waiting(_("Alarms of the digest"), count(Alarm.objects.going_on()), editions, True),
    ]


def _next_digest() -> Waiting:
    """That of a newcomer's hour, by the site's clock."""
    since = previous_slot(Subscription(time_zone=settings.TIME_ZONE), timezone.now()).at
    fresh = Article.objects.published().filter(published_at__gt=since)
    url = reverse("admin:subscriptions_edition_preview")
    return Waiting(_("Articles for the next digest"), count(fresh), url, is_told_at_zero=True)
