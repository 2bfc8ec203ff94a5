from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class BulkChange(models.Model):
    """What was changed in many articles at once, and what it takes to undo it."""

    class Kind(models.TextChoices):
        STATE = "state", _("State")
        RUBRIC = "rubric", _("Rubric")
        MENTION = "mention", _("Mention")
        RIGHTS = "rights", _("Rights and credit")

    kind = models.CharField(max_length=8, choices=Kind.choices)
    # What was chosen, by the names of the form's fields, and in words.
    choice = models.JSONField()
    words = models.CharField(max_length=500)
    # [{"article": number, "version": after the change, "was": what it takes to undo it}]
    done = models.JSONField()
    # [{"article": number, "why": in words}]
    refused = models.JSONField()
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    # As `refused`: what was not undone.
    kept = models.JSONField(default=list)

    def __str__(self) -> str:
        return self.words
