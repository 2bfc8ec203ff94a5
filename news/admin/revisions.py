"""An article's history at the desk: who saved what when, what was changed, and going back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from news import revisions
from news.models import Article, ArticleRevision, AuditEntry, TransitionRefused
from news.paging import keyset_page, parse_number

from .article_desk import ArticleDesk

_ON_A_PAGE = 30


class RevisionDesk(ArticleDesk):
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        name = "news_article"
        return [
            path(
                "<int:pk>/history/difference/",
                view(require_safe(self.difference_view)),
                name=f"{name}_difference",
            ),
            path(
                "<int:pk>/history/<int:revision>/restore/",
                view(require_POST(self.restore_view)),
                name=f"{name}_restore",
            ),
            *super().get_urls(),
        ]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        article = self._article(request, object_id)
        kept = article.revisions.select_related("saved_by").defer("content")
        page = keyset_page(kept, ("-pk",), request.GET, _ON_A_PAGE)
        states = AuditEntry.objects.about(article).filter(action=AuditEntry.Action.STATE)
        context = {
            "title": _("History"),
            "page": page,
            "states": states.select_related("by").order_by("-pk")[:_ON_A_PAGE],
        }
        return self._show(request, "history", article, context)

    def difference_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """From revision `old` to `new`; else from the one before to the last."""
        article = self._article(request, pk)
        new = _revision(article, request.GET.get("new", ""))
        old = _revision(article, request.GET.get("old", ""), before=new)
        old, new = sorted([old, new], key=lambda revision: revision.pk)
        contents = [article.revisions.content_at(revision.pk) or {} for revision in (old, new)]
        context = {
            "title": _("What has changed"),
            "old": old,
            "new": new,
            "changes": revisions.differences(*contents) if all(contents) else [],
            "newest": article.revisions.order_by("-pk").values_list("pk", flat=True).first(),
        }
        return self._show(request, "difference", article, context)

    @transaction.atomic
    def restore_view(self, request: HttpRequest, pk: int, revision: int) -> HttpResponse:
        article = self._article(request, pk)
        if not self.has_change_permission(request, article):
            raise PermissionDenied
        wanted = _revision(article, str(revision))
        if request.POST.get("version") != str(article.version):
            words = _("Nothing was restored: the article has changed since you opened this page.")
            messages.error(request, words)
            address = reverse("admin:news_article_difference", args=[pk])
            return redirect(f"{address}?old={wanted.pk}")
        self._restore(request, article, wanted)
        return redirect("admin:news_article_history", pk)

    def _restore(self, request: HttpRequest, article: Article, wanted: ArticleRevision) -> None:
        try:
            revisions.restore(article, wanted, request.user)
        except TransitionRefused as refusal:
            messages.error(request, str(refusal))
        else:
            self.log_change(request, article, [{"changed": {"fields": ["texts"]}}])
            words = _("Restored. What was there before is in the history, too.")
            messages.success(request, words)

    def _article(self, request: HttpRequest, pk: str | int) -> Article:
        return self.article_at(request, pk, may=self.has_view_or_change_permission)

    def _show(
        self, request: HttpRequest, name: str, article: Article, context: dict[str, Any]
    ) -> HttpResponse:
        context |= self.admin_site.each_context(request) | {
            "opts": self.opts,
            "article": article,
            "may_change": self.has_change_permission(request, article),
        }
        return TemplateResponse(request, f"admin/news/article/{name}.html", context)


def _revision(
    article: Article, number: str, before: ArticleRevision | None = None
) -> ArticleRevision:
    """Revision `number` of `article`; without one the last, or the last before another."""
    kept = article.revisions.select_related("saved_by").defer("content").order_by("-pk")
    if number:
        kept = kept.filter(pk=parse_number(number))
    elif before:
        kept = kept.filter(pk__lt=before.pk)
    found = kept.first() or (before if not number else None)
    if found is None:
        raise Http404
    return found
