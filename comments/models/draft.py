from django.conf import settings
from django.db import models
from django.urls import reverse

from news.models import Article

from .comment import Comment


class DraftQuerySet(models.QuerySet["Draft"]):
    def unposted(self) -> "DraftQuerySet":
        """Without those whose comment is there: a late autosave may have come after it."""
        posted = Comment.objects.filter(submission_key=models.OuterRef("submission_key"))
        return self.filter(~models.Exists(posted))


class Draft(models.Model):
    """What a reader has begun to write: one text for each place, an article or a comment to answer.

    Saved while they type, offered again wherever they log in, gone once it is posted.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts")
    article = models.ForeignKey(Article, models.CASCADE, related_name="+")
    parent = models.ForeignKey(Comment, models.CASCADE, null=True, related_name="+")
    body = models.TextField()
    language = models.CharField(max_length=5, choices=settings.LANGUAGES, blank=True)
    # Of the form it was typed into.
    submission_key = models.UUIDField(null=True)
    saved_at = models.DateTimeField(auto_now=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "article", "parent"],
                name="draft_once_for_each_place",
                nulls_distinct=False,
            )
        ]
        indexes = [
            models.Index(fields=["user", "-saved_at"], name="draft_by_user"),
            models.Index(fields=["saved_at"], name="draft_oldest"),
        ]

    @property
    def url(self) -> str:
        """Of the form that it stands in."""
        address = [self.article.pk, self.article.address_slug]
        if self.parent:
            return reverse("comments:reply", args=[*address, self.parent.seq])
        return reverse("comments:create", args=address)

    def __str__(self) -> str:
        return self.body[:40]
