"""What readers do about comments: vote, report, mute, follow."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from comments import limits, voting
from comments.forms import VoteForm
from comments.limits import Act
from comments.models import Comment
from comments.views.addressed import listed_comment
from news.limits import LimitReached
from news.models import Article
from news.requests import ReaderRequest


@login_required
@require_POST
def vote(request: ReaderRequest, pk: int, slug: str) -> HttpResponse:
    form = VoteForm(request.POST)
    if not form.is_valid():
        return render(request, "400.html", status=400)
    article, comment = listed_comment(pk, form.seq)
    refusal = ""
    try:
        limits.count(request, Act.VOTE)
        voting.vote(comment, request.user, form.value)
    except voting.VoteRefused as error:
        refusal = str(error)
    except LimitReached as reached:
        refusal = limits.advice(reached)
    return _voted(request, article, comment, refusal)


def _voted(
    request: ReaderRequest, article: Article, comment: Comment, refusal: str
) -> HttpResponse:
    if not request.htmx:
        if refusal:
            messages.warning(request, refusal)
        return redirect(f"{_where_from(request, comment)}#comment-{comment.seq}")
    context = {
        "article": article,
        "discussion_url": comment.discussion.get_absolute_url(),
        "comment": comment,
        "refusal": refusal,
    }
    response = render(request, "comments/_actions.html", context)
    response["HX-Retarget"] = f"#comment-{comment.seq} .comment__actions"
    return response


def _where_from(request: HttpRequest, comment: Comment) -> str:
    """The page of ours whose button was pressed, if the browser tells, else the permalink."""
    referer = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(referer, {request.get_host()}, request.is_secure())
    return referer.partition("#")[0] if is_ours else comment.get_absolute_url()


@login_required
@require_safe
def actions(request: ReaderRequest, pk: int, slug: str, seq: int) -> HttpResponse:
    """What else can be done with a comment, without a button for each under every comment."""
    article, comment = listed_comment(pk, seq)
    template = "comments/_more_actions.html" if request.htmx else "comments/comment_actions.html"
    response = render(request, template, {"article": article, "comment": comment})
    response["HX-Push-Url"] = "false"
    return response
