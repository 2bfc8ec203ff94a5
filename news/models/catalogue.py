"""What articles are sorted under: rubrics and sources."""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


def in_reader_language(instance: models.Model, field: str) -> str:
    """`field_en` or `field_ru`, whichever the reader reads; the other one where it is empty."""
    own = (get_language() or settings.LANGUAGE_CODE)[:2]
    codes = sorted((code for code, _name in settings.LANGUAGES), key=lambda code: code != own)
    return next((value for code in codes if (value := getattr(instance, f"{field}_{code}"))), "")


class NamedInLanguages(models.Model):
    """A slug for addresses and a name in each language of the portal."""

    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    name_en = models.CharField(_("name in English"), max_length=160)
    name_ru = models.CharField(_("name in Russian"), max_length=160, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_reader_language(self, "name")


class Rubric(NamedInLanguages):
    position = models.PositiveSmallIntegerField(_("position"), default=100)
    hue = models.PositiveSmallIntegerField(
        _("hue"),
        default=220,
        validators=[MaxValueValidator(359)],
        help_text=_("The colour of its mark, 0–359 on the colour wheel."),
    )

    class Meta:
        ordering = ["position", "slug"]
        verbose_name = _("rubric")
        verbose_name_plural = _("rubrics")

    def get_absolute_url(self) -> str:
        return reverse("news:rubric", args=[self.slug])


class Source(NamedInLanguages):
    """Whom an article comes from, and on what terms its texts may be shown."""

    homepage = models.URLField(_("home page"), blank=True)
    terms = models.TextField(
        _("terms"), blank=True, help_text=_("On what terms its texts may be published.")
    )
    rights_holder = models.CharField(_("rights holder"), max_length=200, blank=True)
    licence = models.CharField(_("licence or basis"), max_length=120, blank=True)
    licence_url = models.URLField(_("address of the licence"), blank=True)

    class Meta:
        ordering = ["name_en"]
        verbose_name = _("source")
        verbose_name_plural = _("sources")

    def get_absolute_url(self) -> str:
        return reverse("news:source", args=[self.slug])
