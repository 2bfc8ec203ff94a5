"""What an editor types is kept beside the article, and offered when they come back to the form."""

import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from news import body, limits, presence, working_copies
from news.client_address import client_network
from news.forms import TAKEN_UP
from news.limits import Limit
from news.models import Article, ArticleText, Source, WorkingCopy

from .article_desk import ArticleDesk

_LATE_SAVES = (30, 3600)  # (count, seconds) of a network
_NEW = "add"  # in the address, instead of a number


class WorkingCopyDesk(ArticleDesk):
    def get_urls(self) -> list[URLPattern]:
        name, view = "news_article", self.admin_site.admin_view
        return [
            path("add/", self._kept(self.add_view), name=f"{name}_add"),
            path("<path:object_id>/change/", self._kept(self.change_view), name=f"{name}_change"),
            path("<str:object_id>/copy/", self._for_scripts(self.copy_view), name=f"{name}_copy"),
            path(
                "<str:object_id>/copy/discard/",
                view(require_POST(self.discard_view)),
                name=f"{name}_discard",
            ),
            *super().get_urls(),
        ]

    def _for_scripts(self, view: Callable[..., HttpResponse]) -> Callable[..., Any]:
        """`view` by POST. A script is told that its session has ended, and not sent to log in."""
        guarded = self.admin_site.admin_view(require_POST(view))

        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if request.method == "POST" and not self.admin_site.has_permission(request):
                return HttpResponse(status=401)
            return guarded(request, *args, **kwargs)

        return answer

    def _kept(self, view: Callable[..., HttpResponse]) -> Callable[..., Any]:
        """`view`, and what is sent to it after the session has ended waits for its editor."""
        guarded = self.admin_site.admin_view(view)

        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            key = _key(request.POST.get("form_key", "")) if request.method == "POST" else None
            if key and not request.user.is_authenticated:
                self._keep_for_its_owner(request, kwargs.get("object_id"), key)
            return guarded(request, *args, **kwargs)

        return answer

    def _keep_for_its_owner(self, request: HttpRequest, object_id: str | None, key: UUID) -> None:
        """What can't be kept is shown again by the page that refuses it."""
        limits.count([Limit(f"late-save:{client_network(request)}", *_LATE_SAVES)])
        user_id = working_copies.owner_of(request.POST.get("_owner", ""))
        number = re.fullmatch("[0-9]{1,18}", object_id or "")
        article = Article.objects.filter(pk=number[0]).first() if number else None
        if user_id is None or (object_id and article is None):
            raise PermissionDenied
        if working_copies.keep(user_id, article, key, request.POST).form_key != key:
            raise PermissionDenied
        words = _("You are logged out. What you typed is kept: log in and take it up in the form.")
        messages.warning(request, words)

    def copy_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Keep what stands in the form; answer what there is to be said about it now."""
        article = self._article_of(request, object_id)
        if article and "_leave" in request.POST:
            presence.leave(article.pk, _who(request))
            return HttpResponse(status=204)
        form, formsets = self._typed(request, article)
        form.is_valid()
        key = form.cleaned_data.get("form_key")
        if key is None:
            return HttpResponseBadRequest()
        copy = self._keep(request, article, key, form, formsets)
        context = self.desk_context(request, article, key) | {
            "kept": copy if copy and copy.form_key == key else None,
            "missing": missing(form, formsets),
            "rights": _rights_of(form.cleaned_data.get("source")),
        }
        return TemplateResponse(request, "admin/news/article/desk_answer.html", context)

    def discard_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        article = self._article_of(request, object_id)
        if key := _key(request.POST.get("form_key", "")):
            working_copies.discard(_who(request), article, key)
        messages.success(request, _("Thrown away. The article is as it was saved last."))
        return redirect(_form_of(article))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if request.method == "POST" and object_id is None:
            return self._add_once(request, form_url, extra_context)
        if request.method == "GET" and (copy := self._asked_for(request, object_id)):
            _as_if_sent(request, copy)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _add_once(self, request: HttpRequest, *args: Any) -> HttpResponse:
        """A form that is sent twice makes one article: the second is a change of the first."""
        if first := _made_from(request):
            return super().changeform_view(request, str(first.pk), *args)
        try:
            return super().changeform_view(request, None, *args)
        except IntegrityError:
            if first := _made_from(request):  # at the same time
                return super().changeform_view(request, str(first.pk), *args)
            raise

    def desk_context(
        self, request: HttpRequest, article: Article | None, key: UUID | None
    ) -> dict[str, Any]:
        """Who else edits, and what can be taken up that stands in no form, or in another one."""
        user_id = _who(request)
        if article:
            presence.note(article.pk, user_id)
        found = working_copies.offered(user_id, article)
        return {
            "others": working_copies.others(user_id, article) if article else [],
            "offered": [copy for copy in found if copy.form_key != key],
            "form_address": _form_of(article),
            "discard_address": _address("discard", article),
            "copy_address": _address("copy", article),
        }

    def form_context(
        self, request: HttpRequest, context: dict[str, Any], article: Article | None
    ) -> dict[str, Any]:
        """The same for a form as a whole page, and what is missing in it."""
        form: ModelForm = context["adminform"].form
        formsets = [inline.formset for inline in context["inline_admin_formsets"]]
        return self.desk_context(request, article, _key(str(form["form_key"].value()))) | {
            "missing": missing(form, formsets),
            "allowed": json.dumps(body.allowed()),
            "owner": working_copies.owner_mark(_who(request)),
        }

    def settle(self, request: HttpRequest, form: ModelForm, *, is_new: bool = False) -> None:
        """What stood in `form` is stored."""
        if key := form.cleaned_data.get("form_key"):
            working_copies.settle(_who(request), form.instance, key, is_new=is_new)

    def _keep(
        self,
        request: HttpRequest,
        article: Article | None,
        key: UUID,
        form: ModelForm,
        formsets: list[BaseInlineFormSet],
    ) -> WorkingCopy | None:
        if form.has_changed() or any(formset.has_changed() for formset in formsets):
            return working_copies.keep(_who(request), article, key, request.POST)
        working_copies.discard(_who(request), article, key)
        return None

    def _typed(
        self, request: HttpRequest, article: Article | None
    ) -> tuple[ModelForm, list[BaseInlineFormSet]]:
        """The form and its parts as Django's own view makes them of what was sent."""
        fields = flatten_fieldsets(self.get_fieldsets(request, article))
        form_class = self.get_form(request, article, change=bool(article), fields=fields)
        form = form_class(request.POST, request.FILES, instance=article)
        formsets, _inlines = self._create_formsets(  # type: ignore[attr-defined]
            request, form.instance, change=bool(article)
        )
        return form, formsets

    def _article_of(self, request: HttpRequest, object_id: str) -> Article | None:
        """The one in the address, None for one that is to be added; checks that they may."""
        if object_id != _NEW:
            return self.article_at(request, object_id, may=self.has_change_permission)
        if not self.has_add_permission(request):
            raise PermissionDenied
        return None

    def _asked_for(self, request: HttpRequest, object_id: str | None) -> WorkingCopy | None:
        """The editor's own copy that the address names."""
        number = request.GET.get("copy", "")
        if not (number.isascii() and number.isdigit() and len(number) < 19):
            return None
        own = WorkingCopy.objects.unsaved().filter(user=_who(request), pk=number)
        copy = own.first()
        return copy if copy and str(copy.article_id or "") == (object_id or "") else None


