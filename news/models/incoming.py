"""Feeds of others that are read, and what they brought, until an editor has decided on it."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .article import Article
from .catalogue import Rubric, Source

# A reader of a feed that is silent for longer is dead: a worker's time for it ends before that.
LEASE = timedelta(minutes=5)
LONGEST_MARK = 300


class IncomingFeedQuerySet(models.QuerySet["IncomingFeed"]):
    def unclaimed(self, now: datetime) -> "IncomingFeedQuerySet":
        """Those that nobody is reading at the moment."""
        return self.filter(Q(claim=None) | Q(polled_at__lte=now - LEASE))

    def due(self, now: datetime | None = None) -> "IncomingFeedQuerySet":
        now = now or timezone.now()
        return self.unclaimed(now).filter(is_on=True, next_poll_at__lte=now)


class IncomingFeed(models.Model):
    """An RSS or Atom feed of a source: where it is, how it fares, and when it is read next."""

    class Trouble(models.TextChoices):
        BROKEN_OFF = "broken_off", _("Reading it was broken off")
        UNKNOWN_HOST = "unknown_host", _("Nobody knows the server’s name")
        PRIVATE = "private", _("The server is not on the public internet")
        UNREACHABLE = "unreachable", _("The server can’t be reached")
        CERTIFICATE = "certificate", _("The server’s certificate is not valid")
        TOO_SLOW = "too_slow", _("The server takes too long")
        REDIRECTS = "redirects", _("The server sends us on, and nowhere we could follow")
        STATUS = "status", _("The server answered with an error")
        GONE = "gone", _("The feed was given up: it is switched off here, too")
        GARBLED = "garbled", _("The answer is damaged")
        TOO_LARGE = "too_large", _("The feed is too large")
        ENTITIES = "entities", _("The feed declares entities of its own, as attacks do")
        NO_FEED = "no_feed", _("What is there is no feed")
        CROWDED = "crowded", _("Too many of its items wait for a decision")

    source = models.ForeignKey(
        Source, models.PROTECT, related_name="incoming_feeds", verbose_name=_("source")
    )
    url = models.URLField(
        _("address of the feed"),
        max_length=500,
        unique=True,
        help_text=_("RSS or Atom. It is read by itself, more often where more is new."),
    )
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    rubric = models.ForeignKey(
        Rubric,
        models.PROTECT,
        related_name="+",
        verbose_name=_("rubric"),
        help_text=_("Of drafts that are made of what it brings."),
    )
    is_on = models.BooleanField(_("switched on"), default=True)

    # Everything below is written by news.incoming.polling.
    next_poll_at = models.DateTimeField(_("next time"), default=timezone.now, editable=False)
    # Who reads it at the moment. Its attempt counts as failed until it has told how it went.
    claim = models.UUIDField(null=True, editable=False)
    polled_at = models.DateTimeField(_("last tried"), null=True, editable=False)
    read_at = models.DateTimeField(_("last read"), null=True, editable=False)
    interval = models.DurationField(default=timedelta(hours=1), editable=False)
    retry_at = models.DateTimeField(null=True, editable=False)  # what the server asked for
    failures = models.PositiveIntegerField(_("failures in a row"), default=0, editable=False)
    trouble = models.CharField(
        _("trouble"), max_length=12, choices=Trouble.choices, blank=True, editable=False
    )
    trouble_detail = models.CharField(max_length=300, blank=True, editable=False)
    moved_to = models.CharField(max_length=500, blank=True, editable=False)
    items_got = models.PositiveBigIntegerField(_("items brought"), default=0, editable=False)
    etag = models.CharField(max_length=LONGEST_MARK, blank=True, editable=False)
    last_modified = models.CharField(max_length=LONGEST_MARK, blank=True, editable=False)

    objects: ClassVar[models.Manager["IncomingFeed"]] = IncomingFeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("incoming feed")
        verbose_name_plural = _("incoming feeds")
        ordering = ["source__name_en", "pk"]
        indexes = [
            models.Index(fields=["next_poll_at"], name="feed_due", condition=Q(is_on=True)),
        ]

    def __str__(self) -> str:
        return self.url

    def is_being_read(self, now: datetime | None = None) -> bool:
        since = (now or timezone.now()) - LEASE
        return self.claim is not None and self.polled_at is not None and self.polled_at > since

    def forget_answers(self) -> list[str]:
        """It is another feed now: what its server said before means nothing. Returns the columns
        that are to be saved.
        """
        self.etag = self.last_modified = self.moved_to = ""
        self.trouble, self.trouble_detail, self.failures = "", "", 0
        self.retry_at, self.claim, self.next_poll_at = None, None, timezone.now()
        return [
            *("etag", "last_modified", "moved_to", "trouble", "trouble_detail", "failures"),
            *("retry_at", "claim", "next_poll_at"),
        ]


class IncomingItemQuerySet(models.QuerySet["IncomingItem"]):
    def waiting(self) -> "IncomingItemQuerySet":
        return self.filter(state=IncomingItem.State.WAITING)


class IncomingItem(models.Model):
    """What a feed brought, once: for editors alone until one of them makes a draft of it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        TAKEN = "taken", _("Taken as a draft")
        MERGED = "merged", _("Belongs to an article")
        DISMISSED = "dismissed", _("Dismissed")

    source = models.ForeignKey(
        Source, models.PROTECT, related_name="incoming_items", verbose_name=_("source")
    )
    # A feed that is deleted leaves what was decided: else its items would all come once more.
    feed = models.ForeignKey(
        IncomingFeed, models.SET_NULL, null=True, related_name="items", verbose_name=_("feed")
    )
    rubric = models.ForeignKey(Rubric, models.PROTECT, related_name="+", verbose_name=_("rubric"))
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    # A hash of what the feed knows it by: its id, else its address, else its words.
    key = models.CharField(max_length=64)
    link = models.CharField(_("address at the source"), max_length=500, blank=True)
    title = models.CharField(_("headline"), max_length=250)
    lead = models.TextField(_("lead"), blank=True)
    body = models.TextField(_("body"), blank=True)
    author = models.CharField(_("author"), max_length=160, blank=True)
    published_at = models.DateTimeField(_("published at the source"), null=True)
    received_at = models.DateTimeField(_("received"), auto_now_add=True)
    sketch = ArrayField(models.IntegerField(), default=list, editable=False)  # news.likeness

    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.WAITING, editable=False
    )
    article = models.ForeignKey(
        Article, models.SET_NULL, null=True, related_name="incoming_items", editable=False
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)

    objects: ClassVar[models.Manager["IncomingItem"]] = IncomingItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("incoming item")
        verbose_name_plural = _("incoming items")
        constraints = [
            models.UniqueConstraint(fields=["source", "key"], name="one_item_once"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "taken", "merged", "dismissed"]),
                name="item_state_known",
            ),
        ]
        indexes = [
            models.Index(fields=["-id"], name="item_waiting", condition=Q(state="waiting")),
            GinIndex(fields=["sketch"], name="item_sketch"),
        ]

    def __str__(self) -> str:
        return self.title
