"""Reading discussions."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import conditional_page, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from comments import reading, updates, visits
from comments.models import Comment
from comments.notifications import mark_read, number_unseen
from comments.templatetags.comments import latest_discussions
from comments.thread import thread_page
from comments.tree import seqs_of
from comments.views.addressed import published_article
from news.paging import keyset_page, parse_number
from news.requests import HtmxRequest, ReaderRequest


@require_safe
def discussion_list(request: HttpRequest) -> HttpResponse:
    page = keyset_page(reading.discussed_articles(), reading.LATEST_FIRST, request.GET)
    return render(request, "comments/discussion_list.html", {"page": page})


@require_safe
@conditional_page
def latest(request: HttpRequest) -> HttpResponse:
    """The list that stands beside the news, brought up to date. One query, often a 304."""
    response = render(request, "comments/_latest.html", latest_discussions())
    response["Cache-Control"] = "private, no-cache"
    return response


@require_safe
def discussion(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    article = published_article(pk)
    if slug != article.slug:
        return redirect("comments:discussion", article.pk, article.slug, permanent=True)
    threads = reading.discussion_page(article, request.GET, request.user.pk)
    is_news = not threads.is_noted or bool(number_unseen(request.user))
    if request.user.is_authenticated and _is_looked_at(request) and is_news:
        visits.note(request.user.pk, article.pk, threads.last_seq, seqs=threads.seqs)
    return render(request, "comments/discussion.html", {"article": article, "threads": threads})


def _is_looked_at(request: HttpRequest) -> bool:
    """Not by a browser that fetches in advance what may never be opened."""
    return request.method == "GET" and "prefetch" not in request.headers.get("Sec-Purpose", "")


@login_required
@require_POST
def read(request: ReaderRequest, pk: int, slug: str) -> HttpResponse:
    """The discussion at the foot of an article has come before the reader's eyes."""
    article = published_article(pk)
    visits.note(request.user.pk, article.pk, parse_number(request.POST.get("up_to", "")))
    return HttpResponse(status=204)


@require_safe
@vary_on_headers("HX-Request")
def update(request: HtmxRequest, pk: int, slug: str) -> HttpResponse:
    """What is new since a page was made, to be put into it; without htmx the newest page."""
    article = published_article(pk)
    if not request.htmx:
        return redirect("comments:discussion", article.pk, article.slug)
    update = updates.update(article.pk, request.GET, request.user.pk)
    if request.user.is_authenticated:
        visits.note(request.user.pk, article.pk, update.after, seqs=seqs_of(update.nodes))
    return render(request, "comments/_updated.html", {"article": article, "update": update})


@require_safe
@conditional_page
def update_count(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """How many are new since a page was made; asked now and then while somebody reads it."""
    words = updates.announcement(pk, request.GET)
    headers = {"Cache-Control": "no-cache"}
    return HttpResponse(words, content_type="text/plain; charset=utf-8", headers=headers)


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
    if number_unseen(request.user) and _is_looked_at(request):
        mark_read(request.user.pk, article.pk, seqs_of([*thread.ancestors, *thread.nodes]))
    in_place = request.htmx and "after" in request.GET
    template = "comments/_more_replies.html" if in_place else "comments/comment.html"
    return render(request, template, {"article": article, "thread": thread})
