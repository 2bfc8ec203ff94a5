"""What passes between a reader who responds to an article and the editors."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .article import Article

LONGEST_NOTE = 2_000


class ExchangeQuerySet(models.QuerySet["Exchange"]):
    def waiting(self) -> "ExchangeQuerySet":
        """Those that editors have to decide on."""
        return self.filter(article__state=Article.State.IN_REVIEW)

    def untold(self) -> "ExchangeQuerySet":
        """Those of which something was decided that their writer hasn't been told of."""
        is_out = Q(article__state=Article.State.PUBLISHED)
        is_answered = Q(told="") & ~Q(answer="")
        return self.exclude(told=Exchange.Told.OUT).filter(is_out | is_answered)


class Exchange(models.Model):
    """Beside the article that a reader writes in response to another one.

    The article's own state says where it stands: a draft until it is sent, in review, and so on.
    """

    class Answer(models.TextChoices):
        RETURNED = "returned", _("Returned with a note")
        DECLINED = "declined", _("Declined")

    class Told(models.TextChoices):
        ANSWER = "answer", _("The answer")
        OUT = "out", _("That it is published")

    article = models.OneToOneField(
        Article, models.CASCADE, primary_key=True, related_name="exchange"
    )
    # When it was sent in last. None: nobody but its writer has seen it.
    sent_at = models.DateTimeField(null=True)
    # What the editors said when they did not take it as it was, and who of them.
    answer = models.CharField(max_length=8, choices=Answer.choices, blank=True)
    note = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    # What was told by mail of the above. Empty: nothing yet.
    told = models.CharField(max_length=6, choices=Told.choices, blank=True)

    objects: ClassVar[ExchangeQuerySet] = ExchangeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="") | ~Q(note=""), name="exchange_answer_says_why"
            ),
        ]
        indexes = [
            models.Index(fields=["article"], name="exchange_open", condition=~Q(told="out")),
        ]

    @property
    def standing(self) -> str:
        """How the response fares, for who wrote it: a draft that was returned is no mere draft."""
        state = Article.State(self.article.state)
        words = {
            Article.State.IN_REVIEW: _("With the editors"),
            Article.State.BINNED: self.Answer.DECLINED.label,
        }
        if self.answer:
            words[Article.State.DRAFT] = self.Answer.RETURNED.label
        return str(words.get(state, state.label))

    def __str__(self) -> str:
        return f"#{self.pk}"
