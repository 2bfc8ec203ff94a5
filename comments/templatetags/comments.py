from django import template

from comments import reading
from comments.forms import CommentForm
from comments.models import Comment
from news.models import Article

register = template.Library()


@register.inclusion_tag("comments/_latest.html")
def latest_discussions(count: int = 8) -> dict[str, object]:
    """The list of most recently discussed articles."""
    return {"articles": list(reading.discussed_articles()[:count])}


@register.inclusion_tag("comments/_discussion.html", takes_context=True)
def discussion(context: template.Context, article: Article) -> dict[str, object]:
    """The discussion at the foot of an article: the first threads, and the form."""
    request = context["request"]
    threads = reading.discussion_page(article, request.GET, request.user.pk)
    return {
        "request": request,
        "user": request.user,
        "csrf_token": context.get("csrf_token"),
        "article": article,
        "discussion": threads.discussion,
        "threads": threads,
        "sorts": [(name, label) for name, (label, _order) in reading.SORTS.items()],
        "form": CommentForm(),
    }


@register.simple_tag(takes_context=True)
def may_edit(context: template.Context, comment: Comment) -> bool:
    return comment.can_be_edited_by(context.get("user"))


@register.simple_tag(takes_context=True)
def may_delete(context: template.Context, comment: Comment) -> bool:
    return comment.can_be_deleted_by(context.get("user"))


@register.simple_tag(takes_context=True)
def is_own(context: template.Context, comment: Comment) -> bool:
    user = context.get("user")
    return user is not None and user.pk is not None and comment.author_id == user.pk
