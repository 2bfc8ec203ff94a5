"""What waits for somebody at the desk, as lines of its first page: here those of articles.

Each app has such a module; `portal.desk` puts them together.
"""

from datetime import timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from news import responses
from news.day import day_of, start_of
from news.models import Article, IncomingFeed, IncomingItem, MachineTranslation, Mention

# More are not counted: the work of today is done by then, or the list is not looked at.
MOST = 99


class Waiting(NamedTuple):
    """How many wait, at most MOST + 1, and where they are listed."""

    label: str
    number: int
    url: str
    # Something went wrong, and stands first.
    is_trouble: bool = False
    # None is news as well.
    is_told_at_zero: bool = False

    @property
    def is_shown(self) -> bool:
        return self.number > 0 or self.is_told_at_zero

    @property
    def is_more(self) -> bool:
        return self.number > MOST


def count(rows: QuerySet[Any]) -> int:
    """How many, up to MOST + 1: as many rows are read, by an index, whatever there is besides."""
    return len(rows.order_by().values_list("pk")[: MOST + 1])


def waiting_for(user: Any) -> list[Waiting]:
    lines = []
    if user.has_perm("news.add_article"):
        lines.append(_own_drafts(user))
    if user.has_perm("news.publish_article"):
        lines += [_stuck(), _in_review(), _responses(), _scheduled_today()]
    if user.has_perm("news.translate_article"):
        lines.append(_translations(_("Translations out of date"), Article.Translation.STALE))
        lines.append(_failed_translations())
    if user.has_perm("news.change_any_article"):
        lines.append(_translations(_("Translations to be checked"), Article.Translation.UNCHECKED))
    if user.has_perm("news.change_mention"):
        found, url = Mention.objects.found(), "admin:news_mention_changelist"
        lines.append(Waiting(_("Proposed mentions"), count(found), reverse(url)))
    if user.has_perm("news.change_incomingitem"):
        items, url = IncomingItem.objects.waiting(), "admin:news_incomingitem_changelist"
        lines.append(Waiting(_("Items that feeds have brought"), count(items), reverse(url)))
    if user.has_perm("news.change_incomingfeed"):
        lines.append(_failing_feeds())
    return lines


def _own_drafts(user: Any) -> Waiting:
    drafts = Article.objects.at_the_desk().filter(state=Article.State.DRAFT, author=user.pk)
    url = _articles(state__exact="draft", author__id__exact=user.pk)
    return Waiting(_("My drafts"), count(drafts), url)


def _stuck() -> Waiting:
    label, url = _("Not published at their hour"), _articles(stuck_at__isnull=False)
    return Waiting(label, count(Article.objects.stuck()), url, is_trouble=True)


def _in_review() -> Waiting:
    submitted = Article.objects.filter(state=Article.State.IN_REVIEW)
    return Waiting(_("In review"), count(submitted), _articles(state__exact="in_review"))


def _responses() -> Waiting:
    url = reverse("admin:news_article_responses")
    return Waiting(_("Readers’ responses"), count(responses.waiting()), url)


def _scheduled_today() -> Waiting:
    end = start_of(day_of(timezone.now()) + timedelta(days=1))
    due = Article.objects.filter(state=Article.State.SCHEDULED, published_at__lt=end)
    url = _articles(state__exact="scheduled", published_at__lt=end.isoformat())
    return Waiting(_("To be published today"), count(due), url)


def _translations(label: str, state: str) -> Waiting:
    rows = Article.objects.filter(translation=state)
    return Waiting(label, count(rows), _articles(translation__exact=state))


def _failed_translations() -> Waiting:
    failed = count(MachineTranslation.objects.failed())
    label, url = _("Machine translations that failed"), _articles(machine="failed")
    return Waiting(label, failed, url, is_trouble=True)


def _failing_feeds() -> Waiting:
    ill = IncomingFeed.objects.filter(is_on=True, failures__gt=0)
    url = f"{reverse('admin:news_incomingfeed_changelist')}?ill=yes&is_on__exact=1"
    return Waiting(_("Feeds that can’t be read"), count(ill), url, is_trouble=True)


def _articles(**filters: Any) -> str:
    return f"{reverse('admin:news_article_changelist')}?{urlencode(filters)}"
