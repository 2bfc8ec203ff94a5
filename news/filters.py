"""What the archive can be narrowed down by."""

from typing import Any

import django_filters
from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.forms import DateInput, SearchInput
from django.utils.translation import gettext_lazy as _

from news.models import Article, ArticleText, Mention, Rubric, Source

ORDERS = {
    "newest": ("-published_at", "-pk"),
    "oldest": ("published_at", "pk"),
    "discussed": ("-comment_count", "-pk"),
    "read": ("-views", "-pk"),
}


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
        field_name="published_at",
        lookup_expr="date__gte",
        widget=DateInput(attrs={"type": "date"}),
    )
    until = django_filters.DateFilter(
        label=_("To"),
        field_name="published_at",
        lookup_expr="date__lte",
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

    def filter_discussed(
        self, queryset: QuerySet[Article], name: str, value: str
    ) -> QuerySet[Article]:
        return queryset.filter(comment_count__gt=0)

    def filter_nothing(
        self, queryset: QuerySet[Article], name: str, value: str
    ) -> QuerySet[Article]:
        return queryset


class SearchFilter(ArticleFilter):
    """The archive's filters, and what to look for. The language is that of the text found."""

    q = django_filters.CharFilter(
        label=_("Look for"),
        method="filter_nothing",
        max_length=200,
        widget=SearchInput(attrs={"enterkeyhint": "search"}),
    )
    rubric = django_filters.ChoiceFilter(
        label=_("Rubric"), field_name="rubric__slug", empty_label=_("all")
    )
    source = django_filters.ChoiceFilter(
        label=_("Source"), field_name="source__slug", empty_label=_("all")
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
        for name, model in (("rubric", Rubric), ("source", Source)):
            rows = model._default_manager.all()
            self.filters[name].extra["choices"] = [(row.slug, row.name) for row in rows]
        self.filters = {name: self.filters[name] for name in self.field_order}
