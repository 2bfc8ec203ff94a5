"""Forgetting a reader: their votes, and what they wrote and nobody has published.

For `portal.deletion`, before the row of the account goes. Published articles stay, unsigned.
"""

from django.contrib.auth.models import AbstractUser

from news import generations, rating
from news.models import Article, ArticleVote

_NEVER_OUT = (Article.State.DRAFT, Article.State.IN_REVIEW, Article.State.BINNED)


def forget(user: AbstractUser) -> None:
    for vote in ArticleVote.objects.filter(user=user.pk).select_related("article"):
        rating.rate(vote.article, user.pk, 0)
        generations.bump(generations.of_article(vote.article_id))
    own = Article.objects.filter(author=user.pk)
    own.filter(state__in=_NEVER_OUT, response_to__isnull=False, published_at=None).delete()
    if own.exists():
        generations.bump(generations.NEWS)
