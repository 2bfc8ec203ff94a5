from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from news.models import Article

from .comment import Comment
from .discussion import Discussion


class Follow(models.Model):
    """A reader wants to hear of new comments in a discussion."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="follows")
    discussion = models.ForeignKey(Discussion, models.CASCADE, related_name="follows")
    seen_seq = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "discussion"], name="follow_once")]

    def __str__(self) -> str:
        return f"{self.user} → {self.discussion}"


class Mute(models.Model):
    """A reader does not want to see another one's comments."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mutes")
    muted = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "muted"], name="mute_once"),
            models.CheckConstraint(condition=~Q(user=F("muted")), name="nobody_mutes_themselves"),
        ]

    def __str__(self) -> str:
        return f"{self.user} × {self.muted}"


class NotificationPreferences(models.Model):
    """Of what a reader is told by mail, and how often. No row: as the defaults say."""

    class Mail(models.TextChoices):
        OFF = "off", _("Never")
        SOON = "soon", _("Soon, several in one letter")
        DAILY = "daily", _("Once a day")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        primary_key=True,
        related_name="notification_preferences",
    )
    reply = models.CharField(
        _("Replies to my comments"), max_length=5, choices=Mail.choices, default=Mail.SOON
    )
    mention = models.CharField(
        _("Comments that mention me"), max_length=5, choices=Mail.choices, default=Mail.SOON
    )
    follow = models.CharField(
        _("New comments in discussions that I follow"),
        max_length=5,
        choices=Mail.choices,
        default=Mail.DAILY,
    )
    hour = models.PositiveSmallIntegerField(
        _("The daily letter comes at"),
        choices=[(hour, f"{hour:02}:00") for hour in range(24)],
        default=8,
    )
    # Refused by its mail server for good; nothing is sent there until they save this again.
    returned_email = models.EmailField(max_length=254, blank=True, editable=False)

    class Meta:
        constraints = [
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{kind}__in": ["off", "soon", "daily"]}),
                    name=f"notification_{kind}_mail_known",
                )
                for kind in ("reply", "mention", "follow")
            ),
            models.CheckConstraint(
                condition=Q(hour__range=(0, 23)), name="notification_hour_exists"
            ),
        ]

    def __str__(self) -> str:
        return f"notifications of {self.user}"

    @classmethod
    def of(cls, reader: Any) -> "NotificationPreferences":
        """The reader's own or, unsaved, the defaults."""
        try:
            own: NotificationPreferences = reader.notification_preferences
        except cls.DoesNotExist:
            return cls(user=reader)
        return own

    def mode(self, kind: str) -> str:
        """How they hear by mail of what a `Notification.Kind` tells of."""
        return str(getattr(self, kind))


class NotificationLetter(models.Model):
    """A mail that tells a reader of some notifications.

    Its row is there before the mail is handed to the server, so that no notification is ever in two
    of them: what becomes of it is written down afterwards, or nobody knows.
    """

    class State(models.TextChoices):
        SENDING = "sending", _("sending")
        SENT = "sent", _("sent")
        UNCERTAIN = "uncertain", _("uncertain")
        REFUSED = "refused", _("refused")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="notification_letters",
        verbose_name=_("reader"),
    )
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.SENDING
    )
    answer = models.CharField(_("what the mail server said"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("begun at"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished at"), null=True)

    class Meta:
        verbose_name = _("letter about comments")
        verbose_name_plural = _("letters about comments")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="sending", finished_at=None)
                | Q(state__in=["sent", "uncertain", "refused"], finished_at__isnull=False),
                name="notification_letter_finished_or_not",
            ),
            models.UniqueConstraint(
                fields=["user"],
                name="notification_letter_one_at_a_time",
                condition=Q(state="sending"),
            ),
        ]
        indexes = [
            models.Index(
                fields=["created_at"],
                name="notification_letter_open",
                condition=Q(state="sending"),
            )
        ]

    def __str__(self) -> str:
        return f"letter {self.pk} to {self.user}"


class NotificationQuerySet(models.QuerySet["Notification"]):
    def unseen(self) -> "NotificationQuerySet":
        return self.filter(seen_at=None)

    def readable(self) -> "NotificationQuerySet":
        """Of comments that can still be read."""
        return self.filter(
            comment__status=Comment.Status.VISIBLE,
            comment__discussion__article__state=Article.State.PUBLISHED,
        )

    def wanted(self) -> "NotificationQuerySet":
        """Readable, and not by anybody whom the reader has muted or whose account is closed."""
        muted = Mute.objects.filter(user=OuterRef("user"), muted=OuterRef("comment__author"))
        return self.readable().filter(~Exists(muted), comment__author__is_active=True)

    def owed(self, now: datetime) -> "NotificationQuerySet":
        """Those that a mail is due for."""
        return self.filter(mail_due_at__lte=now)

    def with_articles(self, language: str | None = None) -> "NotificationQuerySet":
        """Each with its comment, who wrote it, and the article in a language. Two queries more."""
        articles = Article.objects.published().in_language(language)
        return self.select_related("comment__author").prefetch_related(
            Prefetch("comment__discussion", Discussion.objects.all()),
            Prefetch("comment__discussion__article", articles),
        )


class Notification(models.Model):
    """A comment that a reader is to be told of, once for each reason."""

    class Kind(models.TextChoices):
        REPLY = "reply", _("Reply to you")
        MENTION = "mention", _("You were mentioned")
        FOLLOW = "follow", _("Discussion you follow")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications")
    comment = models.ForeignKey(Comment, models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    created_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(null=True)
    # From when on it may go into a letter; None where no letter shall tell of it, or one has.
    mail_due_at = models.DateTimeField(null=True)
    letter = models.ForeignKey(
        NotificationLetter, models.SET_NULL, null=True, related_name="notifications"
    )

    objects = NotificationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "comment", "kind"], name="notification_once"),
            models.CheckConstraint(
                condition=Q(letter=None) | Q(mail_due_at=None), name="notification_in_one_letter"
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-id"], name="notification_newest"),
            models.Index(fields=["user"], name="notification_unseen", condition=Q(seen_at=None)),
            models.Index(
                fields=["mail_due_at", "user"],
                name="notification_owed",
                condition=Q(mail_due_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.user}"
