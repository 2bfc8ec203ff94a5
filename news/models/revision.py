from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.fields.json import KT
from django.db.models.functions import MD5, Concat
from django.utils import timezone

from .article import Article
from .audit import Actor

# What a restored revision brings back.
RESTORED = (
    *("rubric_id", "source_id", "source_url", "rights_holder", "licence", "licence_url"),
    *("image_id", "original_language"),
)
# What is kept to be read besides: when and whether it is out is not undone by its words.
_READ_ONLY = (
    *("embargo_until", "author_id", "response_to_id", "response_kind"),
    *("retraction_en", "retraction_ru"),
)
OF_TEXT = ("title", "lead", "dateline", "body", "slug", "origin", "is_checked")
_OF_CORRECTION = ("kind", "note_en", "note_ru", "corrected_at")

Content = dict[str, Any]
Outcome = tuple[str, datetime | None]


class ArticleRevisionQuerySet(models.QuerySet["ArticleRevision"]):
    def record(
        self,
        article: Article,
        by: Actor = None,
        *,
        saved_at: datetime | None = None,
        restored_from: datetime | None = None,
    ) -> None:
        """Keep what is stored of `article` now, if it isn't what was kept last."""
        revisions = self.filter(article=article).order_by("-pk")
        last = revisions.defer("content").first()
        content, outcome = _content_of(article)
        is_same = last is not None and revisions.content_at(last.pk) == content
        if is_same and last and last.outcome == outcome:
            return
        self.create(
            article=article,
            saved_by_id=by.pk if by else None,
            saved_at=saved_at or timezone.now(),
            restored_from=restored_from,
            state=outcome[0],
            published_at=outcome[1],
            content=None if is_same else content,
        )

    @contextmanager
    def around_change(self, article: Article, by: Actor, **kept: Any) -> Iterator[None]:
        """Keep what was before the change that is made inside, and what is after it; whoever has
        the article open hears of it.
        """
        self.record(article, saved_at=article.updated_at)
        yield
        Article.objects.filter(pk=article.pk).raise_version()
        self.record(article, by, **kept)

    def content_at(self, pk: int) -> Content | None:
        """What revision `pk` of one article holds, or the nearest before it that holds anything."""
        held = self.filter(pk__lte=pk, content__isnull=False).order_by("-pk")
        return held.values_list("content", flat=True).first()

    def text_with(self, language: str, fingerprint: str) -> dict[str, Any] | None:
        """What one article said in `language` when its text had this fingerprint."""
        words = [KT(f"content__texts__{language}__{name}") for name in ("title", "lead", "body")]
        break_ = models.Value("\n")
        parts = [words[0], break_, words[1], break_, words[2]]
        same = MD5(Concat(*parts, output_field=models.TextField()))
        found = self.annotate(fingerprint=same).filter(fingerprint=fingerprint).order_by("-pk")
        return found.values_list(f"content__texts__{language}", flat=True).first()


class ArticleRevision(models.Model):
    """What an article was: left by every save at the desk and every transition."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="revisions", db_index=False)
    saved_at = models.DateTimeField(default=timezone.now)
    # None where no editor did it: a schedule, an import.
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    # When the revision was saved that this one brought back.
    restored_from = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=Article.State.choices)
    published_at = models.DateTimeField(null=True)
    # None where only state and hour were changed: then it is that of the one before.
    content = models.JSONField(null=True)

    objects = ArticleRevisionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["article", "-id"], name="article_revision_newest")]

    def __str__(self) -> str:
        return f"{self.saved_at:%Y-%m-%d %H:%M:%S}"

    @property
    def outcome(self) -> Outcome:
        return self.state, self.published_at


def _content_of(article: Article) -> tuple[Content, Outcome]:
    """What is stored of it, in JSON's types; and what has become of it."""
    columns = ("state", "published_at", *RESTORED, *_READ_ONLY)
    own: dict[str, Any] = Article.objects.values(*columns).get(pk=article.pk)
    outcome = own.pop("state"), own.pop("published_at")
    texts = article.texts.model.objects.filter(article=article).order_by("language")
    texts = texts.values("language", "source_fingerprint", *OF_TEXT)
    corrections = article.corrections.model.objects.filter(article=article).order_by("pk")
    return {
        "article": _plain(own),
        "texts": {text.pop("language"): text for text in texts},
        "corrections": [_plain(row) for row in corrections.values(*_OF_CORRECTION)],
    }, outcome


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in row.items()
    }
