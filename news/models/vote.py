from django.conf import settings
from django.db import models

from .article import Article


class ArticleVote(models.Model):
    """A reader's vote on an article: one for each, changeable."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="votes")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="article_votes")
    value = models.SmallIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "article"], name="article_vote_once"),
            models.CheckConstraint(
                condition=models.Q(value__in=[-1, 1]), name="article_vote_up_or_down"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value:+d}"
