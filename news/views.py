from datetime import date
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from news import generations, previews
from news.article_page import article_page
from news.day import Day
from news.filters import ORDERS, ArticleFilter, SearchFilter
from news.forms import VoteForm
from news.front_page import front_page as compose_front_page
from news.models import Article, ArticleQuerySet, Entity, Rubric, SearchEntry, Source
from news.paging import keyset_page
from news.rating import rate
from news.requests import ReaderRequest
from news.search import find

LONGEST_REDIRECT = 2_000  # characters of an address; Django refuses to redirect to much longer ones


@require_safe
def front_page(request: HttpRequest) -> HttpResponse:
    page = compose_front_page()
    response = render(request, "news/front_page.html", {"front_page": page})
    return generations.end(response, page.until)


@require_safe
def archive(request: HttpRequest) -> HttpResponse:
    if (query := _without_blanks(request.GET)) != request.GET:
        address = f"{request.path}?{query.urlencode()}"
        if len(address) <= LONGEST_REDIRECT:
            return redirect(address)
    filters = ArticleFilter(request.GET, Article.objects.published().for_cards())
    page = None
    if filters.is_valid():
        page = keyset_page(filters.qs, filters.ordering, request.GET)
    return render(request, "news/archive.html", {"filters": filters, "page": page})


def _without_blanks(query: QueryDict) -> QueryDict:
    """Forms send the fields that were left alone, too: an address to keep names what was chosen."""
    chosen = query.copy()
    for name, values in query.lists():
        chosen.setlist(name, [value for value in values if value])
        if not chosen.getlist(name):
            del chosen[name]
    return chosen


@require_safe
def day(request: HttpRequest, on: date) -> HttpResponse:
    day = Day(on)
    if request.path != (address := reverse("news:day", args=[on])):
        return redirect(address, permanent=True)
    page = keyset_page(day.articles.for_cards(), ORDERS["newest"], request.GET)
    if not page.items and not day.is_among_others:
        raise Http404
    return render(request, "news/day.html", {"day": day, "page": page})


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    filters = SearchFilter(request.GET, SearchEntry.objects.all())
    results = find(filters, request.GET) if filters.is_valid() else None
    return render(request, "news/search.html", {"filters": filters, "results": results})


@require_safe
def rubric(request: HttpRequest, slug: str) -> HttpResponse:
    rubric = get_object_or_404(Rubric, slug=slug)
    own = Article.objects.filter(rubric=rubric)
    return _list(request, "news/rubric.html", {"rubric": rubric}, own)


@require_safe
def source(request: HttpRequest, slug: str) -> HttpResponse:
    source = get_object_or_404(Source, slug=slug)
    own = Article.objects.filter(source=source)
    return _list(request, "news/source.html", {"source": source}, own)


@require_safe
def entity(request: HttpRequest, slug: str) -> HttpResponse:
    entity = get_object_or_404(Entity, slug=slug)
    context = {"entity": entity, "mentioned_with": entity.mentioned_with()}
    return _list(request, "news/entity.html", context, entity.mentioning_articles())


@require_safe
def entity_names(request: HttpRequest) -> HttpResponse:
    """What the field "Mentions" of the archive offers for the letters typed so far."""
    part = request.GET.get("entity", "").strip()[:160]
    names = [entity.name_like(part) for entity in Entity.objects.with_name_like(part)[:10]]
    return render(request, "news/_entity_names.html", {"names": names if part else []})


@require_safe
def responses(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    article = get_object_or_404(Article.objects.published().in_language(), pk=pk)
    if slug != article.slug:
        return redirect("news:responses", article.pk, article.slug, permanent=True)
    answers = Article.objects.filter(response_to=article)
    return _list(request, "news/responses.html", {"article": article}, answers)


@require_safe
def responses_by(request: HttpRequest, username: str) -> HttpResponse:
    reader = get_object_or_404(get_user_model(), username__iexact=username, is_active=True)
    if reader.get_username() != username:
        return redirect("news:responses_by", reader.get_username(), permanent=True)
    own = Article.objects.responses_by(reader)
    return _list(request, "news/responses_by.html", {"reader": reader}, own)


def _list(
    request: HttpRequest, template: str, context: dict[str, Any], articles: ArticleQuerySet
) -> HttpResponse:
    page = keyset_page(articles.published().for_cards(), ORDERS["newest"], request.GET)
    return render(request, template, {**context, "page": page})


@require_safe
def article(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    try:
        shown = article_page(pk, request.user.pk)
    except Article.DoesNotExist:
        raise Http404 from None
    article = shown.article
    if article.state == Article.State.RETRACTED:
        return render(request, "news/article_retracted.html", {"article": article}, status=410)
    if slug != article.slug:
        return redirect(article, permanent=True)
    context = {"article": article, "text": shown.text, "shown": shown}
    return render(request, "news/article.html", context | {"addresses": shown.addresses})


@require_safe
def preview(request: HttpRequest, token: str) -> HttpResponse:
    """For whoever has the link; it says nothing of the article once it works no more."""
    link = previews.find(token)
    return previews.show(request, link.article_id) if link.is_working else previews.gone(request)


@require_safe
@permission_required("news.view_article", raise_exception=True)
def preview_own(request: HttpRequest, pk: int) -> HttpResponse:
    """For those who work on it."""
    get_object_or_404(Article.objects.at_the_desk(), pk=pk)
    return previews.show(request, pk)


@require_safe
def views_rule(request: HttpRequest) -> HttpResponse:
    return render(request, "news/views_rule.html")


@login_required
@require_POST
def vote(request: ReaderRequest, pk: int, slug: str) -> HttpResponse:
    article = get_object_or_404(Article.objects.published().in_language(), pk=pk)
    form = VoteForm(request.POST)
    if not form.is_valid():
        return render(request, "400.html", status=400)
    value = form.cleaned_data["value"]
    article.rating, article.own_vote = rate(article, request.user.pk, value), value or None
    if request.htmx:
        return render(request, "news/_rating.html", {"article": article})
    return redirect(f"{article.get_absolute_url()}#rating")
