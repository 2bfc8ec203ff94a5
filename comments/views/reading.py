"""Reading discussions."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from comments import reading
from comments.models import Comment
from comments.templatetags.comments import latest_discussions
from comments.thread import thread_page
from comments.views.addressed import published_article
from news.paging import keyset_page
from news.requests import HtmxRequest


@require_safe
@vary_on_headers("HX-Request")
def discussion_list(request: HtmxRequest) -> HttpResponse:
    if request.htmx:
        return render(request, "comments/_latest.html", latest_discussions())
    page = keyset_page(reading.discussed_articles(), reading.LATEST_FIRST, request.GET)
    return render(request, "comments/discussion_list.html", {"page": page})


@require_safe
def discussion(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    article = published_article(pk)
    if slug != article.slug:
        return redirect("comments:discussion", article.pk, article.slug, permanent=True)
    return render(request, "comments/discussion.html", {"article": article})


@require_safe
@vary_on_headers("HX-Request")
def comment(request: HtmxRequest, pk: int, slug: str, seq: int) -> HttpResponse:
    article = published_article(pk)
    if slug != article.slug:
        return redirect("comments:comment", article.pk, article.slug, seq, permanent=True)
    try:
        thread = thread_page(article, seq, request.GET, request.user.pk)
    except Comment.DoesNotExist as error:
        raise Http404 from error
    in_place = request.htmx and "after" in request.GET
    template = "comments/_more_replies.html" if in_place else "comments/comment.html"
    return render(request, template, {"article": article, "thread": thread})
