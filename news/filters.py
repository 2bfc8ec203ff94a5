"""What the archive can be narrowed down by."""

from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

import django_filters
from django.conf import settings
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.forms import DateInput, SearchInput
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from news.models import Article, ArticleText, Mention, Rubric, SearchEntry, Source

ORDERS = {
    "newest": ("-published_at", "-pk"),
    "oldest": ("published_at", "pk"),
    "discussed": ("-comment_count", "-pk"),
    "read": ("-views", "-pk"),
}


M = TypeVar("M", bound=Model)


class ArticleFilter(django_filters.FilterSet):
    rubric = django_filters.ModelChoiceFilter(
        label=_("Rubric"), queryset=Rubric.objects.all(), to_field_name="slug", empty_label=_("all")
    )
    source = django_filters.ModelChoiceFilter(
        label=_("Source"), queryset=Source.objects.all(), to_field_name="slug", empty_label=_("all")
    )
    entity = django_filters.CharFilter(label=_("Mentions"), method="filter_entity", max_length=80)
    language = django_filters.ChoiceFilter(
        label=_("Language"),
        choices=settings.LANGUAGES,
        method="filter_language",
        empty_label=_("any"),
    )
    since = django_filters.DateFilter(
        label=_("From"),
        method="filter_since",
        widget=DateInput(attrs={"type": "date"}),
    )
    until = django_filters.DateFilter(
        label=_("To"),
        method="filter_until",
        widget=DateInput(attrs={"type": "date"}),
    )
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
        fields: list[str] = []

    @property
    def ordering(self) -> tuple[str, ...]:
        """The columns to page by; newest first unless a valid choice was made."""
        return ORDERS[self.form.cleaned_data.get("order") or "newest"]

    def filter_entity(
        self, queryset: QuerySet[Article], name: str, value: str
    ) -> QuerySet[Article]:
        mentions = Mention.objects.accepted().filter(article=OuterRef("pk"), entity__slug=value)
        return queryset.filter(Exists(mentions))

    def filter_language(
        self, queryset: QuerySet[Article], name: str, value: str
    ) -> QuerySet[Article]:
        texts = ArticleText.objects.filter(article=OuterRef("pk"), language=value)
        return queryset.filter(Exists(texts))

    # As ranges of time, which an index can walk, and not by the date of each row.

    def filter_since(self, queryset: QuerySet[M], name: str, value: date) -> QuerySet[M]:
        return queryset.filter(published_at__gte=_start_of(value))

    def filter_until(self, queryset: QuerySet[M], name: str, value: date) -> QuerySet[M]:
        if value == date.max:
            return queryset
        return queryset.filter(published_at__lt=_start_of(value + timedelta(days=1)))

    def filter_discussed(
        self, queryset: QuerySet[Article], name: str, value: str
    ) -> QuerySet[Article]:
        return queryset.filter(comment_count__gt=0)

    def filter_nothing(
        self, queryset: QuerySet[Article], name: str, value: str
    ) -> QuerySet[Article]:
        return queryset


def _start_of(day: date) -> datetime:
    """Midnight in the reader's time zone."""
    return timezone.make_aware(datetime.combine(day, time.min))  # noqa: DTZ


class SearchFilter(ArticleFilter):
    """Narrows down entries of the search, and says what to look for.

    The language is that of the text found.
    """

    q = django_filters.CharFilter(
        label=_("Look for"),
        method="filter_nothing",
        max_length=200,
        widget=SearchInput(attrs={"enterkeyhint": "search"}),
    )
    rubric = django_filters.ChoiceFilter(
        label=_("Rubric"), method="filter_row", empty_label=_("all")
    )
    source = django_filters.ChoiceFilter(
        label=_("Source"), method="filter_row", empty_label=_("all")
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
    filters: dict[str, Any]
    field_order = ("q", "order", "rubric", "source", "language", "since", "until")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Read once each: a ModelChoiceFilter asks again for the row that was chosen.
        self._rows: dict[str, dict[str, int]] = {}
        for name, model in (("rubric", Rubric), ("source", Source)):
            rows = list(model._default_manager.all())
            self._rows[name] = {row.slug: row.pk for row in rows}
            self.filters[name].extra["choices"] = [(row.slug, row.name) for row in rows]
        self.filters = {name: self.filters[name] for name in self.field_order}

    def filter_row(
        self, queryset: QuerySet[SearchEntry], name: str, value: str
    ) -> QuerySet[SearchEntry]:
        # By number and not by slug, so that PostgreSQL knows how many there are of it.
        return queryset.filter(**{name: self._rows[name][value]})