def missing(form: ModelForm, formsets: list[BaseInlineFormSet]) -> list[str]:
    """What publishing would still need if the form were saved as it stands."""
    article: Article = form.instance
    texts = next((formset for formset in formsets if formset.model is ArticleText), None)
    if texts is None:  # they may not change those
        return article.missing_for_publication() if article.pk else []
    for part in texts.forms:
        # Asking whether it is valid puts what was typed into its instance.
        is_typed = texts.is_bound and (part.is_valid() or part.has_changed())
        is_there = part.instance.pk or (is_typed and part.has_changed())
        if is_there and part.instance.language == article.original_language:
            part.instance.derive()
            return article.missing_with(part.instance)
    stored = article.original() if article.pk else None
    is_elsewhere = stored and stored.pk not in {part.instance.pk for part in texts.forms}
    return article.missing_with(stored if is_elsewhere else None)


def _rights_of(source: Source | None) -> list[tuple[str, str]]:
    names = ("rights_holder", "licence", "licence_url") if source else ()
    return [(name, getattr(source, name)) for name in names]


def _as_if_sent(request: HttpRequest, copy: WorkingCopy) -> None:
    """But for the mark that lets nothing be saved."""
    data = copy.data
    data[TAKEN_UP] = "1"
    # First, since files are read together with POST, which would be empty.
    files = request.FILES
    assert not files
    request.POST, request.method = data, "POST"  # type: ignore[assignment]


def _made_from(request: HttpRequest) -> Article | None:
    key = _key(request.POST.get("form_key", ""))
    return Article.objects.filter(submission_key=key).first() if key else None


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _who(request: HttpRequest) -> int:
    assert request.user.pk
    return int(request.user.pk)


def _form_of(article: Article | None) -> str:
    if article is None:
        return reverse("admin:news_article_add")
    return reverse("admin:news_article_change", args=[article.pk])


def _address(act: str, article: Article | None) -> str:
    return reverse(f"admin:news_article_{act}", args=[article.pk if article else _NEW])
