from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .comment import Comment


class SpamPhrase(models.Model):
    """A word, or some in a row, for which comments are held. Plain text: no patterns."""

    class Holds(models.TextChoices):
        NOT_TRUSTED = "not_trusted", _("comments of readers who are not trusted yet")
        EVERYBODY = "everybody", _("everybody’s comments")

    text = models.CharField(
        _("word or phrase"),
        max_length=100,
        unique=True,
        help_text=_("Case, ё and е, and letters that look alike make no difference."),
    )
    holds = models.CharField(
        _("holds"), max_length=12, choices=Holds.choices, default=Holds.NOT_TRUSTED
    )
    has_endings = models.BooleanField(
        _("with other endings"),
        default=False,
        help_text=_("Up to three more letters at its end: кредит, кредита, кредитов."),
    )
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)

    class Meta:
        ordering = ["text"]
        verbose_name = _("suspicious phrase")
        verbose_name_plural = _("suspicious phrases")

    def __str__(self) -> str:
        return self.text


class Fingerprint(models.Model):
    """What a recent comment is recognised by when something like it is written again."""

    comment = models.OneToOneField(
        Comment, models.CASCADE, primary_key=True, related_name="fingerprint"
    )
    sketch = ArrayField(models.IntegerField())
    # Hosts, or pages at places where everybody can have one, that it links to.
    places = ArrayField(models.CharField(max_length=80))
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            GinIndex(fields=["sketch"], name="fingerprint_sketch"),
            GinIndex(fields=["places"], name="fingerprint_places"),
            models.Index(fields=["created_at"], name="fingerprint_age"),
        ]

    def __str__(self) -> str:
        return f"fingerprint of {self.comment_id}"
