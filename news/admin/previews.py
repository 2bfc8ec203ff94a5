"""Links that show an article before it is out: made, listed and taken back in its form."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from news import previews
from news.addresses import absolute
from news.models import Article, PreviewLink

from .article_desk import ArticleDesk

_MOST_SHOWN = 20


class PreviewForm(forms.Form):
    days = forms.TypedChoiceField(
        label=gettext_lazy("The link works for"),
        coerce=int,
        initial=7,
        choices=[
            (1, gettext_lazy("one day")),
            (7, gettext_lazy("a week")),
            (30, gettext_lazy("a month")),
        ],
    )


class PreviewDesk(ArticleDesk):
    def get_urls(self) -> list[URLPattern]:
        view, name = self.admin_site.admin_view, "news_article_preview"
        return [
            path(
                "<int:pk>/preview/make/",
                view(require_POST(self.make_preview_view)),
                name=f"{name}_make",
            ),
            path(
                "<int:pk>/preview/<int:link>/revoke/",
                view(require_POST(self.revoke_preview_view)),
                name=f"{name}_revoke",
            ),
            *super().get_urls(),
        ]

    def make_preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        article = self._previewed(request, pk)
        form = PreviewForm(request.POST)
        if form.is_valid():
            previews.make(article, request.user, form.cleaned_data["days"])
            self.log_change(request, article, str(_("A link to preview it was made.")))
            messages.success(request, _("The link is made. It stands at the end of this page."))
        else:
            messages.error(request, _("Choose for how long the link is to work."))
        return _back(pk)

    def revoke_preview_view(self, request: HttpRequest, pk: int, link: int) -> HttpResponse:
        article = self._previewed(request, pk)
        wanted = get_object_or_404(article.preview_links, pk=link)
        article.preview_links.working().filter(pk=wanted.pk).update(revoked_at=timezone.now())
        self.log_change(request, article, str(_("A link to preview it was taken back.")))
        messages.success(request, _("The link is taken back: it shows nothing any more."))
        return _back(pk)

    def preview_context(self, request: HttpRequest, article: Article | None) -> dict[str, Any]:
        """For the article's form. One query, none where there is nothing to preview."""
        if article is None or article.is_public or article.state == Article.State.BINNED:
            return {}
        links = article.preview_links.working().select_related("made_by").order_by("-pk")
        shown = [(link, _address(link)) for link in links[:_MOST_SHOWN]]
        return {"preview_links": shown, "preview_form": PreviewForm(auto_id="preview_%s")}

    def _previewed(self, request: HttpRequest, pk: int) -> Article:
        return self.article_at(request, pk, may=self.has_change_permission)


def _address(link: PreviewLink) -> str:
    return absolute(reverse("news:preview", args=[previews.token_of(link)]))


def _back(pk: int) -> HttpResponse:
    return redirect(f"{reverse('admin:news_article_change', args=[pk])}#previews")
