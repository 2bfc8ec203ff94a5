"""What readers report, what moderators decide, and the word that authors get of it."""

from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from news.models import Article

from .comment import Comment
from .discussion import Discussion


class CommentReport(models.Model):
    """A reader asks a moderator to look at a comment."""

    class Reason(models.TextChoices):
        """Which rule of the house is broken; moderators name the same ones."""

        SPAM = "spam", _("Spam or advertising")
        ABUSE = "abuse", _("Insult or threat")
        HATE = "hate", _("Hatred")
        PRIVATE = "private", _("Somebody’s private data")
        OFF_TOPIC = "off_topic", _("Beside the subject")
        OTHER = "other", _("Something else")

    comment = models.ForeignKey(
        Comment, models.CASCADE, related_name="reports", verbose_name=_("comment")
    )
    # Empty once they have deleted their account: what they reported is still to be looked at.
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="comment_reports",
        verbose_name=_("who reports"),
    )
    reason = models.CharField(_("reason"), max_length=10, choices=Reason.choices)
    note = models.CharField(_("note"), max_length=500, blank=True)
    is_open = models.BooleanField(_("open"), default=True)
    # By a reader in good standing: enough of these hide the comment until a moderator has looked.
    is_counted = models.BooleanField(_("counts towards hiding"), default=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints = [models.UniqueConstraint(fields=["reporter", "comment"], name="report_once")]
        indexes = [
            models.Index(fields=["created_at"], name="report_queue", condition=Q(is_open=True))
        ]

    def __str__(self) -> str:
        return f"{self.comment}: {self.get_reason_display()}"


class ModerationEventQuerySet(models.QuerySet["ModerationEvent"]):
    def in_context(self) -> "ModerationEventQuerySet":
        """With all that a line of the log shows, in a fixed number of queries."""
        whole = ModerationEvent.objects.filter(act=OuterRef("act")).order_by()
        size = whole.values("act").annotate(size=Count("pk")).values("size")
        return (
            self.annotate(act_size=Subquery(size))
            .select_related("moderator", "subject", "comment", "undoes", "undone_by__moderator")
            .prefetch_related(
                Prefetch("discussion", Discussion.objects.all()),
                Prefetch("discussion__article", Article.objects.in_language()),
            )
        )

    def firsts(self) -> "ModerationEventQuerySet":
        """One for each act."""
        earlier = ModerationEvent.objects.filter(act=OuterRef("act"), pk__lt=OuterRef("pk"))
        return self.filter(~Exists(earlier))

    def standing(self) -> "ModerationEventQuerySet":
        """What can be undone and was not."""
        return self.filter(undone_by=None).exclude(action__in=ModerationEvent.FINAL)

    def about_state(self) -> "ModerationEventQuerySet":
        """What was done to discussions as such, and undone of it."""
        return self.filter(comment=None, subject=None)


class ModerationEvent(models.Model):
    """What a moderator, or a rule, did to a comment, a discussion or a reader, and why.

    Only ever added: the database refuses to change or delete one (migration 0002), except that what
    it names may disappear, and its note with it.
    """

    class Action(models.TextChoices):
        HOLD = "hold", _("Held for review")
        APPROVE = "approve", _("Approved")
        HIDE = "hide", _("Hidden")
        SPAM = "spam", _("Marked as spam")
        RESTORE = "restore", _("Restored")
        BAN = "ban", _("Banned")
        UNBAN = "unban", _("Ban lifted")
        WARN = "warn", _("Warned")
        OPEN = "open", _("Discussion opened")
        SLOW = "slow", _("Discussion slowed down")
        PREMODERATE = "premoderate", _("Discussion premoderated")
        CLOSE = "close", _("Discussion closed")
        UNDO = "undo", _("Undone")
        REFUSE = "refuse", _("Appeal refused")

    FINAL = (Action.UNDO, Action.REFUSE)

    # What was done in one go, and is undone in one go, has one number.
    act = models.UUIDField(_("act"), default=uuid4)
    action = models.CharField(_("action"), max_length=12, choices=Action.choices)
    # Empty when rules did it; these are their names.
    moderator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="moderation_events",
        verbose_name=_("moderator"),
    )
    rules = ArrayField(models.CharField(max_length=20), default=list, verbose_name=_("rules"))
    # What it was done to: of a comment all three are there.
    comment = models.ForeignKey(
        Comment,
        models.SET_NULL,
        null=True,
        related_name="moderation_events",
        verbose_name=_("comment"),
    )
    discussion = models.ForeignKey(
        Discussion,
        models.SET_NULL,
        null=True,
        related_name="moderation_events",
        verbose_name=_("discussion"),
    )
    subject = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="suffered_events",
        verbose_name=_("whom it concerns"),
    )
    reason = models.CharField(
        _("reason"), max_length=10, choices=CommentReport.Reason.choices, blank=True
    )
    note = models.CharField(_("note"), max_length=1000, blank=True)
    before = models.JSONField(
        _("what was before"), default=dict, help_text="What an undo brings back."
    )
    undoes = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        related_name="undone_by",
        verbose_name=_("what it undoes"),
    )
    created_at = models.DateTimeField(_("created at"), default=timezone.now)

    objects = ModerationEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("moderation event")
        verbose_name_plural = _("moderation log")
        constraints = [
            models.CheckConstraint(
                condition=Q(action="undo", undoes__isnull=False)
                | (~Q(action="undo") & Q(undoes=None)),
                name="moderation_undo_names_what",
            ),
        ]
        indexes = [
            models.Index(fields=["act"], name="moderation_act"),
            models.Index(fields=["-created_at"], name="moderation_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()} {self.comment or self.discussion or self.subject}"

    @property
    def is_undoable(self) -> bool:
        return self.action not in self.FINAL and not hasattr(self, "undone_by")
