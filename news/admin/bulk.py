"""What is done to many articles at once: chosen, looked at, done, and undone if it was wrong."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from news import bulk
from news.models import Article, AuditEntry, BulkChange, TransitionRefused

from .article_desk import ArticleDesk
from .bulk_forms import FORMS
from .numbers import numbers_of


class BulkDesk(ArticleDesk):
    actions = ["change_states", "change_rubrics", "change_mentions", "change_rights"]

    def get_urls(self) -> list[URLPattern]:
        view, name = self.admin_site.admin_view, "news_article_bulk"
        return [
            path("bulk/<str:kind>/", view(self.bulk_view), name=name),
            path(
                "bulk/done/<int:pk>/", view(require_safe(self.bulk_done_view)), name=f"{name}_done"
            ),
            path(
                "bulk/done/<int:pk>/undo/",
                view(require_POST(self.bulk_undo_view)),
                name=f"{name}_undo",
            ),
            *super().get_urls(),
        ]

    @admin.action(description=gettext_lazy("Change the state …"), permissions=["change"])
    def change_states(self, request: HttpRequest, chosen: QuerySet[Article]) -> HttpResponse:
        return _to(BulkChange.Kind.STATE, chosen)

    @admin.action(description=gettext_lazy("Move to a rubric …"), permissions=["change"])
    def change_rubrics(self, request: HttpRequest, chosen: QuerySet[Article]) -> HttpResponse:
        return _to(BulkChange.Kind.RUBRIC, chosen)

    @admin.action(description=gettext_lazy("Add or remove a mention …"), permissions=["change"])
    def change_mentions(self, request: HttpRequest, chosen: QuerySet[Article]) -> HttpResponse:
        return _to(BulkChange.Kind.MENTION, chosen)

    @admin.action(description=gettext_lazy("Set rights and credit …"), permissions=["change"])
    def change_rights(self, request: HttpRequest, chosen: QuerySet[Article]) -> HttpResponse:
        return _to(BulkChange.Kind.RIGHTS, chosen)

    def bulk_view(self, request: HttpRequest, kind: str) -> HttpResponse:
        """The choice, then what it would do, then (by POST) does."""
        if kind not in FORMS:
            raise Http404
        self._require_bulk(request, kind)
        numbers = _numbers((request.POST or request.GET).get("of", ""))
        is_chosen = request.method == "POST" or "look" in request.GET
        form = FORMS[kind]((request.POST or request.GET) if is_chosen else None, user=request.user)
        change = None
        if is_chosen and form.is_valid():
            may = self._may(request)
            if request.method == "POST":
                return self._do(request, bulk.make(form.act(), numbers, request.user, may))
            change = bulk.forecast(form.act(), numbers, request.user, may)
        context = {"form": form, "numbers": ",".join(map(str, numbers)), "change": change}
        context |= {"articles": _titled(numbers), "label": BulkChange.Kind(kind).label}
        return self._show_bulk(request, "bulk", change, context)

    def bulk_done_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        change = get_object_or_404(BulkChange.objects.select_related("made_by", "undone_by"), pk=pk)
        self._require_bulk(request, change.kind)
        return self._show_bulk(request, "bulk_done", change, {"change": change})

    def bulk_undo_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        change = get_object_or_404(BulkChange, pk=pk)
        self._require_bulk(request, change.kind)
        try:
            change = bulk.undo(pk, request.user, self._may(request))
        except TransitionRefused as refusal:
            messages.error(request, str(refusal))
        else:
            kept = {row["article"] for row in change.kept}
            self._log_bulk(request, change, {row["article"] for row in change.done} - kept)
        return redirect("admin:news_article_bulk_done", pk)

    def _do(self, request: HttpRequest, change: BulkChange) -> HttpResponse:
        self._log_bulk(request, change, [row["article"] for row in change.done])
        return redirect("admin:news_article_bulk_done", change.pk)

    def _require_bulk(self, request: HttpRequest, kind: str) -> None:
        is_mention = kind == BulkChange.Kind.MENTION
        right = "news.change_mention" if is_mention else "news.change_article"
        if not (self.has_change_permission(request) and request.user.has_perm(right)):
            raise PermissionDenied

    def _may(self, request: HttpRequest) -> bulk.May:
        return lambda article: self.has_change_permission(request, article)

    def _log_bulk(self, request: HttpRequest, change: BulkChange, numbers: Iterable[int]) -> None:
        """One line for each; a transition has written its own."""
        if change.kind != BulkChange.Kind.STATE:
            changed = Article.objects.filter(pk__in=list(numbers)).in_language("en")
            words = f"{change.words} ({_('Undone')})" if change.undone_at else change.words
            action = AuditEntry.Action.CHANGE
            AuditEntry.objects.record(request.user, action, *changed, detail=words)

    def _show_bulk(
        self, request: HttpRequest, name: str, change: BulkChange | None, context: dict[str, Any]
    ) -> HttpResponse:
        context |= self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": _("Many articles at once"),
            "lists": _lists(change, is_forecast=name == "bulk") if change else [],
        }
        return TemplateResponse(request, f"admin/news/article/{name}.html", context)


def _to(kind: str, chosen: QuerySet[Article]) -> HttpResponse:
    numbers = ",".join(map(str, chosen.values_list("pk", flat=True)[: bulk.MOST]))
    return redirect(f"{reverse('admin:news_article_bulk', args=[kind])}?of={numbers}")


def _lists(change: BulkChange, *, is_forecast: bool) -> list[tuple[str, list[tuple[Article, str]]]]:
    """(heading, articles, each with why it is as it was); without those that are empty."""
    numbers = [row["article"] for row in (*change.done, *change.refused)]
    titled = {article.pk: article for article in _titled(numbers)}
    kept = {row["article"]: row["why"] for row in change.kept}
    back = [(pk, "") for row in change.done if (pk := row["article"]) not in kept]
    refused = [(row["article"], row["why"]) for row in change.refused]
    words = _("Undone") if change.undone_at else _("Changed")
    named = [
        (_("Would be changed") if is_forecast else words, back),
        (_("Not undone"), list(kept.items())),
        (_("Left as they are"), refused),
    ]
    return [
        (heading, [(titled[pk], why) for pk, why in rows if pk in titled])
        for heading, rows in named
        if rows
    ]


def _titled(numbers: list[int]) -> list[Article]:
    known = Article.objects.at_the_desk().filter(pk__in=numbers)
    return list(known.in_language().order_by("-pk"))


def _numbers(text: str) -> list[int]:
    return numbers_of(text[:4000].split(",")[: bulk.MOST])
