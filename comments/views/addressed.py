"""What an address of a discussion names."""

from typing import Any

from django.contrib.auth import get_user_model
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from comments.models import Comment
from news.models import Article


def published_article(pk: int) -> Article:
    """The article whose discussion a page shows, with it if there is one, or 404."""
    articles = Article.objects.published().in_language().select_related("discussion")
    return get_object_or_404(articles, pk=pk)


def listed_comment(pk: int, seq: int) -> tuple[Article, Comment]:
    """The article and its listed comment number `seq`, or 404."""
    article = published_article(pk)
    comments = Comment.objects.listed().select_related("author", "discussion")
    comment = get_object_or_404(comments, discussion=article.pk, seq=seq)
    comment.discussion.article = article
    return article, comment


def visible_comment(article: Article, seq: int) -> Comment | None:
    """Comment number `seq` of the article, if it is there to be answered."""
    comments = Comment.objects.visible().select_related("author", "discussion")
    comment = comments.filter(discussion=article.pk, seq=seq).first()
    if comment:
        comment.discussion.article = article
    return comment


def own_comment(request: HttpRequest, pk: int, seq: int) -> tuple[Article, Comment]:
    """The article and the comment, listed or the reader's own and in whatever state; or 404."""
    article = published_article(pk)
    comments = Comment.objects.select_related("author", "discussion")
    comment = get_object_or_404(comments, discussion=article.pk, seq=seq)
    if not comment.is_listed and not comment.is_by(request.user):
        raise Http404
    comment.discussion.article = article
    return article, comment


def named_reader(username: str) -> Any:
    """The reader of that name in any case, or 404; closed accounts are nobody's."""
    reader = get_user_model().objects.named_like(username).filter(is_active=True).first()
    if reader is None or reader.username.casefold() != username.casefold():
        raise Http404
    return reader
