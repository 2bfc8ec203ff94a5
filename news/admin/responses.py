"""What readers have sent in: read, then published, returned with a note, or declined."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from news import responses
from news.models import Article, TransitionRefused
from news.models.exchange import LONGEST_NOTE
from news.paging import keyset_page

from .article_desk import ArticleDesk


class AnswerForm(forms.Form):
    """Only who takes it as it is may say nothing."""

    note = forms.CharField(
        label=gettext_lazy("Note to its author"),
        max_length=LONGEST_NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy(
            "What is to be mended, or why you don’t take it. Its author reads this on the site and"
            " by mail; nobody else does."
        ),
    )

    def clean_note(self) -> str:
        note = str(self.cleaned_data["note"])
        if not note and "_accept" not in self.data:
            raise forms.ValidationError(_("Say why: the reader has taken trouble."))
        return note


class ResponseDesk(ArticleDesk):
    def get_urls(self) -> list[URLPattern]:
        view, name = self.admin_site.admin_view, "news_article_response"
        return [
            path("responses/", view(require_safe(self.responses_view)), name=f"{name}s"),
            path("<int:pk>/response/", view(self.response_view), name=name),
            *super().get_urls(),
        ]

    def responses_view(self, request: HttpRequest) -> HttpResponse:
        """Those that wait, the longest waiting first."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        order = ("exchange__sent_at", "pk")
        page = keyset_page(responses.waiting(), order, request.GET)
        return self._show_responses(request, "responses", {"page": page})

    def response_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        article = self.article_at(request, pk, may=self.has_view_or_change_permission)
        if not hasattr(article, "exchange"):
            raise Http404
        form = AnswerForm(request.POST or None)
        if request.method == "POST":
            if not request.user.has_perm("news.publish_article"):
                raise PermissionDenied
            if self._decide(request, article, form):
                return redirect("admin:news_article_responses")
        context = {
            "article": article,
            "text": article.original(),
            "form": form,
            "may_decide": request.user.has_perm("news.publish_article"),
        }
        return self._show_responses(request, "response", context)

    def _decide(self, request: HttpRequest, article: Article, form: AnswerForm) -> bool:
        act = next((act for name, act in _ACTS.items() if name in request.POST), None)
        if act is None or not form.is_valid():
            return False
        if request.POST.get("version") != str(article.version):
            form.add_error(None, _("It has changed since you opened this page. Look again."))
            return False
        try:
            act(article, form.cleaned_data["note"], request.user)
        except TransitionRefused as refusal:
            form.add_error(None, str(refusal))
            return False
        messages.success(request, _("Done. Its author will hear of it."))
        return True

    def _show_responses(
        self, request: HttpRequest, name: str, context: dict[str, Any]
    ) -> HttpResponse:
        context |= self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": _("Readers’ responses"),
        }
        return TemplateResponse(request, f"admin/news/article/{name}.html", context)


_ACTS: dict[str, Callable[[Article, str, Any], None]] = {
    "_accept": lambda article, note, by: responses.accept(article, by),
    "_return": responses.send_back,
    "_decline": responses.decline,
}
