"""The editors' desk."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import connection, transaction
from django.db.models import Prefetch, QuerySet
from django.forms import BaseInlineFormSet, ModelForm, Textarea
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from news import comparison, generations, renditions
from news.forms import ArticleForm, ArticleTextFormSet, ImageForm
from news.models import (
    Article,
    ArticleText,
    Correction,
    Entity,
    EntityAlias,
    Image,
    Mention,
    Rubric,
    Source,
    TransitionRefused,
)
from news.tasks import find_mentions, make_renditions

# The buttons of the form: name, label, the transition, whether it takes the right to publish.
_TRANSITIONS: dict[str, tuple[Any, Callable[[Article], None], bool]] = {
    "_publish": (_("Save and publish now"), Article.publish, True),
    "_schedule": (_("Save and schedule"), Article.schedule, True),
    "_submit": (_("Save and submit for review"), Article.submit_for_review, False),
    "_return": (_("Save and return to draft"), Article.return_to_draft, False),
    "_retract": (
        _("Save and retract"),
        lambda article: article.retract(article.retraction_en, article.retraction_ru),
        True,
    ),
    "_bin": (_("Put into the bin"), Article.bin, False),
    "_restore": (_("Restore from the bin"), Article.restore, False),
}
_OFFERED = {
    Article.State.DRAFT: ["_publish", "_schedule", "_submit", "_bin"],
    Article.State.IN_REVIEW: ["_publish", "_schedule", "_return", "_bin"],
    Article.State.SCHEDULED: ["_publish", "_return"],
    Article.State.PUBLISHED: ["_retract"],
    Article.State.RETRACTED: [],
    Article.State.BINNED: ["_restore"],
}


class ShownAdmin(admin.ModelAdmin):
    """For rows that pages show: whatever is done to them here is seen at once."""

    def is_shown(self, obj: Any) -> bool:
        """Whether any page shows it."""
        return True

    def save_related(self, request: HttpRequest, form: Any, *args: Any) -> None:
        super().save_related(request, form, *args)
        if self.is_shown(form.instance):
            generations.bump(generations.NEWS)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        generations.bump(generations.NEWS)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        super().delete_queryset(request, queryset)
        generations.bump(generations.NEWS)


class ArticleTextInline(admin.StackedInline):
    model = ArticleText
    formset = ArticleTextFormSet
    extra = 1
    max_num = 2
    fields = ["language", "title", "lead", "dateline", "body", "origin", "is_checked", "slug"]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        rows = {"lead": 3, "body": 24}.get(db_field.name)
        if rows:
            kwargs["widget"] = Textarea(attrs={"rows": rows, "cols": 100})
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class MentionInline(admin.TabularInline):
    model = Mention
    extra = 0
    autocomplete_fields = ["entity"]
    fields = ["entity", "state", "sentence"]


class CorrectionInline(admin.StackedInline):
    model = Correction
    extra = 0


@admin.register(Article)
class ArticleAdmin(ShownAdmin):
    form = ArticleForm
    view_on_site = False  # the form has a link of its own, once there is something to view
    change_form_template = "admin/news/article/change_form.html"
    list_display = ["headline", "state", "rubric", "published_at", "pinned", "comment_count"]
    list_filter = ["state", "rubric", "original_language", "is_pinned"]
    list_select_related = ["rubric"]
    search_fields = ["texts__title"]
    show_full_result_count = False
    autocomplete_fields = ["source", "image"]
    raw_id_fields = ["response_to", "author"]
    readonly_fields = ["state", "views", "rating", "comment_count"]
    inlines = [ArticleTextInline, MentionInline, CorrectionInline]
    fieldsets = [
        (None, {"fields": ["state", "rubric", "original_language", "image"]}),
        (
            _("Rights"),
            {"fields": ["source", "source_url", "rights_holder", "licence", "licence_url"]},
        ),
        (
            _("Publication"),
            {"fields": ["published_at", "embargo_until", ("is_pinned", "pin_position")]},
        ),
        (
            _("Response, author, retraction"),
            {
                "classes": ["collapse"],
                "fields": [
                    *("response_to", "response_kind", "author"),
                    *("retraction_en", "retraction_ru", "views", "rating", "comment_count"),
                ],
            },
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        return super().get_queryset(request).in_language().order_by("-pk")  # type: ignore[attr-defined]

    def is_shown(self, obj: Article) -> bool:
        return obj.is_public

    @admin.display(description=_("headline"))
    def headline(self, article: Article) -> str:
        return article.title or f"#{article.pk}"

    @admin.display(description=_("pinned"), boolean=True)
    def pinned(self, article: Article) -> bool:
        return article.is_pinned

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        language = request.LANGUAGE_CODE
        return {"original_language": language, **super().get_changeform_initial_data(request)}

    def save_model(self, request: HttpRequest, obj: Article, form: ModelForm, change: bool) -> None:
        if not change and obj.author_id is None:
            obj.author_id = request.user.pk
        super().save_model(request, obj, form, change)

    def get_object(self, request: HttpRequest, *args: Any) -> Article | None:
        """Under a lock while it is being changed: its version stays the one the form compares."""
        article = super().get_object(request, *args)
        if article and request.method == "POST" and connection.in_atomic_block:
            try:
                locked = Article.objects.select_for_update(no_key=True)
                article.refresh_from_db(from_queryset=locked)
            except Article.DoesNotExist:
                return None
        return article

    def get_formset_kwargs(
        self, request: HttpRequest, obj: Article, inline: Any, prefix: str
    ) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        if obj.pk and "data" in kwargs and kwargs["data"].get("version") != str(obj.version):
            rows = inline.model._default_manager.filter(article=obj.pk)
            kwargs["data"] = comparison.rebase(kwargs["data"], prefix, rows)
        return kwargs

    def save_related(self, request: HttpRequest, form: Any, *args: Any) -> None:
        super().save_related(request, form, *args)
        Article.objects.filter(pk=form.instance.pk).raise_version()

    def save_formset(
        self, request: HttpRequest, form: ModelForm, formset: BaseInlineFormSet, change: bool
    ) -> None:
        super().save_formset(request, form, formset, change)
        if formset.model is ArticleText:
            changed = [*formset.new_objects, *(text for text, _fields in formset.changed_objects)]
            form.instance.mark_translated(changed)
            if changed:
                find_mentions.delay_on_commit(form.instance.pk)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        article = kwargs.get("obj")
        if article and context["adminform"].form.is_outdated:
            return self._refuse(request, context, article)
        names = _OFFERED[article.state if article else Article.State.DRAFT]
        may_publish = request.user.has_perm("news.publish_article")
        context["transitions"] = [
            (name, _TRANSITIONS[name][0])
            for name in names
            if may_publish or not _TRANSITIONS[name][2]
        ]
        context["missing"] = article.missing_for_publication() if article else []
        return super().render_change_form(request, context, *args, **kwargs)

    def _refuse(
        self, request: HttpRequest, context: dict[str, Any], article: Article
    ) -> HttpResponse:
        """Show what is stored beside what was typed; where they are the same, all is well."""
        formsets = [inline.formset for inline in context["inline_admin_formsets"]]
        context["differences"] = comparison.differences(context["adminform"].form, formsets)
        context["stored"] = Article.objects.get(pk=article.pk)
        if not context["differences"]:
            words = _("The article was stored like this already. It is now: %(state)s.")
            messages.success(request, words % {"state": context["stored"].get_state_display()})
            return redirect("admin:news_article_change", article.pk)
        if len(context["errors"]) == 1:
            context["errors"] = []  # the page says more about it than this list
        context["last_change"] = comparison.last_change(context["stored"])
        response = super().render_change_form(request, context, change=True, obj=article)
        response.status_code = 409
        return response

    def response_add(self, request: HttpRequest, obj: Article, *args: Any) -> HttpResponse:
        return self._after_save(request, obj) or super().response_add(request, obj, *args)

    def response_change(self, request: HttpRequest, obj: Article) -> HttpResponse:
        return self._after_save(request, obj) or super().response_change(request, obj)

    def _after_save(self, request: HttpRequest, obj: Article) -> HttpResponse | None:
        """Make the transition whose button was pressed; what was typed is saved in any case."""
        name = next((name for name in _TRANSITIONS if name in request.POST), None)
        if name is None:
            return None
        _label, transition, needs_right = _TRANSITIONS[name]
        article = Article.objects.get(pk=obj.pk)
        try:
            if needs_right and not request.user.has_perm("news.publish_article"):
                raise TransitionRefused(_("You may not publish or retract."))
            transition(article)
        except TransitionRefused as refusal:
            words = _("The article is saved, but its state is not changed. %(reason)s")
            messages.error(request, words % {"reason": refusal})
        else:
            self.log_change(request, article, [{"changed": {"fields": ["state"]}}])
            state = article.get_state_display()
            messages.success(request, _("Saved. The article is now: %(state)s.") % {"state": state})
        return redirect("admin:news_article_change", obj.pk)


@admin.register(Image)
class ImageAdmin(ShownAdmin):
    form = ImageForm
    list_display = ["__str__", "credit", "width", "height", "created_at"]
    ordering = ["-pk"]
    search_fields = ["alt_en", "alt_ru", "caption_en", "caption_ru", "credit"]
    show_full_result_count = False

    def save_model(self, request: HttpRequest, obj: Image, form: ModelForm, change: bool) -> None:
        former = form.initial.get("file")
        if {"file", "focal_x", "focal_y"} & set(form.changed_data):
            obj.renditions = []
        super().save_model(request, obj, form, change)
        if former and "file" in form.changed_data:
            renditions.delete_original(obj, str(former))
        make_renditions.delay_on_commit(obj.pk)

    def delete_model(self, request: HttpRequest, obj: Image) -> None:
        renditions.delete_files(obj)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Image]) -> None:
        for image in queryset:
            renditions.delete_files(image)
        super().delete_queryset(request, queryset)


class EntityAliasInline(admin.TabularInline):
    model = EntityAlias
    extra = 0


@admin.register(Entity)
class EntityAdmin(ShownAdmin):
    list_display = ["name_en", "name_ru", "kind"]
    list_filter = ["kind"]
    search_fields = ["name_en", "name_ru", "aliases__name"]
    prepopulated_fields = {"slug": ["name_en"]}
    show_full_result_count = False
    inlines = [EntityAliasInline]


class MentionStateFilter(admin.SimpleListFilter):
    """Shows the proposals unless something else is asked for."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*Mention.State.choices, ("all", _("All"))]

    def choices(self, changelist: Any) -> Iterator[Any]:
        for state, label in self.lookup_choices:
            yield {
                "selected": state == (self.value() or Mention.State.FOUND),
                "query_string": changelist.get_query_string({self.parameter_name: state}),
                "display": label,
            }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Mention]) -> QuerySet[Mention]:
        state = self.value() or Mention.State.FOUND
        return queryset if state == "all" else queryset.filter(state=state)


