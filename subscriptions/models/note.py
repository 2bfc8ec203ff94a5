from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class EditorsNote(models.Model):
    """What the editors say to their readers above the articles, in the digests of one day."""

    day = models.DateField(_("day"), help_text=_("In the time zone of the site."))
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    text = models.TextField(
        _("text"), max_length=1000, help_text=_("Plain text. An empty line begins a paragraph.")
    )

    class Meta:
        verbose_name = _("editors' note in the digest")
        verbose_name_plural = _("editors' notes in the digest")
        constraints = [
            models.UniqueConstraint(fields=["day", "language"], name="one_note_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.language}"

    @classmethod
    def of(cls, day: date, language: str) -> str:
        """Empty where nobody has written one."""
        return (
            cls.objects.filter(day=day, language=language).values_list("text", flat=True).first()
            or ""
        )
