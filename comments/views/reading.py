"""Reading discussions, and what one reader has written."""

from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from comments import reading
from comments.models import Comment
from comments.templatetags.comments import latest_discussions
from comments.views.addressed import listed_comment, published_article
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
def comment(request: HttpRequest, pk: int, slug: str, seq: int) -> HttpResponse:
    article, comment = listed_comment(pk, seq)
    if slug != article.slug:
        return redirect(comment, permanent=True)
    ancestors, node, is_cut = reading.thread(comment, request.user)
    context = {"article": article, "ancestors": ancestors, "node": node, "is_cut": is_cut}
    return render(request, "comments/comment.html", context)


@require_safe
def profile(request: HttpRequest, username: str) -> HttpResponse:
    reader = get_object_or_404(get_user_model(), username__iexact=username, is_active=True)
    if reader.username != username:
        return redirect("comments:profile", reader.username, permanent=True)
    public = Comment.objects.visible().of_published_articles().filter(author=reader)
    page = keyset_page(public, ("-created_at", "-pk"), request.GET)
    return render(request, "comments/profile.html", {"reader": reader, "page": page})
