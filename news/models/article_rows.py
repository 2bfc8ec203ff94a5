"""Which articles: the public, the due, the pinned, those of a reader."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import Case, F, FilteredRelation, OrderBy, Q, When
from django.db.models.functions import Coalesce, Now
from django.utils import timezone
from django.utils.translation import get_language

from .article_states import ArticleState

if TYPE_CHECKING:
    from .article import Article  # noqa: F401 (named in a string)

# A pin that has run out is none: by its hour, since no task comes in time.
PINNED = Q(is_pinned=True) & (Q(pinned_until=None) | Q(pinned_until__gt=Now()))


class ArticleQuerySet(models.QuerySet["Article"]):
    def published(self) -> "ArticleQuerySet":
        """What the public may see: the one definition for pages, feeds, sitemaps and digests."""
        return self.filter(state=ArticleState.PUBLISHED)

    def responses_by(self, reader: AbstractBaseUser) -> "ArticleQuerySet":
        return self.filter(author=reader.pk, response_to__isnull=False)

    def addressable(self) -> "ArticleQuerySet":
        """What has a page: the published, and the retracted with their tombstone."""
        return self.filter(state__in=[ArticleState.PUBLISHED, ArticleState.RETRACTED])

    def retracted_since(self, moment: datetime) -> "ArticleQuerySet":
        return self.filter(state=ArticleState.RETRACTED, updated_at__gte=moment)

    def untold(self, since: datetime) -> "ArticleQuerySet":
        """Public ones that changed, `since` then, after what the hub of the feeds was told of."""
        never_or_before = Q(hub_told_at=None) | Q(hub_told_at__lt=F("updated_at"))
        return self.addressable().filter(never_or_before, updated_at__gte=since)

    def due(self, now: datetime | None = None) -> "ArticleQuerySet":
        """Scheduled articles whose hour has come and whose embargo has passed."""
        now = now or timezone.now()
        return self.filter(
            Q(embargo_until=None) | Q(embargo_until__lte=now),
            state=ArticleState.SCHEDULED,
            published_at__lte=now,
        )

    def stuck(self) -> "ArticleQuerySet":
        """Those that could not be published when their hour had come."""
        return self.filter(stuck_at__isnull=False)

    def raise_version(self) -> None:
        """They, or what hangs on them, have changed: forms opened before are out of date.

        What kept them from being published may be mended.
        """
        self.update(version=F("version") + 1, stuck_at=None)

    def pinned(self) -> "ArticleQuerySet":
        """What leads the front page now, in the editors' order."""
        place = F("pin_position").asc(nulls_last=True)
        return self.published().filter(PINNED).order_by(place, "-published_at", "-pk")

    def pinned_first(self, *others: OrderBy | str) -> "ArticleQuerySet":
        """Those in the editors' order, then the rest by `others`."""
        first = Case(When(PINNED, then=0), default=1)
        place = Case(When(PINNED, then=F("pin_position"))).asc(nulls_last=True)
        return self.order_by(first, place, *others)

    def with_pin(self) -> "ArticleQuerySet":
        """Sets `pin_ends_at`: the end of a pin that holds and has one."""
        return self.annotate(pin_ends_at=Case(When(PINNED, then=F("pinned_until"))))

    def newest_first(self) -> "ArticleQuerySet":
        return self.order_by("-published_at", "-pk")

    def at_the_desk(self) -> "ArticleQuerySet":
        """All but what readers have begun to write and not sent in: that is theirs alone."""
        unsent = Q(exchange__isnull=False, exchange__sent_at=None)
        return self.exclude(unsent, state=ArticleState.DRAFT)

    def in_language(self, language: str | None = None) -> "ArticleQuerySet":
        """Sets `title`, `slug`, `lead` and `language` on each article.

        They are those of its text in `language` (the reader's by default), else of its original.
        One query; the bodies stay in the database.
        """
        language = language or get_language() or settings.LANGUAGE_CODE
        columns = {
            name: Coalesce(f"own_text__{name}", f"original_text__{name}")
            for name in ("title", "slug", "lead", "language")
        }
        return self.annotate(
            own_text=FilteredRelation("texts", condition=Q(texts__language=language)),
            original_text=FilteredRelation(
                "texts", condition=Q(texts__language=F("original_language"))
            ),
        ).annotate(**columns)

    def for_cards(self, language: str | None = None) -> "ArticleQuerySet":
        """Everything a card in a list shows, in one query."""
        return self.in_language(language).select_related("rubric", "source", "image")
