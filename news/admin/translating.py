"""An article's form as a translator needs it: the source to read, and beside it the translation.

It is the same form with nothing but the translation in it, so that versions, working copies and
revisions are those of every other save.
"""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from news import machine_translation, revisions
from news.models import Article, ArticleText, MachineTranslation, TransitionRefused
from news.tasks import translate

from .article_desk import ArticleDesk

_MARK = "translating"  # in the address and, as a hidden field, in the form
FOLLOW, CHECK, MACHINE = "_follow", "_check", "_machine"
# The buttons that do more than save what stands in the form.
ACTS = {
    FOLLOW: gettext_lazy("It is still right: follow the source as it is now"),
    MACHINE: gettext_lazy("Have it translated by a machine"),
}


def is_marked(request: HttpRequest) -> bool:
    return _MARK in (request.POST if request.method == "POST" else request.GET)


def is_translating(request: HttpRequest, article: Article | None) -> bool:
    return article is not None and is_marked(request)


def translate_address(pk: int) -> str:
    return f"{reverse('admin:news_article_change', args=[pk])}?{_MARK}=1"


def form_address(request: HttpRequest, article: Article) -> str:
    """Of the form that was sent."""
    if is_translating(request, article):
        return translate_address(article.pk)
    return reverse("admin:news_article_change", args=[article.pk])


class MachineFilter(admin.SimpleListFilter):
    title = gettext_lazy("translation by machine")
    parameter_name = "machine"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("failed", gettext_lazy("It failed"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        if self.value() != "failed":
            return queryset
        return queryset.filter(pk__in=MachineTranslation.objects.failed().values("article"))


class TranslationDesk(ArticleDesk):
    @admin.display(description=gettext_lazy("translation"))
    def translated(self, article: Article) -> str:
        address, state = translate_address(article.pk), article.get_translation_display()
        return format_html('<a href="{}">{}</a>', address, state)

    def get_fieldsets(self, request: HttpRequest, obj: Article | None = None) -> Any:
        return [] if is_translating(request, obj) else super().get_fieldsets(request, obj)

    def get_inlines(self, request: HttpRequest, obj: Article | None) -> list[Any]:
        is_whole = not is_translating(request, obj)
        return [inline for inline in self.inlines if is_whole or inline.model is ArticleText]

    def get_formset_kwargs(
        self, request: HttpRequest, obj: Article, inline: Any, prefix: str
    ) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        if is_translating(request, obj if obj.pk else None):
            kwargs["queryset"] = kwargs["queryset"].exclude(language=obj.original_language)
            if CHECK in kwargs.get("data", {}):  # the same as its tick
                kwargs["data"][f"{prefix}-0-is_checked"] = "on"
        return kwargs

    def translation_context(self, request: HttpRequest, article: Article | None) -> dict[str, Any]:
        """Of which states the texts are; and for who translates, what the source said before."""
        if article is None or article.pk is None:
            return {}
        texts = {text.language: text for text in article.texts.all()}
        source = texts.pop(article.original_language, None)
        found = {"source_text": source, "translate_address": translate_address(article.pk)}
        if not is_translating(request, article):
            return found
        text = next(iter(texts.values()), None)
        is_stale = bool(text and source and text.is_stale(source))
        return found | {
            "is_translating": True,
            "translation": text,
            "is_stale": is_stale,
            "source_changes": revisions.source_changes(article, text) if text and is_stale else [],
            "order": article.machine_translations.first(),
            "is_machine_offered": bool(source) and machine_translation.is_offered(text),
            "title": _("Translate"),
        }

    def after_translating(self, request: HttpRequest, article: Article) -> HttpResponse:
        """Do what the button says besides saving, and show the translation again."""
        if MACHINE in request.POST:
            self._ask_machine(request, article)
        else:
            messages.success(request, _("The translation is saved."))
        return redirect(translate_address(article.pk))

    def _ask_machine(self, request: HttpRequest, article: Article) -> None:
        text = article.texts.exclude(language=article.original_language).first()
        language = text.language if text else article.languages_to_translate_into[0]
        try:
            order = machine_translation.ask(article, language, request.user)
        except TransitionRefused as refusal:
            messages.error(request, str(refusal))
            return
        translate.delay_on_commit(order.pk)
        messages.success(request, _("A machine translates it. Look again in a minute."))
