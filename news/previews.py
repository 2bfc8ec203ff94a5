"""An article before it is out, as it will be: for editors, and for whoever was given a link.

The row of a link says how long it works, its address is signed, so that nobody guesses one.
"""

from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from news.article_page import ArticlePage, article_page
from news.models import Article, PreviewLink
from news.models.audit import Actor
from news.tokens import Seal, TokenForged

_SEAL = Seal("article preview")
_FORGOTTEN_AFTER = timedelta(days=90)


def make(article: Article, by: Actor, days: int) -> PreviewLink:
    until = timezone.now() + timedelta(days=days)
    return article.preview_links.create(made_by_id=by.pk if by else None, expires_at=until)


def token_of(link: PreviewLink) -> str:
    return _SEAL.sign(link.pk)


def find(token: str) -> PreviewLink:
    """Raises Http404 for a token that isn't ours, or whose link is forgotten."""
    try:
        (pk,) = _SEAL.read(token)
    except (TokenForged, ValueError):
        raise Http404 from None
    if link := PreviewLink.objects.filter(pk=pk).first():
        return link
    raise Http404


def show(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of article `pk`: what is out has an address of its own, what is binned has none."""
    try:
        shown = article_page(pk, is_preview=True)
    except Article.DoesNotExist:
        raise Http404 from None
    if shown.article.is_public:
        return private(redirect(shown.article))
    if shown.article.state == Article.State.BINNED or shown.text is None:
        return gone(request)
    return private(render(request, "news/article.html", _as_published(shown)))


def gone(request: HttpRequest) -> HttpResponse:
    return private(render(request, "news/preview_gone.html", status=410))


def private(response: HttpResponse) -> HttpResponse:
    """Kept nowhere, indexed nowhere, and its address told to no other site."""
    response["Cache-Control"] = "no-store, private"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def forget_old() -> int:
    """Delete links that have long expired. Returns how many."""
    long_ago = timezone.now() - _FORGOTTEN_AFTER
    count, _details = PreviewLink.objects.filter(expires_at__lt=long_ago).delete()
    return count


def _as_published(shown: ArticlePage) -> dict[str, object]:
    article = shown.article
    article.published_at = article.published_at or timezone.now()
    return {"article": article, "text": shown.text, "shown": shown, "is_preview": True}
