import logging
from collections.abc import Callable, Iterable

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

logger = logging.getLogger(__name__)

LONGEST_TOPICS = 2000  # an entry of a unique index has to fit into a third of a page


class TransitionRefused(Exception):
    """An edition can't go from its state to the one asked for; the text tells an editor why."""


def unless_refused(transition: Callable[[], None]) -> None:
    """For processes that act at once: somebody else may have been faster."""
    try:
        transition()
    except TransitionRefused as refusal:
        logger.info("%s", refusal)


class EditionQuerySet(models.QuerySet["Edition"]):
    def to_be_sent(self) -> "EditionQuerySet":
        """Those of whose deliveries some can go now; the oldest first."""
        return self.filter(_has_deliveries("ready_to_go"), state__in=Edition.GOING).order_by("pk")

    def all_sent(self) -> "EditionQuerySet":
        """Composed, and every delivery has its outcome."""
        composed = (Edition.State.READY, Edition.State.SENDING)
        return self.filter(~_has_deliveries("unfinished"), state__in=composed)

    def without_readers(self) -> "EditionQuerySet":
        """Never composed, since nobody is left to read it."""
        return self.filter(~_has_deliveries("unfinished"), state=Edition.State.BUILDING)

    def on_the_web(self) -> "EditionQuerySet":
        """Those with a page, as long as any of their articles is public."""
        from news.models import Article

        public = EditionItem.objects.filter(
            edition=OuterRef("pk"), article__in=Article.objects.published()
        )
        return self.filter(Exists(public), shown_on__isnull=False).defer("message")

    def with_latecomers(self) -> "EditionQuerySet":
        """Sent, and then something was queued again."""
        from .delivery import Delivery

        waiting = Delivery.objects.waiting().values("edition")
        return self.filter(pk__in=waiting, state=Edition.State.DONE)


def _has_deliveries(which: str) -> Exists:
    from .delivery import Delivery

    return Exists(getattr(Delivery.objects, which)().filter(edition=OuterRef("pk")))


class Edition(models.Model):
    """One digest as composed: the same for everyone with its language, topics and time span.

    Its articles are chosen when it is planned, and it is rendered once, by its first sender:
    `message` is a whole MIME message with marks where recipients differ (subscriptions.stencil).
    """

    class State(models.TextChoices):
        BUILDING = "building", _("Being composed")
        READY = "ready", _("Ready")
        SENDING = "sending", _("Being sent")
        PAUSED = "paused", _("Paused")
        DONE = "done", _("Sent")
        CANCELLED = "cancelled", _("Cancelled")
        ATTENTION = "attention", _("Needs attention")

    GOING = (State.BUILDING, State.READY, State.SENDING)

    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    # "" for all topics, else the sorted ids, "rubric:3 entity:17" (subscriptions.topics).
    topics = models.CharField(_("topics"), max_length=LONGEST_TOPICS, blank=True)
    since = models.DateTimeField(_("articles since"))
    cut_at = models.DateTimeField(_("articles until"))
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.BUILDING
    )
    subject = models.CharField(_("subject"), max_length=250, blank=True)
    message = models.BinaryField(null=True, editable=False)
    attention = models.CharField(_("what is wrong"), max_length=500, blank=True)
    # Since when its failures count: a person who lets it go on has seen the older ones.
    watched_since = models.DateTimeField(null=True, editable=False)
    # The day of the site's calendar whose digest it is on the web (subscriptions.past).
    shown_on = models.DateField(_("on the web as the digest of"), null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        constraints = [
            models.UniqueConstraint(
                fields=["language", "topics", "since", "cut_at"], name="edition_once"
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "building",
                        "ready",
                        "sending",
                        "paused",
                        "done",
                        "cancelled",
                        "attention",
                    ]
                ),
                name="edition_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["building", "cancelled"]) | Q(message__isnull=False),
                name="edition_sent_only_when_composed",
            ),
            models.UniqueConstraint(
                fields=["language", "shown_on"],
                name="one_digest_a_day_on_the_web",
                condition=Q(shown_on__isnull=False),
            ),
            models.CheckConstraint(
                condition=Q(since__lt=models.F("cut_at")), name="edition_spans_time"
            ),
        ]
        indexes = [
            models.Index(
                fields=["cut_at"],
                name="edition_unfinished",
                condition=Q(state__in=["building", "ready", "sending"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.cut_at:%Y-%m-%d %H:%M} {self.language} {self.topics}".strip()

    # Transitions: one method for each, refused ones raise TransitionRefused. Each is one statement
    # that looks at the row's state, not at this object's, since senders and editors act at once.

    def finish_composing(self, subject: str, message: bytes) -> None:
        self.subject, self.message = subject, message
        self._enter(self.State.READY, {self.State.BUILDING}, subject=subject, message=message)

    def start(self) -> None:
        self._enter(self.State.SENDING, {self.State.READY})

    def pause(self) -> None:
        self._enter(self.State.PAUSED, {self.State.READY, self.State.SENDING, self.State.ATTENTION})

    def resume(self) -> None:
        sources = {self.State.PAUSED, self.State.ATTENTION}
        self._enter(self.State.SENDING, sources, attention="", watched_since=Now())

    def ask_for_attention(self, reason: str = "") -> None:
        """Stop: something is wrong that only a person can mend."""
        sources = {self.State.READY, self.State.SENDING}
        self._enter(self.State.ATTENTION, sources, attention=reason[:500])

    def finish(self) -> None:
        self._enter(self.State.DONE, {self.State.READY, self.State.SENDING})

    def reopen(self) -> None:
        """There are deliveries again: a latecomer, or one that is to be sent again."""
        self._enter(self.State.SENDING, {self.State.DONE})

    def cancel(self) -> None:
        """Send no more of it. What is under way ends; what waits is skipped by the next tick."""
        self._enter(self.State.CANCELLED, set(self.State) - {self.State.DONE, self.State.CANCELLED})

    def _enter(
        self, state: "Edition.State", sources: Iterable["Edition.State"], **also: object
    ) -> None:
        changed = Edition.objects.filter(pk=self.pk, state__in=sources).update(state=state, **also)
        self.refresh_from_db(fields=["state"])
        if not changed:
            raise TransitionRefused(
                _("Not possible while it is “%(state)s”.") % {"state": self.get_state_display()}
            )


class EditionItem(models.Model):
    """An article's place in an edition, frozen when it was planned."""

    edition = models.ForeignKey(
        Edition, models.CASCADE, related_name="items", verbose_name=_("edition")
    )
    article = models.ForeignKey(
        "news.Article", models.CASCADE, related_name="+", verbose_name=_("article")
    )
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "article"], name="edition_item_once"),
            models.UniqueConstraint(fields=["edition", "position"], name="edition_position_once"),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.article_id}"
