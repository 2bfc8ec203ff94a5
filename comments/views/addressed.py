"""What an address of a discussion names."""

from django.shortcuts import get_object_or_404

from comments.models import Comment
from news.models import Article


def published_article(pk: int) -> Article:
    """The article whose discussion a page shows, or 404."""
    return get_object_or_404(Article.objects.published().in_language(), pk=pk)


def listed_comment(pk: int, seq: int) -> tuple[Article, Comment]:
    """The article and its listed comment number `seq`, or 404."""
    article = published_article(pk)
    comments = Comment.objects.listed().select_related("author", "discussion")
    comment = get_object_or_404(comments, discussion=article.pk, seq=seq)
    comment.discussion.article = article
    return article, comment
