from django.db import models
from django.utils import timezone


class ViewBatch(models.Model):
    """A batch of views that the articles' counters already hold, so that none is added twice."""

    id = models.UUIDField(primary_key=True)
    applied_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return str(self.pk)
