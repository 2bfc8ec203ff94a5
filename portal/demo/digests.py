"""The demo's past digests: of its articles, as they would have been composed; nobody got them."""

from datetime import date, timedelta

from django.conf import settings
from django.utils import timezone

from news.day import day_of
from subscriptions import composing, past, planning
from subscriptions.models import Edition, unless_refused
from subscriptions.planning import EditionKey

_DAYS = 7


def load_digests() -> None:
    """Those of the last days, unless some are on the web already."""
    if Edition.objects.filter(shown_on__isnull=False).exists():
        return
    now = timezone.now()
    for day in (day_of(now) - timedelta(days=number) for number in range(_DAYS)):
        if past.usual_cut(day) <= now:
            for language, _name in settings.LANGUAGES:
                _load_digest(language, day)


def _load_digest(language: str, day: date) -> None:
    """None on a day without news."""
    cut_at = past.usual_cut(day)
    key = EditionKey(language, topics="", since=cut_at - timedelta(days=1), cut_at=cut_at)
    if edition := planning.edition_of(key):
        composed = composing.compose(edition.pk)
        assert composed
        unless_refused(composed.finish)
        past.show(composed.pk, language, day)
