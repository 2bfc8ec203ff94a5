"""The digests of the last days as a feed, in every format that the news has."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from news.addresses import absolute
from news.body import writable
from news.feed_entries import Entry
from news.feed_formats import FORMATS
from news.feeds import NewsFeed
from subscriptions.past import PastDigest

LONGEST = 20


def feed_url(ending: str) -> str:
    return reverse("digests:feed", args=[ending])


def feed_title() -> str:
    return _("The digests of %(site_name)s") % {"site_name": settings.SITE_NAME}


class DigestFeed(NewsFeed):
    """An entry for each day, with its headlines and what stands below them."""

    def __init__(self, ending: str, digests: Sequence[PastDigest]) -> None:
        self.feed_type = FORMATS[ending]
        self.entries = [_entry(digest) for digest in digests if digest.articles]
        self.title = writable(feed_title())
        self.author_name = writable(settings.SITE_NAME)
        self.description = self.subtitle = self.title
        self.link = absolute(reverse("digests:past"))
        self.feed_url = self.feed_guid = absolute(feed_url(ending))


def _entry(digest: PastDigest) -> Entry:
    edition = digest.edition
    host = urlsplit(settings.SITE_URL).hostname
    moments = [edition.cut_at, *(article.updated_at for article in digest.articles)]
    with timezone.override(None):
        content = render_to_string("subscriptions/past_feed_entry.html", {"digest": digest})
        day = formats.date_format(digest.day, "j E Y")
    return Entry(
        id=f"tag:{host},{digest.day:%Y-%m-%d}:digests/{edition.language}",
        url=absolute(reverse("digests:edition", args=[digest.day])),
        title=_("Digest of %(day)s") % {"day": day},
        language=edition.language,
        summary=writable(" · ".join(article.title for article in digest.articles)),
        content=writable(content),
        published_at=edition.cut_at,
        updated_at=max(moments),
        author=writable(settings.SITE_NAME),
        categories=[],
        rights="",
        licence_url="",
        source_url="",
        picture=None,
    )
