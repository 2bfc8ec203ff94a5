"""An article: what is one in all its languages."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .article_rows import ArticleQuerySet
from .article_states import ArticleStates
from .catalogue import Rubric, Source, in_reader_language
from .image import Image

if TYPE_CHECKING:
    from .article_text import ArticleText
    from .entity import Entity

# Articles in one sitemap: far below the 50,000 addresses and 50 MB allowed, and soon written.
SITEMAP_SECTION = 1_000


class Article(ArticleStates):
    """What is one in all languages: rubric, rights, picture, counters; its state as well."""

    class ResponseKind(models.TextChoices):
        REPLY = "reply", _("Reply to")
        ADDITION = "addition", _("In addition to")

    class Translation(models.TextChoices):
        """What its text in the other language needs, the worst first."""

        MISSING = "missing", _("Missing")
        STALE = "stale", _("Out of date")
        UNCHECKED = "unchecked", _("Not checked")
        DONE = "done", _("Up to date")

    rubric = models.ForeignKey(
        Rubric, models.PROTECT, related_name="articles", verbose_name=_("rubric")
    )
    source = models.ForeignKey(
        Source,
        models.PROTECT,
        related_name="articles",
        verbose_name=_("source"),
        null=True,
        blank=True,
    )
    source_url = models.URLField(_("address at the source"), max_length=500, blank=True)
    rights_holder = models.CharField(_("rights holder"), max_length=200, blank=True)
    licence = models.CharField(_("licence or basis"), max_length=120, blank=True)
    licence_url = models.URLField(_("address of the licence"), max_length=500, blank=True)
    image = models.ForeignKey(
        Image,
        models.PROTECT,
        related_name="articles",
        verbose_name=_("picture"),
        null=True,
        blank=True,
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="articles",
        verbose_name=_("author"),
        null=True,
        blank=True,
    )
    original_language = models.CharField(
        _("original language"), max_length=5, choices=settings.LANGUAGES
    )
    response_to = models.ForeignKey(
        "self",
        models.PROTECT,
        related_name="responses",
        verbose_name=_("response to"),
        null=True,
        blank=True,
    )
    response_kind = models.CharField(
        _("kind of response"), max_length=10, choices=ResponseKind.choices, blank=True
    )

    # Kept by triggers (migration 0003), whoever writes texts: so that lists can ask for it.
    translation = models.CharField(
        _("translation"),
        max_length=10,
        choices=Translation.choices,
        default=Translation.MISSING,
        editable=False,
    )
    is_pinned = models.BooleanField(_("pinned to the front page"), default=False)
    pin_position = models.PositiveSmallIntegerField(
        _("place among the pinned"),
        null=True,
        blank=True,
        help_text=_("The smallest leads the front page; those without one follow, newest first."),
    )
    pinned_until = models.DateTimeField(
        _("pinned until"), null=True, blank=True, help_text=_("Without it, until it is unpinned.")
    )
    is_date_estimated = models.BooleanField(_("the time of day is an estimate"), default=False)
    import_key = models.CharField(
        _("number in the import"),
        max_length=200,
        null=True,
        blank=True,
        unique=True,
        editable=False,
    )

    # Of the form that it was first saved from: sent twice it makes one article.
    submission_key = models.UUIDField(null=True, unique=True, editable=False)

    # Counters. Each has one writer: news.views_counter, news.rating, comments.posting.
    views = models.PositiveBigIntegerField(_("views"), default=0, editable=False)
    rating = models.IntegerField(_("rating"), default=0, editable=False)
    comment_count = models.PositiveIntegerField(_("comments"), default=0, editable=False)

    # Raised whenever an editor, an import or a transition changes it, its texts, mentions or
    # corrections: whoever has an older one on the screen may not save over it unasked.
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)
    # The change, by its `updated_at`, that news.websub has last told the hub of.
    hub_told_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[models.Manager["Article"]] = ArticleQuerySet.as_manager()

    # Set by ArticleQuerySet.in_language().
    title: str
    slug: str
    lead: str
    language: str
    # Set for its own page, by news.article_page: the entities whose mentions are accepted, and the
    # vote of the reader whom the page is for: +1, -1 or None.
    entities: list["Entity"]
    own_vote: int | None

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        permissions = [
            ("publish_article", _("Can publish and retract articles")),
            ("change_any_article", _("Can change articles of others")),
            ("translate_article", _("Can translate articles of others")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "draft",
                        "in_review",
                        "scheduled",
                        "published",
                        "retracted",
                        "binned",
                    ]
                ),
                name="article_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["scheduled", "published", "retracted"])
                | (
                    Q(published_at__isnull=False, source__isnull=False)
                    & ~Q(rights_holder="")
                    & ~Q(licence="")
                ),
                name="article_public_only_with_rights",
            ),
            models.CheckConstraint(
                condition=Q(response_to=None, response_kind="")
                | Q(response_to__isnull=False, response_kind__in=["reply", "addition"]),
                name="article_response_has_kind",
                violation_error_message=_("A response has both an article it answers and a kind."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["-published_at", "-id"],
                name="article_newest",
                condition=Q(state="published"),
            ),
            models.Index(
                fields=["rubric", "-published_at", "-id"],
                name="article_in_rubric",
                condition=Q(state="published"),
            ),
            models.Index(
                fields=["source", "-published_at", "-id"],
                name="article_by_source",
                condition=Q(state="published"),
            ),
            models.Index(
                fields=["pin_position", "-published_at", "-id"],
                name="article_pinned",
                condition=Q(state="published", is_pinned=True),
            ),
            models.Index(fields=["-id"], name="article_with_a_pin", condition=Q(is_pinned=True)),
            models.Index(fields=["state", "-id"], name="article_at_the_desk"),
            models.Index(
                fields=["-views", "-id"],
                name="article_most_read",
                condition=Q(state="published"),
            ),
            models.Index(
                fields=["-comment_count", "-id"],
                name="article_most_discussed",
                condition=Q(state="published"),
            ),
            models.Index(
                fields=["author", "-published_at", "-id"],
                name="article_responses_by",
                condition=Q(state="published", response_to__isnull=False),
            ),
            models.Index(
                fields=["author", "-id"], name="article_own_drafts", condition=Q(state="draft")
            ),
            models.Index(
                fields=["published_at"], name="article_due", condition=Q(state="scheduled")
            ),
            models.Index(
                fields=["stuck_at"], name="article_stuck", condition=Q(stuck_at__isnull=False)
            ),
            models.Index(
                fields=["updated_at"], name="article_retracted", condition=Q(state="retracted")
            ),
            models.Index(
                F("id") / SITEMAP_SECTION,
                F("updated_at").desc(),
                name="article_in_sitemap",
                condition=Q(state="published"),
            ),
            models.Index(
                fields=["updated_at"],
                name="article_changed",
                condition=Q(state__in=["published", "retracted"]),
            ),
            models.Index(
                fields=["translation", "-id"],
                name="article_to_be_translated",
                condition=Q(translation__in=["missing", "stale", "unchecked"]),
            ),
        ]

    def __str__(self) -> str:
        if title := self.__dict__.get("title"):  # of in_language(): lists ask each of their rows
            return str(title)
        text = self.original()
        return text.title if text else f"#{self.pk}"

    def get_absolute_url(self) -> str:
        """Its page in the reader's language."""
        return reverse("news:article", args=[self.pk, self.address_slug])

    @property
    def address_slug(self) -> str:
        """The slug that `in_language()` has set, else the original's (a query)."""
        if slug := self.__dict__.get("slug"):
            return slug
        original = self.original()
        return original.slug if original else "article"

    def original(self) -> "ArticleText | None":
        return self.text_in(self.original_language)

    def text_in(self, language: str) -> "ArticleText | None":
        return next((text for text in self.texts.all() if text.language == language), None)

    @property
    def is_awaited_by_its_reader(self) -> bool:
        """Whether a reader has sent it in and waits for an answer, with a note."""
        return self.state == self.State.IN_REVIEW and hasattr(self, "exchange")

    @property
    def retraction(self) -> str:
        """Why it was retracted."""
        return in_reader_language(self, "retraction")

    @property
    def byline(self) -> str:
        """Whom it is by: the reader who answers another article, else the source."""
        if self.response_to_id and self.author:
            return self.author.get_username()
        return self.source.name if self.source else self.rights_holder

    @property
    def modified_at(self) -> datetime | None:
        """When its readers last learned something new: published, corrected or retracted."""
        if self.published_at is None or self.state == self.State.RETRACTED:
            return self.updated_at
        corrected = (correction.corrected_at for correction in self.corrections.all())
        return max([self.published_at, *corrected])

    @property
    def languages_to_translate_into(self) -> list[str]:
        return [code for code, _name in settings.LANGUAGES if code != self.original_language]

    def can_be_changed_by(self, user: Any) -> bool:
        """By editors; by its author as long as none of them has let it out."""
        if user.has_perm("news.change_any_article"):
            return True
        is_inside = self.state in (self.State.DRAFT, self.State.IN_REVIEW, self.State.BINNED)
        return is_inside and self.author_id is not None and self.author_id == user.pk

    def mark_translated(self, texts: Iterable["ArticleText"]) -> None:
        """Record that those of `texts` that are translations follow the original as it is now."""
        original = self.texts.filter(language=self.original_language).first()
        if original:
            translations = [text.pk for text in texts if text.pk != original.pk]
            self.texts.filter(pk__in=translations).update(source_fingerprint=original.fingerprint)

    def missing_for_publication(self) -> list[str]:
        """What an editor has yet to fill in, as phrases for them; empty when nothing is missing."""
        return self.missing_with(self.original())

    def missing_with(self, text: "ArticleText | None") -> list[str]:
        """The same if `text` were its original: as it stands in a form, say."""
        demands = [
            (text, _("a text in the original language")),
            (text is None or text.lead, _("a lead")),
            (text is None or text.body, _("a body")),
            (self.source_id, _("a source")),
            (self.rights_holder, _("the rights holder")),
            (self.licence, _("the licence or basis to publish")),
            (self.image is None or self.image.alt, _("a description of the picture")),
            (self.image is None or self.image.credit, _("a credit for the picture")),
        ]
        return [str(what) for there, what in demands if not there]
