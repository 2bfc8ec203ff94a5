from collections import defaultdict
from collections.abc import Iterable

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from news import desk_search, generations
from news.models import Article, ArticleText, Mention

from .long_list import LongList
from .shown import ShownAdmin
from .state_filter import StateFilter


class MentionStateFilter(StateFilter):
    first = Mention.State.FOUND


@admin.register(Mention)
class MentionAdmin(LongList, ShownAdmin):
    """What the finder proposes (news.mention_finder), to be accepted or refused."""

    list_display = ["entity", "sentence", "article", "state"]
    list_filter = [MentionStateFilter, "entity__kind"]
    list_select_related = ["entity"]
    search_fields = ["entity__name_en", "entity__name_ru"]
    search_help_text = _("A name of what is mentioned, or the number of an article.")
    autocomplete_fields = ["entity"]
    raw_id_fields = ["article"]
    ordering = ["-pk"]
    actions = ["accept", "refuse"]

    def found(self, rows: QuerySet[Mention], typed: str) -> QuerySet[Mention]:
        return desk_search.mentions(rows, typed)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Mention]:
        titles = ArticleText.objects.only("article", "language", "title")
        articles = Article.objects.only("original_language")
        return (
            super()
            .get_queryset(request)
            .prefetch_related(
                Prefetch("article", articles.prefetch_related(Prefetch("texts", titles)))
            )
        )

    def save_model(self, request: HttpRequest, obj: Mention, form: ModelForm, change: bool) -> None:
        self._raise_versions({form.initial.get("article") or obj.article_id, obj.article_id})
        super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: Mention) -> None:
        self._raise_versions([obj.article_id])
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Mention]) -> None:
        with transaction.atomic():
            self._raise_versions(queryset.values_list("article", flat=True))
            super().delete_queryset(request, queryset)

    def _raise_versions(self, articles: Iterable[int]) -> None:
        """Mentions belong to their articles: who has one of those open must hear of it."""
        Article.objects.filter(pk__in=set(articles)).raise_version()

    @admin.action(description=_("Accept the selected mentions"), permissions=["change"])
    def accept(self, request: HttpRequest, mentions: QuerySet[Mention]) -> None:
        self._decide(request, mentions, Mention.State.ACCEPTED)

    @admin.action(description=_("Refuse the selected mentions"), permissions=["change"])
    def refuse(self, request: HttpRequest, mentions: QuerySet[Mention]) -> None:
        self._decide(request, mentions, Mention.State.REFUSED)

    def _decide(
        self, request: HttpRequest, mentions: QuerySet[Mention], state: Mention.State
    ) -> None:
        with transaction.atomic():
            self._raise_versions(mentions.values_list("article", flat=True))
            self._tell(request, mentions, state)
            decided = mentions.update(state=state)
        generations.bump(generations.NEWS)
        messages.success(
            request, _("%(state)s: %(number)d.") % {"state": state.label, "number": decided}
        )

    def _tell(
        self, request: HttpRequest, mentions: QuerySet[Mention], state: Mention.State
    ) -> None:
        """In the history of each article, of which names it was decided."""
        names: dict[int, list[str]] = defaultdict(list)
        for mention in mentions.select_related("entity").order_by("pk"):
            names[mention.article_id].append(str(mention.entity))
        for article in Article.objects.filter(pk__in=names).in_language("en"):
            self.log_change(request, article, f"{state.label}: {', '.join(names[article.pk])}")
