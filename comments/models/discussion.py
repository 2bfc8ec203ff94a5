from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from news.models import Article


class Discussion(models.Model):
    """The comments of one article, counted.

    A row of its own, so that comments never wait for whoever counts the article's views. Its lock
    is what makes numbers unique: whoever adds a comment holds it. Made at the first comment.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        SLOW = "slow", _("Slow mode")
        PREMODERATED = "premoderated", _("Premoderated")
        CLOSED = "closed", _("Closed")

    article = models.OneToOneField(
        Article, models.CASCADE, primary_key=True, related_name="discussion"
    )
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.OPEN)
    next_seq = models.PositiveIntegerField(default=1, editable=False)
    visible_count = models.PositiveIntegerField(_("comments"), default=0, editable=False)
    last_at = models.DateTimeField(_("last comment at"), null=True, editable=False)
    last_comment = models.ForeignKey(
        "comments.Comment", models.SET_NULL, null=True, editable=False, related_name="+"
    )

    class Meta:
        verbose_name = _("discussion")
        verbose_name_plural = _("discussions")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["open", "slow", "premoderated", "closed"]),
                name="discussion_state_known",
            ),
            models.CheckConstraint(
                condition=Q(visible_count__lt=models.F("next_seq")),
                name="discussion_counts_no_more_than_numbered",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-last_at", "-article"],
                name="discussion_latest",
                condition=Q(last_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return str(self.article)

    @property
    def is_open(self) -> bool:
        return self.state != self.State.CLOSED

    def get_absolute_url(self) -> str:
        return reverse("comments:discussion", args=[self.article_id, self.article.address_slug])
