"""What the archive can be narrowed down by."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, TypeVar

import django_filters
from django import forms
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from news.day import start_of
from news.day_input import DayInput
from news.entity_field import EntityField
from news.models import Article, ArticleText, Entity, Mention, Rubric, Source
from news.navigation import rubrics, sources

ORDERS = {
    "newest": ("-published_at", "-pk"),
    "oldest": ("published_at", "pk"),
    "discussed": ("-comment_count", "-pk"),
    "read": ("-views", "-pk"),
}

M = TypeVar("M", bound=Model)  # Article, and SearchEntry with the same columns


class EntityFilter(django_filters.Filter):
    field_class = EntityField

    def filter(self, queryset: QuerySet[Article], value: list[Entity]) -> QuerySet[Article]:
        """Articles that mention any of those with the name."""
        if not value:
            return queryset
        return queryset.filter(pk__in=Mention.objects.accepted().of(value).values("article"))


class DayFilter(django_filters.DateFilter):
    """A day of the site's calendar, compared as moments: that is what an index can walk."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **kwargs,
            widget=DayInput(),
            validators=[MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(2199, 12, 31))],
        )


class ArchiveForm(forms.Form):
    def clean(self) -> dict[str, Any]:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and until < since:
            self.add_error("until", _("This is before the first day."))
        return self.cleaned_data


class ArticleFilter(django_filters.FilterSet):
    rubric = django_filters.ChoiceFilter(
        label=_("Rubric"),
        method="filter_by_slug",
        empty_label=_("all"),
    )
    source = django_filters.ChoiceFilter(
        label=_("Source"),
        method="filter_by_slug",
        empty_label=_("all"),
    )
    entity: EntityFilter | None = EntityFilter(label=_("Mentions"))
    language = django_filters.ChoiceFilter(
        label=_("Language"),
        choices=settings.LANGUAGES,
        method="filter_language",
        empty_label=_("any"),
    )
    since = DayFilter(label=_("From"), method="filter_since")
    until = DayFilter(label=_("To"), method="filter_until")
    discussed = django_filters.ChoiceFilter(
        label=_("Comments"),
        choices=[("yes", _("with comments"))],
        method="filter_discussed",
        empty_label=_("with or without"),
    )
    order = django_filters.ChoiceFilter(
        label=_("Order"),
        choices=[
            ("oldest", _("oldest first")),
            ("discussed", _("most discussed")),
            ("read", _("most read")),
        ],
        method="filter_nothing",
        empty_label=_("newest first"),
    )

    class Meta:
        model = Article
        form = ArchiveForm
        fields: list[str] = []

    filters: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._rows: dict[str, Sequence[Rubric | Source]] = {
            "rubric": rubrics(),
            "source": sources(),
        }
        for name, rows in self._rows.items():
            self.filters[name].extra["choices"] = [(row.slug, row.name) for row in rows]

    @property
    def ordering(self) -> tuple[str, ...]:
        """The columns to page by; newest first unless a valid choice was made."""
        return ORDERS[self.form.cleaned_data.get("order") or "newest"]

    @property
    def in_use(self) -> list[tuple[str, str, str]]:
        """(label, what was chosen in words, the query without it) for each valid choice."""
        chosen = []
        for bound in self.form:
            if value := self.form.cleaned_data.get(bound.name):
                words = _in_words(bound, value)
                chosen.append((str(bound.label), words, self._query_without(bound.name)))
        return chosen

    def _query_without(self, name: str) -> str:
        query = self.data.copy()
        for gone in (name, "after", "before"):
            query.pop(gone, None)
        return "?" + query.urlencode()

    def filter_by_slug(self, queryset: QuerySet[M], name: str, value: str) -> QuerySet[M]:
        """By number rather than by a join, so that an index of the rubric or source is walked."""
        chosen = next(row.pk for row in self._rows[name] if row.slug == value)
        return queryset.filter(**{name: chosen})

    def filter_language(
        self, queryset: QuerySet[Article], name: str, value: str
    ) -> QuerySet[Article]:
        texts = ArticleText.objects.filter(article=OuterRef("pk"), language=value)
        return queryset.filter(Exists(texts))

    def filter_since(self, queryset: QuerySet[M], name: str, value: date) -> QuerySet[M]:
        return queryset.filter(published_at__gte=start_of(value))

    def filter_until(self, queryset: QuerySet[M], name: str, value: date) -> QuerySet[M]:
        return queryset.filter(published_at__lt=start_of(value + timedelta(days=1)))

    def filter_discussed(
        self, queryset: QuerySet[Article], name: str, value: str
    ) -> QuerySet[Article]:
        return queryset.filter(comment_count__gt=0)

    def filter_nothing(
        self, queryset: QuerySet[Article], name: str, value: str
    ) -> QuerySet[Article]:
        return queryset


def _in_words(bound: forms.BoundField, value: Any) -> str:
    if isinstance(value, date):
        return date_format(value, "j E Y")
    if isinstance(bound.field, forms.ChoiceField):
        return str(dict(bound.field.choices)[value])  # type: ignore[arg-type]
    return str(bound.value())


class SearchFilter(ArticleFilter):
    """Narrows down entries of the search, and says what to look for.

    The language is that of the text found.
    """

    q = django_filters.CharFilter(
        label=_("Look for"),
        method="filter_nothing",
        max_length=200,
        widget=forms.SearchInput(attrs={"enterkeyhint": "search"}),
    )
    language = django_filters.ChoiceFilter(
        label=_("Language"),
        choices=settings.LANGUAGES,
        method="filter_nothing",
        empty_label=_("any"),
    )
    order = django_filters.ChoiceFilter(
        label=_("Order"),
        choices=[("newest", _("newest first"))],
        method="filter_nothing",
        empty_label=_("best matches first"),
    )
    entity = None
    discussed = None
    field_order = ("q", "order", "rubric", "source", "language", "since", "until")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters = {name: self.filters[name] for name in self.field_order}
