"""Writing in a discussion: comments, replies, edits, deletion."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from comments import limits, posting
from comments.forms import CommentForm
from comments.limits import Act
from comments.models import Comment, Discussion
from comments.tree import Node
from comments.views.addressed import listed_comment, published_article
from news.limits import LimitReached
from news.models import Article
from news.requests import HtmxRequest


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HtmxRequest, pk: int, slug: str) -> HttpResponse:
    return _write(request, published_article(pk))


@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: HtmxRequest, pk: int, slug: str, seq: int) -> HttpResponse:
    article, parent = listed_comment(pk, seq)
    return _write(request, article, parent)


def _write(request: HtmxRequest, article: Article, parent: Comment | None = None) -> HttpResponse:
    """The form and what it does; whatever goes wrong, what was typed is in it again."""
    form = CommentForm(request.POST or None, auto_id=f"id_{parent.seq if parent else 0}_%s")
    context: dict[str, Any] = {"article": article, "parent": parent, "form": form}
    if not request.user.is_authenticated:
        status = 403 if request.method == "POST" else 200
        return render(request, "comments/comment_create.html", context, status=status)
    if request.method == "POST" and form.is_valid():
        try:
            limits.count(request, Act.POST, Discussion.objects.filter(article=article).first())
            comment = posting.post(
                article,
                request.user.pk,
                form.cleaned_data["body"],
                parent.seq if parent else None,
                form.cleaned_data["submission_key"],
            )
        except posting.PostingRefused as refusal:
            form.add_error(None, str(refusal))
        except LimitReached as reached:
            return _too_often(request, context, reached)
        else:
            return _written(request, article, comment)
    return _shown_again(request, context)


def _shown_again(request: HtmxRequest, context: dict[str, Any], status: int = 422) -> HttpResponse:
    template = "comments/_form.html" if request.htmx else "comments/comment_create.html"
    response = render(request, template, context, status=status if context["form"].errors else 200)
    response["HX-Push-Url"] = "false"
    return response


def _too_often(
    request: HtmxRequest, context: dict[str, Any], reached: LimitReached
) -> HttpResponse:
    context["form"].add_error(None, limits.advice(reached))
    response = _shown_again(request, context, status=429)
    response["Retry-After"] = str(reached.wait)
    return response


def _written(request: HtmxRequest, article: Article, comment: Comment) -> HttpResponse:
    """Back to where it was written, with the comment there: in place with htmx, else as a page."""
    if request.htmx:
        context = {"article": article, "parent": comment.parent, "node": Node(comment)}
        return render(request, "comments/_written.html", context)
    if comment.depth:
        return redirect(f"{comment.get_absolute_url()}#comment-{comment.seq}")
    return redirect(f"{article.get_absolute_url()}#comment-{comment.seq}")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int, slug: str, seq: int) -> HttpResponse:
    article, comment = listed_comment(pk, seq)
    if not comment.can_be_edited_by(request.user):
        raise PermissionDenied
    form = CommentForm(request.POST or None, initial={"body": comment.body})
    if request.method == "POST" and form.is_valid():
        limits.count(request, Act.EDIT)
        posting.edit(comment, form.cleaned_data["body"])
        return redirect(f"{comment.get_absolute_url()}#comment-{comment.seq}")
    context = {"article": article, "comment": comment, "form": form}
    return render(
        request, "comments/comment_edit.html", context, status=422 if form.errors else 200
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, pk: int, slug: str, seq: int) -> HttpResponse:
    article, comment = listed_comment(pk, seq)
    if not comment.can_be_deleted_by(request.user):
        raise PermissionDenied
    if request.method == "POST":
        posting.delete(comment)
        messages.success(request, _("Your comment is deleted."))
        return redirect(f"{article.get_absolute_url()}#discussion")
    return render(request, "comments/comment_delete.html", {"article": article, "comment": comment})
