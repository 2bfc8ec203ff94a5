"""The states of an article: how it gets from one into another, and what is said where it can't."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, cast

from django.db import models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from news import generations

from .audit import Actor, AuditEntry

if TYPE_CHECKING:
    from .article import Article


class ArticleState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    SCHEDULED = "scheduled", _("Scheduled")
    PUBLISHED = "published", _("Published")
    RETRACTED = "retracted", _("Retracted")
    BINNED = "binned", _("In the bin")


class TransitionRefused(Exception):
    """An article can't go from its state to the one asked for; `reasons` tell an editor why."""

    def __init__(self, *reasons: object) -> None:
        super().__init__("; ".join(str(reason) for reason in reasons))
        self.reasons = reasons


class ArticleStates(models.Model):
    """Where an article stands on its way to the public, and each step that it may take."""

    State = ArticleState

    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.DRAFT, editable=False
    )
    published_at = models.DateTimeField(
        _("published at"), null=True, blank=True, help_text=_("Or when it is to be published.")
    )
    embargo_until = models.DateTimeField(_("embargo until"), null=True, blank=True)
    # When its hour had come and it could not be published: until somebody changes it, it isn't
    # tried again at once, and those behind it pass (news.publishing).
    stuck_at = models.DateTimeField(null=True, editable=False)
    retraction_en = models.TextField(_("why retracted, in English"), blank=True)
    retraction_ru = models.TextField(_("why retracted, in Russian"), blank=True)

    # Said by Article, the one model that has these states.
    missing_for_publication: Callable[[], list[str]]

    class Meta:
        abstract = True

    @property
    def is_public(self) -> bool:
        """Whether it has a page: it is published, or was and has a tombstone."""
        return self.state in (self.State.PUBLISHED, self.State.RETRACTED)

    @property
    def must_be_complete(self) -> bool:
        """Whether readers know of it or soon will: its rights and its original must stay then."""
        return self.state in (self.State.SCHEDULED, self.State.PUBLISHED, self.State.RETRACTED)

    # Transitions: one method for each, refused ones raise TransitionRefused. `by` is who asked for
    # it, None where the hour did. Each is in the audit log.

    def submit_for_review(self, by: Actor = None) -> None:
        self._leave(self.State.DRAFT)
        self._enter(self.State.IN_REVIEW, by)

    def return_to_draft(self, by: Actor = None, why: str = "") -> None:
        """For more work; `why` is what its author has to know."""
        self._leave(self.State.IN_REVIEW, self.State.SCHEDULED)
        self._enter(self.State.DRAFT, by, why)

    def schedule(self, by: Actor = None) -> None:
        """Publish at `published_at`, which lies ahead."""
        self._leave(self.State.DRAFT, self.State.IN_REVIEW)
        self._require_publishable()
        if self.published_at is None or self.published_at <= timezone.now():
            raise TransitionRefused(_("Scheduling needs a time that lies ahead."))
        self._enter(self.State.SCHEDULED, by)

    def publish(self, now: datetime | None = None, by: Actor = None) -> None:
        now = now or timezone.now()
        self._leave(self.State.DRAFT, self.State.IN_REVIEW, self.State.SCHEDULED)
        self._require_publishable()
        if self.embargo_until and self.embargo_until > now:
            raise TransitionRefused(_("The embargo has not passed."))
        if self.published_at is None or self.published_at > now:
            self.published_at = now
        self._enter(self.State.PUBLISHED, by)

    def retract(self, reason_en: str, reason_ru: str, by: Actor = None) -> None:
        """Take it back in public: its address will say why."""
        self._leave(self.State.PUBLISHED)
        if not (reason_en and reason_ru):
            raise TransitionRefused(_("A retraction says why, in both languages."))
        self.retraction_en, self.retraction_ru = reason_en, reason_ru
        self._enter(self.State.RETRACTED, by, why=f"{reason_en} / {reason_ru}")

    def bin(self, by: Actor = None) -> None:
        self._leave(self.State.DRAFT, self.State.IN_REVIEW)
        self._enter(self.State.BINNED, by)

    def restore(self, by: Actor = None) -> None:
        self._leave(self.State.BINNED)
        self._enter(self.State.DRAFT, by)

    def _leave(self, *states: ArticleState) -> None:
        if self.state not in states:
            raise TransitionRefused(
                _("Not possible while it is “%(state)s”.") % {"state": self.get_state_display()}
            )

    def _require_publishable(self) -> None:
        if missing := self.missing_for_publication():
            raise TransitionRefused(
                _("Publishing still needs: %(things)s.") % {"things": ", ".join(missing)}
            )

    @transaction.atomic
    def _enter(self, state: ArticleState, by: Actor, why: str = "") -> None:
        """Write the new state only where the row is still in the old one: two editors, one wins."""
        article = cast("Article", self)
        old, self.state = self.state, state
        changed = (
            type(article)
            .objects.filter(pk=self.pk, state=old)
            .update(
                state=state,
                published_at=self.published_at,
                stuck_at=None,
                retraction_en=self.retraction_en,
                retraction_ru=self.retraction_ru,
                updated_at=timezone.now(),
                version=F("version") + 1,
            )
        )
        if not changed:
            self.state = old
            raise TransitionRefused(_("Somebody else has changed its state meanwhile."))
        article.revisions.record(article, by=by)
        action, change = AuditEntry.Action.STATE, f"{old} {state}"
        AuditEntry.objects.record(by, action, self, detail=change, why=why)
        if self.is_public or old == self.State.PUBLISHED:
            generations.bump(generations.NEWS)
