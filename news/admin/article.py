from typing import Any

from django.contrib import admin, messages
from django.db import connection, transaction
from django.db.models import DateTimeField, QuerySet
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from news import comparison, desk_search
from news.forms import ArticleForm, likely_year
from news.models import Article, ArticleText, Correction, TransitionRefused
from news.tasks import find_mentions

from .bulk import BulkDesk
from .calendar import CalendarDesk
from .front_page import FrontPageDesk
from .long_list import LongList
from .mention_inline import MentionInline
from .previews import PreviewDesk
from .responses import ResponseDesk
from .revisions import RevisionDesk
from .roles import RoleDesk
from .shown import ShownAdmin
from .texts import ArticleTextInline, blank_texts
from .transitions import buttons, last_reason, make, pressed, why
from .translating import (
    ACTS,
    FOLLOW,
    MachineFilter,
    TranslationDesk,
    form_address,
    is_translating,
)
from .working_copies import WorkingCopyDesk

# What a translation follows, by ArticleText.fingerprint.
_WORDS = {"title", "lead", "body"}


class LikelyYears(admin.options.BaseModelAdmin):
    """Dates that are dates of news."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if isinstance(db_field, DateTimeField):
            kwargs["validators"] = [likely_year]
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class CorrectionInline(LikelyYears, admin.StackedInline):
    model = Correction
    extra = 0


@admin.register(Article)
class ArticleAdmin(
    LikelyYears,
    WorkingCopyDesk,
    TranslationDesk,
    PreviewDesk,
    RevisionDesk,
    FrontPageDesk,
    CalendarDesk,
    BulkDesk,
    ResponseDesk,
    LongList,
    RoleDesk,
    ShownAdmin,
):
    form = ArticleForm
    view_on_site = False  # the form has a link of its own, once there is something to view
    change_list_template = "admin/news/article/change_list.html"
    change_form_template = "admin/news/article/change_form.html"
    list_display = [
        "headline",
        "state",
        "rubric",
        "hour",
        "translated",
    ]
    list_filter = [
        *("state", "translation", MachineFilter, "rubric", "original_language", "is_pinned"),
    ]
    list_select_related = ["rubric"]
    search_fields = ["texts__title"]
    search_help_text = _("A number, or words of the headline; their beginnings are enough.")
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
            {"fields": ["published_at", "embargo_until"]},
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
        articles: Any = super().get_queryset(request)
        return articles.at_the_desk().in_language().order_by("-pk")

    def found(self, rows: QuerySet[Article], typed: str) -> QuerySet[Article]:
        return desk_search.articles(rows, typed)

    def is_shown(self, obj: Article) -> bool:
        return obj.is_public

    @admin.display(description=_("headline"))
    def headline(self, article: Article) -> str:
        return article.title or f"#{article.pk}"

    @admin.display(description=_("published at"), empty_value="")
    def hour(self, article: Article) -> str | None:
        """Short enough for all columns to be seen."""
        at = article.published_at
        return date_format(timezone.localtime(at), "j M Y, H:i") if at else None

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        language = request.LANGUAGE_CODE
        return {"original_language": language, **super().get_changeform_initial_data(request)}

    def save_model(self, request: HttpRequest, obj: Article, form: ModelForm, change: bool) -> None:
        if not change and obj.author_id is None:
            obj.author_id = request.user.pk
        if not change:
            obj.submission_key = form.cleaned_data.get("form_key")
        if change:  # what an import or somebody else has left there, before it is written over
            obj.revisions.record(obj, saved_at=obj.updated_at)
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
        if isinstance(inline, ArticleTextInline):
            kwargs["initial"] = blank_texts(request, obj if obj.pk else None)
        if obj.pk and "data" in kwargs and kwargs["data"].get("version") != str(obj.version):
            rows = inline.model._default_manager.filter(article=obj.pk)
            kwargs["data"] = comparison.rebase(kwargs["data"], prefix, rows)
        return kwargs

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        form.instance.__dict__.pop("title", None)  # as it was fetched: it may have another now
        Article.objects.filter(pk=form.instance.pk).raise_version()
        form.instance.revisions.record(form.instance, request.user)
        self.settle(request, form, is_new=not change)

    def save_formset(
        self, request: HttpRequest, form: ModelForm, formset: BaseInlineFormSet, change: bool
    ) -> None:
        super().save_formset(request, form, formset, change)
        if formset.model is ArticleText:
            self._settle_texts(request, form.instance, formset)

    def _settle_texts(
        self, request: HttpRequest, article: Article, formset: BaseInlineFormSet
    ) -> None:
        """What words were written follows the source as it is now, and so does what is said to."""
        reworded = [text for text, fields in formset.changed_objects if _WORDS & set(fields)]
        reworded += formset.new_objects
        article.texts.filter(language=article.original_language).exclude(
            origin=ArticleText.Origin.ORIGINAL
        ).update(origin=ArticleText.Origin.ORIGINAL)
        article.mark_translated(article.texts.all() if FOLLOW in request.POST else reworded)
        if reworded:
            find_mentions.delay_on_commit(article.pk)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        article = kwargs.get("obj")
        context |= self.form_context(request, context, article)
        context |= self.preview_context(request, article)
        context |= self.translation_context(request, article)
        if article and context["adminform"].form.is_outdated:
            return self._refuse(request, context, article)
        context["transitions"] = buttons(article, request.user)
        return super().render_change_form(request, context, *args, **kwargs)

    def _refuse(
        self, request: HttpRequest, context: dict[str, Any], article: Article
    ) -> HttpResponse:
        """Show what is stored beside what was typed; where they are the same, all is well."""
        formsets = [inline.formset for inline in context["inline_admin_formsets"]]
        context["differences"] = comparison.differences(context["adminform"].form, formsets)
        context["stored"] = Article.objects.get(pk=article.pk)
        acts = {name: label for name, label in ACTS.items() if name in request.POST}
        if not (context["differences"] or acts or self._is_unsaid(request, article)):
            words = _("The article was stored like this already. It is now: %(state)s.")
            messages.success(request, words % {"state": context["stored"].get_state_display()})
            self.settle(request, context["adminform"].form)
            return redirect(form_address(request, article))
        context["pressed"] = (acts | pressed(request.POST)).items()
        if len(context["errors"]) == 1:
            context["errors"] = []  # the page says more about it than this list
        context["last_change"] = comparison.last_change(context["stored"])
        response = super().render_change_form(request, context, change=True, obj=article)
        response.status_code = 409
        return response

    def _is_unsaid(self, request: HttpRequest, article: Article) -> bool:
        """Whether a reason was typed that nobody has been given: else it was pressed twice."""
        given = last_reason(article)
        return bool(why(request)) and not (given and given.why == why(request))

    @transaction.atomic
    def delete_view(self, request: HttpRequest, object_id: str, *args: Any) -> HttpResponse:
        """What has changed since the question was shown is not deleted by its answer."""
        article = self.get_object(request, object_id) if request.method == "POST" else None
        if article and request.POST.get("version") != str(article.version):
            words = _("Not deleted: the article has changed since you were asked. Look again.")
            messages.error(request, words)
            return redirect("admin:news_article_delete", article.pk)
        return super().delete_view(request, object_id, *args)

    def response_add(self, request: HttpRequest, obj: Article, *args: Any) -> HttpResponse:
        return self._after_save(request, obj) or super().response_add(request, obj, *args)

    def response_change(self, request: HttpRequest, obj: Article) -> HttpResponse:
        return self._after_save(request, obj) or super().response_change(request, obj)

    def _after_save(self, request: HttpRequest, obj: Article) -> HttpResponse | None:
        """Make the transition whose button was pressed; what was typed is saved in any case."""
        if is_translating(request, obj):
            return self.after_translating(request, obj)
        button = next(iter(pressed(request.POST)), None)
        if button is None:
            return None
        article = Article.objects.get(pk=obj.pk)
        try:
            make(button, article, request)
        except TransitionRefused as refusal:
            words = _("The article is saved, but its state is not changed. %(reason)s")
            messages.error(request, words % {"reason": refusal})
            if why(request):
                messages.warning(request, _("What you typed: “%(why)s”") % {"why": why(request)})
        else:
            state = article.get_state_display()
            messages.success(request, _("Saved. The article is now: %(state)s.") % {"state": state})
        return redirect("admin:news_article_change", obj.pk)
