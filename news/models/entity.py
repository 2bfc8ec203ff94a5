"""The companies, projects, countries, people and products that articles mention."""

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models.functions import Length, Upper
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .article import Article, ArticleQuerySet
from .catalogue import NamedInLanguages, in_reader_language

_MOST_COMPARED = 300


class EntityQuerySet(models.QuerySet["Entity"]):
    def mentioned_in(self, article: object) -> "EntityQuerySet":
        """Whose mention in `article` an editor has accepted."""
        return self.filter(mentions__article=article, mentions__state=Mention.State.ACCEPTED)

    def called(self, name: str) -> "EntityQuerySet":
        """Those with this name or alias in any language, or this slug."""
        aliases = EntityAlias.objects.filter(name__iexact=name).values("entity")
        return self.filter(
            models.Q(name_en__iexact=name)
            | models.Q(name_ru__iexact=name)
            | models.Q(slug=name)
            | models.Q(pk__in=aliases)
        )

    def with_name_like(self, part: str) -> "EntityQuerySet":
        """Those with `part` in a name or an alias; the shorter the name, the nearer."""
        aliases = EntityAlias.objects.filter(name__icontains=part).values("entity")
        return self.filter(
            models.Q(name_en__icontains=part)
            | models.Q(name_ru__icontains=part)
            | models.Q(pk__in=aliases)
        ).order_by(Length("name_en"), "name_en")


class Entity(NamedInLanguages):
    class Kind(models.TextChoices):
        COMPANY = "company", _("Companies and institutions")
        PROJECT = "project", _("Projects")
        COUNTRY = "country", _("Countries")
        PERSON = "person", _("People")
        PRODUCT = "product", _("Products")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    description_en = models.TextField(_("description in English"), blank=True)
    description_ru = models.TextField(_("description in Russian"), blank=True)

    objects = EntityQuerySet.as_manager()

    class Meta:
        ordering = ["name_en"]
        verbose_name = _("entity")
        verbose_name_plural = _("entities")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["company", "project", "country", "person", "product"]),
                name="entity_kind_known",
            )
        ]
        indexes = [
            models.Index(Upper("name_en"), name="entity_name_en"),
            models.Index(Upper("name_ru"), name="entity_name_ru"),
        ]

    @property
    def kind_of_one(self) -> str:
        """Its kind in the singular; the choices name groups."""
        singular = {
            self.Kind.COMPANY: _("Company or institution"),
            self.Kind.PROJECT: _("Project"),
            self.Kind.COUNTRY: _("Country"),
            self.Kind.PERSON: _("Person"),
            self.Kind.PRODUCT: _("Product"),
        }
        return str(singular[self.Kind(self.kind)])

    @property
    def description(self) -> str:
        return in_reader_language(self, "description")

    def get_absolute_url(self) -> str:
        return reverse("news:entity", args=[self.slug])

    def name_like(self, part: str) -> str:
        """The name that has `part` in it, the reader's own if it may be."""
        names = (self.name, self.name_en, self.name_ru)
        return next((name for name in names if part.casefold() in name.casefold()), self.name)

    def mentioning_articles(self) -> ArticleQuerySet:
        """Those of which an editor has accepted that they mention it, public or not."""
        mentions = Mention.objects.accepted().filter(entity=self)
        return Article.objects.filter(pk__in=mentions.values("article"))

    def mentioned_with(self, limit: int = 8) -> models.QuerySet["Entity"]:
        """Which others its newest articles mention most; each has `shared_articles`.

        Newest by number, of which an index knows: a country may be in a quarter of all articles.
        """
        newest = Mention.objects.accepted().filter(entity=self).order_by("-article")
        return (
            Entity.objects.exclude(pk=self.pk)
            .filter(
                mentions__state=Mention.State.ACCEPTED,
                mentions__article__state=Article.State.PUBLISHED,
                mentions__article__in=newest.values("article")[:_MOST_COMPARED],
            )
            .annotate(shared_articles=models.Count("mentions"))
            .order_by("-shared_articles", "name_en")[:limit]
        )


class EntityAlias(models.Model):
    """Another name under which texts in one language mention an entity."""

    entity = models.ForeignKey(
        Entity, models.CASCADE, related_name="aliases", verbose_name=_("entity")
    )
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    name = models.CharField(_("name"), max_length=160)

    class Meta:
        verbose_name = _("other name")
        verbose_name_plural = _("other names")
        constraints = [
            models.UniqueConstraint(fields=["entity", "language", "name"], name="alias_once")
        ]
        indexes = [models.Index(Upper("name"), name="alias_name")]

    def __str__(self) -> str:
        return self.name


class MentionQuerySet(models.QuerySet["Mention"]):
    def accepted(self) -> "MentionQuerySet":
        return self.filter(state=Mention.State.ACCEPTED)

    def of(self, entities: Iterable["Entity"]) -> "MentionQuerySet":
        return self.filter(entity__in=entities)

    def found(self) -> "MentionQuerySet":
        """Proposals that no editor has decided on."""
        return self.filter(state=Mention.State.FOUND)


class Mention(models.Model):
    """An article names an entity. Refused ones stay, so that they are not proposed again."""

    class State(models.TextChoices):
        FOUND = "found", _("Found")
        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", _("Refused")

    article = models.ForeignKey(
        Article, models.CASCADE, related_name="mentions", verbose_name=_("article")
    )
    entity = models.ForeignKey(
        Entity, models.CASCADE, related_name="mentions", verbose_name=_("entity")
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.FOUND)
    sentence = models.TextField(_("sentence"), blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = MentionQuerySet.as_manager()

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        constraints = [
            models.UniqueConstraint(fields=["article", "entity"], name="mention_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=["found", "accepted", "refused"]),
                name="mention_state_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["entity", "article"],
                name="mention_accepted",
                condition=models.Q(state="accepted"),
            ),
            models.Index(fields=["state", "-id"], name="mention_at_the_desk"),
        ]

    def __str__(self) -> str:
        return f"{self.entity} ({self.state})"
