"""What leads the front page: editors pin, arrange and unpin it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from news import pins
from news.forms import likely_year
from news.front_page import ON_TOP
from news.models import Article, TransitionRefused

from .article_desk import ArticleDesk
from .numbers import numbers_of

_FOLLOWING = 8


class PinForm(forms.Form):
    article = forms.IntegerField(
        label=_("Number of the article"), min_value=1, max_value=10**18 - 1
    )
    until = forms.DateTimeField(
        label=_("Pinned until"),
        required=False,
        validators=[likely_year],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("By your clock. Without it, until somebody unpins it."),
    )

    def clean_until(self) -> Any:
        until = self.cleaned_data["until"]
        if until and until <= timezone.now():
            raise forms.ValidationError(_("This lies in the past."))
        return until


class FrontPageDesk(ArticleDesk):
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.front_page_view)
        return [path("front-page/", view, name="news_article_front_page"), *super().get_urls()]

    def front_page_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        form = PinForm()
        if request.method == "POST":
            if not request.user.has_perm("news.publish_article"):
                raise PermissionDenied
            form = PinForm(request.POST)
            if self._change_pins(request, form):
                return redirect(reverse("admin:news_article_front_page") + _goes_on(request.POST))
        context = self._front_page_context(request) | {"form": form}
        return TemplateResponse(request, "admin/news/article/front_page.html", context)

    def _change_pins(self, request: HttpRequest, form: PinForm) -> bool:
        """Do what the pressed button says; False for a form with something to mend in it."""
        name = next((name for name in _ACTS if name in request.POST), None)
        if name is not None:
            numbers = numbers_of(request.POST[name][:1000].split(","))
            _ACTS[name](numbers)
            self._log_pins(request, numbers)
        elif form.is_valid():
            try:
                article = pins.pin(form.cleaned_data["article"], form.cleaned_data["until"])
            except TransitionRefused as refusal:
                form.add_error("article", str(refusal))
                return False
            self._log_pins(request, [article.pk])
            messages.success(request, _("Pinned: %(title)s") % {"title": article})
        return name is not None or form.is_valid()

    def _log_pins(self, request: HttpRequest, numbers: list[int]) -> None:
        for article in Article.objects.filter(pk__in=numbers).in_language():
            self.log_change(request, article, [{"changed": {"fields": [str(_("pinned"))]}}])

    def _front_page_context(self, request: HttpRequest) -> dict[str, Any]:
        pinned = list(pins.held().in_language().with_pin().select_related("rubric"))
        rest = Article.objects.published().exclude(pk__in=[article.pk for article in pinned])
        newest = rest.in_language().select_related("rubric").newest_first()
        return self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": _("Front page"),
            "pinned": pinned,
            "following": newest[:_FOLLOWING],
            "on_top": ON_TOP,
            "may_pin": request.user.has_perm("news.publish_article"),
        }


def _goes_on(data: QueryDict) -> str:
    """Where the keyboard does: at what was moved, on the same button while that can be pressed."""
    name = next((name for name in ("_up", "_down", "moved", "article") if name in data), "")
    number = next(iter(numbers_of([data.get(name, "")])), None)
    if number is None:
        return ""
    if name not in ("_up", "_down"):
        return f"#pin-{number}"
    order = list(pins.held().values_list("pk", flat=True))
    if order[:1] == [number]:
        name = "_down"
    elif order[-1:] == [number]:
        name = "_up"
    return f"#{name[1:]}-{number}"


def _first(numbers: list[int], act: Callable[[int], Any]) -> None:
    for number in numbers[:1]:
        act(number)


_ACTS: dict[str, Callable[[list[int]], None]] = {
    "_up": lambda numbers: _first(numbers, lambda number: pins.move(number, -1)),
    "_down": lambda numbers: _first(numbers, lambda number: pins.move(number, 1)),
    "_unpin": lambda numbers: _first(numbers, pins.unpin),
    "_order": pins.arrange,
}
