from typing import Any

from django import template
from django.http import HttpRequest, QueryDict

from comments import drafts, notifications, reading
from comments.drafts import Place
from comments.forms import CommentForm
from comments.models import Comment
from comments.reading import DiscussionPage
from news.models import Article

register = template.Library()


@register.inclusion_tag("comments/_latest.html")
def latest_discussions(count: int = 8) -> dict[str, object]:
    """The list of most recently discussed articles."""
    return {"articles": list(reading.discussed_articles()[:count])}


@register.inclusion_tag("comments/_discussion.html", takes_context=True)
def discussion(
    context: template.Context, article: Article, threads: DiscussionPage | None = None
) -> dict[str, object]:
    """The discussion of an article with its form: a page of it, else where the newest begins."""
    request = context["request"]
    is_below_article = threads is None
    if threads is None:
        size = reading.COMMENTS_ON_AN_ARTICLE
        threads = reading.discussion_page(article, QueryDict(), request.user.pk, size)
    return {
        "request": request,
        "user": request.user,
        "csrf_token": context.get("csrf_token"),
        "article": article,
        "discussion": threads.discussion,
        "threads": threads,
        "is_below_article": is_below_article,
        "is_following": threads.is_followed,
        "waiting": _waiting(request, article) if threads.has_waiting else [],
        **(_writing(request, article) if request.user.is_authenticated else {}),
    }


def _writing(request: HttpRequest, article: Article) -> dict[str, object]:
    """The form at the head of the discussion, and what the reader has begun to answer there."""
    begun = drafts.of_article(request.user, article)
    place, draft = Place(article), next((draft for draft in begun if not draft.parent_id), None)
    text = drafts.begun(request, place, draft)
    return {
        "place": place,
        "form": CommentForm.at(place, text=text),
        "draft": draft,
        "unfinished": [draft for draft in begun if draft.parent_id],
    }


def _waiting(request: HttpRequest, article: Article) -> list[Comment]:
    assert request.user.pk
    waiting = Comment.objects.waiting_of(request.user.pk).filter(discussion=article.pk)
    return list(waiting.select_related("parent"))


@register.simple_tag(takes_context=True)
def may_edit(context: template.Context, comment: Comment) -> bool:
    return comment.can_be_edited_by(context.get("user"))


@register.simple_tag(takes_context=True)
def is_own(context: template.Context, comment: Comment) -> bool:
    return comment.is_by(context.get("user"))


@register.simple_tag
def unread(user: Any) -> str:
    """How many notifications wait for `user`, as a badge says it; nothing for none. No query."""
    number = notifications.number_unseen(user)
    if number > notifications.MOST_COUNTED:
        return f"{notifications.MOST_COUNTED}+"
    return str(number or "")
