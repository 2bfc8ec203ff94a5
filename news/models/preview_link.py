from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone

from .article import Article


class PreviewLinkQuerySet(models.QuerySet["PreviewLink"]):
    def working(self, now: datetime | None = None) -> "PreviewLinkQuerySet":
        return self.filter(revoked_at=None, expires_at__gt=now or timezone.now())


class PreviewLink(models.Model):
    """Shows an article before it is out to whoever was given its address, for a while."""

    article = models.ForeignKey(
        Article, models.CASCADE, related_name="preview_links", db_index=False
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    objects = PreviewLinkQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["article", "-id"], name="preview_link_newest")]

    def __str__(self) -> str:
        return f"{self.expires_at:%Y-%m-%d %H:%M:%S}"

    @property
    def is_working(self) -> bool:
        return self.revoked_at is None and self.expires_at > timezone.now()
