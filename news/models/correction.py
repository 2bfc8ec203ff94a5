from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .article import Article
from .catalogue import in_reader_language


class Correction(models.Model):
    """A change to a published article that its readers are told about."""

    class Kind(models.TextChoices):
        TYPO = "typo", _("Typo")
        CORRECTION = "correction", _("Correction")
        CLARIFICATION = "clarification", _("Clarification")

    article = models.ForeignKey(
        Article, models.CASCADE, related_name="corrections", verbose_name=_("article")
    )
    kind = models.CharField(_("kind"), max_length=15, choices=Kind.choices)
    note_en = models.TextField(_("note in English"))
    note_ru = models.TextField(_("note in Russian"))
    corrected_at = models.DateTimeField(_("corrected at"), default=timezone.now)

    class Meta:
        ordering = ["-corrected_at"]
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")

    def __str__(self) -> str:
        return self.note

    @property
    def note(self) -> str:
        return in_reader_language(self, "note")