@admin.register(Mention)
class MentionAdmin(ShownAdmin):
    """What the finder proposes (news.mention_finder), to be accepted or refused."""

    list_display = ["entity", "sentence", "article", "state"]
    list_filter = [MentionStateFilter, "entity__kind"]
    list_select_related = ["entity"]
    search_fields = ["entity__name_en", "entity__name_ru", "sentence"]
    show_full_result_count = False
    autocomplete_fields = ["entity"]
    raw_id_fields = ["article"]
    ordering = ["-pk"]
    actions = ["accept", "refuse"]

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
        self._changed(request, {form.initial.get("article") or obj.article_id, obj.article_id})
        super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: Mention) -> None:
        self._changed(request, [obj.article_id])
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Mention]) -> None:
        with transaction.atomic():
            self._changed(request, queryset.values_list("article", flat=True))
            super().delete_queryset(request, queryset)

    def _changed(self, request: HttpRequest, articles: Iterable[int]) -> None:
        """Mentions belong to their articles: who has one of those open must hear of it."""
        changed = Article.objects.filter(pk__in=set(articles))
        changed.raise_version()
        said = [{"changed": {"name": str(Mention._meta.verbose_name_plural), "fields": ["state"]}}]
        log = LogEntry.objects
        log.log_actions(int(request.user.pk or 0), changed.in_language("en"), CHANGE, said)

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
            articles = Article.objects.filter(mentions__in=mentions)
            self._changed(request, articles.values_list("pk", flat=True))
            decided = mentions.update(state=state)
        generations.bump(generations.NEWS)
        messages.success(
            request, _("%(state)s: %(number)d.") % {"state": state.label, "number": decided}
        )


@admin.register(Rubric)
class RubricAdmin(ShownAdmin):
    list_display = ["name_en", "name_ru", "slug", "position"]
    list_editable = ["position"]
    prepopulated_fields = {"slug": ["name_en"]}


@admin.register(Source)
class SourceAdmin(ShownAdmin):
    list_display = ["name_en", "name_ru", "rights_holder", "licence"]
    search_fields = ["name_en", "name_ru", "rights_holder"]
    prepopulated_fields = {"slug": ["name_en"]}
