from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import MD5, Concat
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _

from news.body import clean_body, one_way, slug_of
from news.likeness import sketch

from .article import Article


class ArticleText(models.Model):
    """An article's words in one language."""

    class Origin(models.TextChoices):
        ORIGINAL = "original", _("Original")
        HUMAN = "human", _("Translated by a person")
        MACHINE = "machine", _("Translated by a machine")

    article = models.ForeignKey(
        Article, models.CASCADE, related_name="texts", verbose_name=_("article")
    )
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    title = models.CharField(_("headline"), max_length=250)
    slug = models.SlugField(_("slug"), max_length=100, blank=True, db_index=False)
    lead = models.TextField(_("lead"), max_length=1000, blank=True)
    body = models.TextField(
        _("body"),
        blank=True,
        help_text=_("HTML; an empty line starts a new paragraph where there is none."),
    )
    dateline = models.CharField(
        _("dateline"),
        max_length=160,
        blank=True,
        help_text=_("Where and by whom it was reported: “Darmstadt, 12 November — ESA”."),
    )
    origin = models.CharField(
        _("origin"), max_length=10, choices=Origin.choices, default=Origin.ORIGINAL
    )
    is_checked = models.BooleanField(_("checked by an editor"), default=False)
    # The fingerprint of the original when this translation was made: differs once that has changed.
    source_fingerprint = models.CharField(max_length=32, blank=True, editable=False)
    fingerprint = models.GeneratedField(
        expression=MD5(
            Concat(
                "title",
                models.Value("\n"),
                "lead",
                models.Value("\n"),
                "body",
                output_field=models.TextField(),
            )
        ),
        output_field=models.CharField(max_length=32),
        db_persist=True,
    )
    # By which it is found again in what feeds bring (news.incoming.alike).
    sketch = ArrayField(models.IntegerField(), default=list, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("text")
        verbose_name_plural = _("texts")
        constraints = [
            models.UniqueConstraint(fields=["article", "language"], name="one_text_per_language"),
            models.CheckConstraint(
                condition=Q(origin__in=["original", "human", "machine"]), name="text_origin_known"
            ),
        ]
        indexes = [GinIndex(fields=["sketch"], name="text_sketch")]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: object, **kwargs: object) -> None:
        self.derive()
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def derive(self) -> None:
        """Set what follows from what was typed; whoever calls `bulk_create()` calls this first."""
        self.title, self.lead = one_way(self.title), one_way(self.lead)
        self.dateline = one_way(self.dateline)
        self.body = clean_body(self.body)
        self.slug = slug_of(self.slug or self.title)
        self.sketch = sketch(self.title, self.lead or strip_tags(self.body))

    def is_stale(self, original: "ArticleText") -> bool:
        """Whether the original has changed since this translation was made of it."""
        return self.origin != self.Origin.ORIGINAL and (
            self.source_fingerprint != original.fingerprint
        )
